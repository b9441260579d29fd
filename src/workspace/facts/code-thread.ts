import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { startThread } from "../../thread/start.ts";
import { decodePack, type Packed } from "../cache/pack.ts";
import type { FoundFile } from "../discover/walk.ts";
import type { CodeBatch, CodeTask } from "./code-worker.ts";

/** Bytes of code that a thread is worth: it takes a tenth of a second to start. */
const WORTH_A_THREAD = 1_000_000;

/** Megabytes of stack, as the main thread has: what is nested too deeply for one is so for the other. */
const STACK = 1.15;

/** The facts of a file, or why it could not be read. */
export type ReadAside = Packed | { readonly why: string };

type OnTrouble = (sentence: string) => void;

/** Reads code files on a thread of its own while the main thread reads the rest. */
export class CodeThread {
  readonly #stamps: ReadonlyMap<string, string>;
  readonly #read = new Map<string, ReadAside>();
  readonly #worker: Worker;
  #isOver = false;
  #waiting: (() => void)[] = [];

  /** Undefined where there is too little to read or no second processor. `onTrouble` is told why it ended early. */
  static start(task: CodeTask, onTrouble: OnTrouble, start = startReading): CodeThread | undefined {
    const bytes = task.files.reduce((sum, { size }) => sum + size, 0);
    if (bytes < WORTH_A_THREAD || availableParallelism() < 2) return undefined;
    try {
      return new CodeThread(task, start(task), onTrouble);
    } catch (error) {
      onTrouble(sentenceFor(error));
      return undefined;
    }
  }

  private constructor({ files }: CodeTask, worker: Worker, onTrouble: OnTrouble) {
    this.#stamps = new Map(files.map(({ path, stamp }) => [path, stamp]));
    this.#worker = worker;
    let trouble: unknown;
    worker
      .on("message", (batch: CodeBatch) => this.#take(batch))
      .on("error", (error) => {
        trouble = error;
      })
      .on("exit", (code) => {
        const isEarly = !this.#isOver && this.#read.size < this.#stamps.size;
        if (isEarly) onTrouble(sentenceFor(trouble ?? `exit code ${code}`));
        this.#isOver = true;
        this.#tell();
      });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What was read of a file, as soon as it is; undefined where the thread does not read it in this state. */
  async get({ path, stamp }: FoundFile): Promise<ReadAside | undefined> {
    if (this.#stamps.get(path) !== stamp) return undefined;
    while (!this.#read.has(path) && !this.#isOver)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#read.get(path);
  }

  /** Ends it, whatever it is at. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #take({ pack: bytes, problems }: CodeBatch): void {
    const pack = decodePack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for (const path of pack.keys()) this.#read.set(path, pack.get(path)!);
    for (const [path, why] of problems) this.#read.set(path, { why });
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const startReading = (task: CodeTask): Worker =>
  startThread("code-worker.cjs", "workspace/facts/code-worker.ts", {
    workerData: task,
    resourceLimits: { stackSizeMb: STACK },
  });

function sentenceFor(trouble: unknown): string {
  const [reason] = String(trouble instanceof Error ? trouble.message : trouble).split("\n");
  return `The thread that reads code ended early (${reason!.replace(/\.$/, "")}); what it left is read without it.`;
}
