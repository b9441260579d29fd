import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { startThread } from "../../thread/start.ts";
import { decodePack, type Packed } from "../cache/pack.ts";
import type { FoundFile, Unread } from "../discover/walk.ts";
import type { Batch, FileList, ReadingTask } from "./reading-worker.ts";
import {
  type SharedFiles,
  shareFiles,
  sizeOfRest,
  takeRest,
  takeRun,
  type UnreadFile,
} from "./shared-files.ts";

/** Whether so many bytes of code and schemas are worth a thread, which takes a tenth of a second to start and a processor of its own. */
export const isWorthAThread = (bytes: number): boolean => bytes >= 1_000_000 && availableParallelism() >= 2;

/** Megabytes of stack, as the main thread has: what is nested too deeply for one is so for the other. */
const STACK = 1.15;

/** The facts of a file, or why it could not be read. */
export type ReadAside = Packed | Unread;

type OnTrouble = (sentence: string) => void;

/** Reads code and Prisma schemas on a thread of its own while the main thread reads SQL, and then takes its share of them. */
export class ReadingThread {
  /** Of the files that are its own. */
  readonly #stamps = new Map<string, string>();
  #list: SharedFiles = shareFiles([]);
  readonly #read = new Map<string, ReadAside>();
  readonly #worker: Worker;
  #isOver = false;
  #waiting: (() => void)[] = [];

  /** Starts a thread that waits for files. Undefined where there can be none; `onTrouble` is told why, or why it ended early. */
  static start(root: string, onTrouble: OnTrouble, start = startReading): ReadingThread | undefined {
    try {
      return new ReadingThread(start({ root }), onTrouble);
    } catch (error) {
      onTrouble(sentenceFor(error));
      return undefined;
    }
  }

  private constructor(worker: Worker, onTrouble: OnTrouble) {
    this.#worker = worker;
    let trouble: unknown;
    worker
      .on("message", (batch: Batch) => this.#hold(batch))
      .on("error", (error) => {
        trouble = error;
      })
      .on("exit", (code) => {
        const isEarly = !this.#isOver && (trouble || code || this.#read.size < this.#stamps.size);
        if (isEarly) onTrouble(sentenceFor(trouble ?? `exit code ${code}`));
        this.#isOver = true;
        this.#tell();
      });
  }

  /** Files that it may begin with, until `read` says which there are. */
  foresee(files: readonly UnreadFile[]): void {
    this.#tellOf(files, false);
  }

  /** Says which files it is to read; what it was told before and has not begun with counts no more. To be called once. */
  read(files: readonly UnreadFile[]): void {
    this.#giveUp(takeRest(this.#list));
    this.#tellOf(
      files.filter(({ path, stamp }) => this.#stamps.get(path) !== stamp),
      true,
    );
  }

  /** Files for the caller to read, which this thread then does not; none where it has begun with all. */
  take(): readonly UnreadFile[] {
    const run = takeRun(this.#list);
    this.#giveUp(run);
    return run;
  }

  /** Whether what is left is worth a second thread. */
  get hasMuchLeft(): boolean {
    return isWorthAThread(sizeOfRest(this.#list));
  }

  /** Files that it has read. */
  get done(): number {
    return this.#read.size;
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

  #tellOf(files: readonly UnreadFile[], isAll: boolean): void {
    for (const { path, stamp } of files) this.#stamps.set(path, stamp);
    this.#list = shareFiles(files);
    this.#worker.postMessage({ ...this.#list, isAll } satisfies FileList);
  }

  #giveUp(files: readonly UnreadFile[]): void {
    for (const { path } of files) this.#stamps.delete(path);
  }

  #hold({ pack: bytes, problems }: Batch): void {
    const pack = decodePack(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    for (const path of pack.keys()) this.#read.set(path, pack.get(path)!);
    for (const [path, unread] of problems) this.#read.set(path, unread);
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const startReading = (task: ReadingTask): Worker =>
  startThread("reading-worker.cjs", "workspace/facts/reading-worker.ts", {
    workerData: task,
    resourceLimits: { stackSizeMb: STACK },
  });

function sentenceFor(trouble: unknown): string {
  const [reason] = String(trouble instanceof Error ? trouble.message : trouble).split("\n");
  return `The thread that reads code ended early (${reason!.replace(/\.$/, "")}); what it left is read without it.`;
}
