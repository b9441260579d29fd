import { parentPort } from "node:worker_threads";
import { readText } from "../discover/read-text.ts";
import { hashText } from "../fix/apply.ts";
import type { Chunk, ReadChunk, ReadRow } from "./read-ahead.ts";
import { readCodeIfOfInterest } from "./read-code.ts";

/** Reads files of code and sends what they say, in the form in which the cache keeps it. */
async function readChunk({ root, paths }: Chunk): Promise<ReadChunk> {
  const rows: ReadRow[] = [];
  const bodies: Buffer[] = [];
  let at = 0;
  for (const path of paths) {
    const read = readText(root, path);
    if ("why" in read) rows.push({ path, why: read.why });
    else {
      const body = Buffer.from(JSON.stringify(await readCodeIfOfInterest({ path, text: read.text })));
      rows.push({ path, hash: hashText(read.text), start: at, end: at + body.length });
      bodies.push(body);
      at += body.length;
    }
  }
  return { rows, body: new Uint8Array(Buffer.concat(bodies)) };
}

// One after the other: reading waits for nothing but the parsers, which are loaded once.
let last: Promise<void> = Promise.resolve();
parentPort!.on("message", (chunk: Chunk) => {
  last = last.then(async () => {
    const read = await readChunk(chunk);
    parentPort!.postMessage(read, [read.body.buffer as ArrayBuffer]);
  });
});
