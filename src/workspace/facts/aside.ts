import type { FoundFile } from "../discover/walk.ts";
import { isWorthAThread, type ReadAside, ReadingThread } from "./reading-thread.ts";
import type { UnreadFile } from "./shared-files.ts";

/** What of a workspace is read on a thread of its own, while the main thread reads the rest: where that is much, and once. */
export class Aside {
  readonly #root: string;
  readonly #onTrouble: (sentence: string) => void;
  #thread: ReadingThread | undefined;
  /** Whether it turned out that there can be none. */
  #isRefused = false;
  /** Whether it was told what to read. */
  #begun = false;
  /** What was found before it started. */
  #foreseen: UnreadFile[] = [];
  #foreseenBytes = 0;

  constructor(root: string, onTrouble: (sentence: string) => void) {
    this.#root = root;
    this.#onTrouble = onTrouble;
  }

  get hasBegun(): boolean {
    return this.#begun;
  }

  /** A file that is found on the way to all of them: once they are many, the thread begins with those. */
  foresee(file: UnreadFile, start = ReadingThread.start): void {
    if (this.#thread || this.#isRefused) return;
    this.#foreseen.push(file);
    this.#foreseenBytes += file.size;
    if (!isWorthAThread(this.#foreseenBytes)) return;
    this.#start(start)?.foresee(inOrder(this.#foreseen));
    this.#foreseen = [];
    this.#foreseenBytes = 0;
  }

  /** Says what there is to read, of which it takes what is much. */
  begin(files: readonly UnreadFile[], start = ReadingThread.start): void {
    if (this.#begun) return;
    if (isWorthAThread(bytesOf(files))) {
      this.#begun = true;
      this.#start(start)?.read(inOrder(files));
    } else void this.stop();
  }

  #start(start: typeof ReadingThread.start): ReadingThread | undefined {
    if (!this.#isRefused) this.#thread ??= start(this.#root, this.#onTrouble);
    this.#isRefused = !this.#thread;
    return this.#thread;
  }

  /** Files for the caller to read, where much is left: the thread then does not. */
  take(): readonly UnreadFile[] {
    return this.#thread?.take() ?? [];
  }

  get hasMuchLeft(): boolean {
    return this.#thread?.hasMuchLeft ?? false;
  }

  /** Files that the thread has read. */
  get done(): number {
    return this.#thread?.done ?? 0;
  }

  /** Whether the thread is at it. */
  get isReading(): boolean {
    return this.#thread?.isOver === false;
  }

  /** What it read of a file; undefined where it does not. */
  async get(file: FoundFile): Promise<ReadAside | undefined> {
    return this.#thread?.get(file);
  }

  /** Ends what is still being read. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.stop();
  }
}

const bytesOf = (files: readonly UnreadFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** Schemas first: they are waited for before code is. */
const inOrder = (files: readonly UnreadFile[]): UnreadFile[] => [
  ...files.filter(({ reader }) => reader === "prisma"),
  ...files.filter(({ reader }) => reader !== "prisma"),
];
