import { parentPort, workerData } from "node:worker_threads";
import type { SourceText } from "../../text/source-text.ts";
import { type Entry, encodePack } from "../cache/pack.ts";
import { readText } from "../discover/read-text.ts";
import { settledStamp, type Unread } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { readCodeIfOfInterest, readWholeCode } from "./code-readers.ts";
import { type SharedFiles, takeRun, type UnreadFile } from "./shared-files.ts";

/** What the thread is started with. Files follow in messages. */
export interface ReadingTask {
  readonly root: string;
}

/** Files to read, those that nobody else takes. */
export interface FileList extends SharedFiles {
  /** Whether no other list follows. */
  readonly isAll: boolean;
}

/** What it says after each batch: facts as a pack by path, and why files could not be read. */
export interface Batch {
  readonly pack: Uint8Array<ArrayBuffer>;
  readonly problems: readonly (readonly [path: string, unread: Unread])[];
}

const { root } = workerData as ReadingTask;

async function readAll(list: FileList): Promise<void> {
  for (let run = takeRun(list); run.length; run = takeRun(list)) {
    const batch = await readBatch(run);
    parentPort!.postMessage(batch, [batch.pack.buffer]);
  }
  if (list.isAll) parentPort!.close();
}

async function readBatch(some: readonly UnreadFile[]): Promise<Batch> {
  const entries: [string, Entry][] = [];
  const problems: [string, Unread][] = [];
  for (const file of some) {
    const stamp = settledStamp(file);
    const read = readText(root, file.path, file.size);
    if ("why" in read) problems.push([file.path, read]);
    else {
      const bytes = await factsOf(file.reader, { path: file.path, text: read.text });
      entries.push([file.path, { stamp, hash: hashText(read.text), bytes }]);
    }
  }
  return { pack: encodePack(entries), problems };
}

async function factsOf(reader: UnreadFile["reader"], source: SourceText): Promise<string> {
  return JSON.stringify(await READ[reader](source));
}

const READ: Readonly<Record<UnreadFile["reader"], (source: SourceText) => Promise<unknown>>> = {
  code: readCodeIfOfInterest,
  prisma: async (source) => (await import("../../source/prisma/read.ts")).readPrisma(source),
};

/** Its parsers are loaded while files are still being found; then one list after the other is read. */
let reading: Promise<unknown> = readWholeCode();
parentPort!.on("message", (list: FileList) => {
  reading = reading.then(() => readAll(list));
});
