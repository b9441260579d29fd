import { readSealed, writeSealed } from "../../cache/sealed-file.ts";

/** Cached facts of many sources in one file: an index, and the facts as JSON one after another, each decoded when asked for. */
export interface Pack {
  get(key: string): Packed | undefined;
  keys(): Iterable<string>;
}

export interface Packed {
  /** Hash of the text that the facts were read from. */
  readonly hash: string;
  /** The file's stamp when it was read; "" where a later change could have kept it. */
  readonly stamp: string;
  /** The facts, decoded anew at each call. */
  decode(): unknown;
  /** The facts as they lie in the pack, to be copied into the next one. */
  readonly bytes: Buffer;
}

export const EMPTY_PACK: Pack = { get: () => undefined, keys: () => [] };

const FILE = "facts.pack";

/** Reads the pack in a folder; an empty one where there is none, it was written by other readers, or it is damaged. */
export function openPack(folder: string, version: string): Pack {
  const file = readSealed(folder, FILE, version);
  return file ? decodePack(file) : EMPTY_PACK;
}

/** The pack that `encodePack` made. */
export function decodePack(file: Buffer): Pack {
  const indexStart = file.indexOf(10) + 1;
  const bodyStart = indexStart + Number(file.toString("latin1", 0, indexStart));
  const index = JSON.parse(file.toString("utf8", indexStart, bodyStart)) as IndexRow[];
  const body = file.subarray(bodyStart);
  const rows = new Map(index.map((row) => [row[0], row]));
  return { get: (key) => packed(rows.get(key), body), keys: () => rows.keys() };
}

/** Key, stamp, hash, start and end of the facts in the body. */
type IndexRow = readonly [key: string, stamp: string, hash: string, start: number, end: number];

function packed(row: IndexRow | undefined, body: Buffer): Packed | undefined {
  if (!row) return undefined;
  const [, stamp, hash, start, end] = row;
  return {
    stamp,
    hash,
    decode: () => JSON.parse(body.toString("utf8", start, end)),
    get bytes() {
      return body.subarray(start, end);
    },
  };
}

export interface Entry {
  readonly stamp: string;
  readonly hash: string;
  /** The facts as JSON. */
  readonly bytes: Buffer | string;
}

/** Replaces the pack of a folder. False where the folder cannot be written. */
export function writePack(
  folder: string,
  version: string,
  entries: Iterable<readonly [string, Entry]>,
): boolean {
  return writeSealed(folder, FILE, version, encodePack(entries));
}

/** A pack as bytes, in memory of its own. */
export function encodePack(entries: Iterable<readonly [string, Entry]>): Buffer<ArrayBuffer> {
  const bodies: (Buffer | string)[] = [];
  const index: IndexRow[] = [];
  let at = 0;
  for (const [key, { stamp, hash, bytes }] of entries) {
    const end = at + Buffer.byteLength(bytes);
    index.push([key, stamp, hash, at, end]);
    bodies.push(bytes);
    at = end;
  }
  const indexText = JSON.stringify(index);
  const head = `${Buffer.byteLength(indexText)}\n`;
  const size = Buffer.byteLength(indexText) + head.length + at;
  return joined([head, indexText, ...bodies], size);
}

/** One after the other in one buffer: there are thousands, and a buffer for each costs more than what is in it. */
function joined(parts: readonly (Buffer | string)[], size: number): Buffer<ArrayBuffer> {
  const all = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const part of parts) at += typeof part === "string" ? all.write(part, at) : part.copy(all, at);
  return all;
}
