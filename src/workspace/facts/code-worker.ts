import { parentPort, workerData } from "node:worker_threads";
import { type Entry, encodePack } from "../cache/pack.ts";
import { readText } from "../discover/read-text.ts";
import { type FoundFile, settledStamp } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { readCodeIfOfInterest, readWholeCode } from "./code-readers.ts";
import { type SharedFiles, takeRun } from "./shared-files.ts";

/** What the thread is started with. Files follow in messages. */
export interface CodeTask {
  readonly root: string;
}

/** Files to read, those that nobody else takes. */
export interface CodeList extends SharedFiles {
  /** Whether no other list follows. */
  readonly isAll: boolean;
}

/** What it says after each batch: facts as a pack by path, and why files could not be read. */
export interface CodeBatch {
  readonly pack: Uint8Array<ArrayBuffer>;
  readonly problems: readonly (readonly [path: string, why: string])[];
}

const { root } = workerData as CodeTask;

async function readAll(list: CodeList): Promise<void> {
  for (let run = takeRun(list); run.length; run = takeRun(list)) {
    const batch = await readBatch(run);
    parentPort!.postMessage(batch, [batch.pack.buffer]);
  }
  if (list.isAll) parentPort!.close();
}

async function readBatch(some: readonly FoundFile[]): Promise<CodeBatch> {
  const entries: [string, Entry][] = [];
  const problems: [string, string][] = [];
  for (const file of some) {
    const stamp = settledStamp(file);
    const read = readText(root, file.path);
    if ("why" in read) problems.push([file.path, read.why]);
    else {
      const bytes = await factsOf(file.path, read.text);
      entries.push([file.path, { stamp, hash: hashText(read.text), bytes }]);
    }
  }
  return { pack: encodePack(entries), problems };
}

async function factsOf(path: string, text: string): Promise<string> {
  return JSON.stringify(await readCodeIfOfInterest({ path, text }));
}

/** Its parsers are loaded while files are still being found; then one list after the other is read. */
let reading: Promise<unknown> = readWholeCode();
parentPort!.on("message", (list: CodeList) => {
  reading = reading.then(() => readAll(list));
});
