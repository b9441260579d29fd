import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Packed } from "../cache/pack.ts";

/** Files that a thread is to read next. */
export interface Chunk {
  readonly root: string;
  readonly paths: readonly string[];
}

/** What one file says, as a part of the chunk's body; or why it cannot be read. */
export type ReadRow =
  | { readonly path: string; readonly hash: string; readonly start: number; readonly end: number }
  | { readonly path: string; readonly why: string };

export interface ReadChunk {
  readonly rows: readonly ReadRow[];
  readonly body: Uint8Array;
}

export type ReadAlready = Packed | { readonly why: string };

/** Files below this number are read sooner than a thread has loaded its parsers. */
const WORTH_A_THREAD = 400;
const CHUNK = 32;
/** A thread has its next chunk when it is done with one, however busy this thread is. */
const IN_FLIGHT = 2;
/** Two cores are busy with this thread and the compiler of its code: measured, a reader there costs a second. */
const MOST_THREADS = 3;

/** Only a bundle has it; sources are read in the one thread that there is. */
const PROGRAM = join(import.meta.dirname, "reader-thread.cjs");

/**
 * Code files that other threads read while this one reads the rest. Threads take from the front of the list, `take` is
 * meant to be called from its end on: what nobody has begun is left to who asks for it.
 */
export class ReadAhead {
  readonly #root: string;
  readonly #left: Set<string>;
  readonly #coming = new Map<string, Coming>();
  readonly #threads: Worker[];

  private constructor(root: string, paths: readonly string[], threads: number) {
    this.#root = root;
    this.#left = new Set(paths);
    this.#threads = Array.from({ length: threads }, () => this.#start());
  }

  /** Begins to read; undefined where it would be no gain. */
  static start(root: string, paths: readonly string[]): ReadAhead | undefined {
    const threads = Math.min(
      availableParallelism() - 2,
      MOST_THREADS,
      Math.floor(paths.length / WORTH_A_THREAD),
    );
    return threads > 0 && existsSync(PROGRAM) ? new ReadAhead(root, paths, threads) : undefined;
  }

  /** What a thread found in a file; undefined where none has begun to read it, and none will. */
  async take(path: string): Promise<ReadAlready | undefined> {
    this.#left.delete(path);
    const read = await this.#coming.get(path)?.read;
    this.#coming.delete(path);
    return read;
  }

  /** Nothing more is wanted. */
  close(): void {
    for (const thread of this.#threads) void thread.terminate();
  }

  #start(): Worker {
    const thread = new Worker(PROGRAM, { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    const given: (readonly string[])[] = [];
    const give = (): void => {
      const paths = this.#next();
      if (!paths.length) return;
      given.push(paths);
      thread.postMessage({ root: this.#root, paths } satisfies Chunk);
    };
    thread.on("message", (chunk: ReadChunk) => {
      given.shift();
      give();
      this.#arrive(chunk);
    });
    // What a thread that died had been given is read by who asks for it.
    thread.on("exit", () => {
      for (const paths of given) for (const path of paths) this.#coming.get(path)?.arrive(undefined);
    });
    thread.on("error", () => {});
    for (let i = 0; i < IN_FLIGHT; i++) give();
    return thread;
  }

  /** The paths of the next chunk, which from now on are on their way. */
  #next(): string[] {
    const paths: string[] = [];
    for (const path of this.#left) {
      if (paths.length === CHUNK) break;
      paths.push(path);
      this.#left.delete(path);
      this.#coming.set(path, new Coming());
    }
    return paths;
  }

  #arrive({ rows, body }: ReadChunk): void {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    for (const row of rows) this.#coming.get(row.path)?.arrive("why" in row ? row : packedRow(row, bytes));
  }
}

/** A file that a thread is reading, or has read. */
class Coming {
  readonly read: Promise<ReadAlready | undefined>;
  arrive!: (read: ReadAlready | undefined) => void;

  constructor() {
    this.read = new Promise((resolve) => {
      this.arrive = resolve;
    });
  }
}

function packedRow({ hash, start, end }: Extract<ReadRow, { hash: string }>, body: Buffer): Packed {
  const bytes = body.subarray(start, end);
  return { hash, stamp: "", bytes, decode: () => JSON.parse(bytes.toString("utf8")) };
}
