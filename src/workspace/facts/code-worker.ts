import { parentPort, workerData } from "node:worker_threads";
import { type Entry, encodePack } from "../cache/pack.ts";
import { readText } from "../discover/read-text.ts";
import { type FoundFile, settledStamp } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { readCodeIfOfInterest, readWholeCode } from "./code-readers.ts";

/** What the thread is started with. The files, a list of `FoundFile`, follow as its only message. */
export interface CodeTask {
  readonly root: string;
}

/** What it says after each batch: facts as a pack by path, and why files could not be read. */
export interface CodeBatch {
  readonly pack: Uint8Array<ArrayBuffer>;
  readonly problems: readonly (readonly [path: string, why: string])[];
}

/** Files read between two messages. */
const BATCH = 100;

const { root } = workerData as CodeTask;

async function readAll(files: readonly FoundFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += BATCH) {
    const batch = await readBatch(files.slice(at, at + BATCH));
    parentPort!.postMessage(batch, [batch.pack.buffer]);
  }
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

parentPort!.once("message", (files: readonly FoundFile[]) => void readAll(files));
// While files are still being found.
void readWholeCode();
