import { readSealed, SealedWriter } from "../../cache/sealed-file.ts";
import { encodingOf } from "../../text/utf8.ts";

/** Cached facts of many sources in one file: as JSON one after another, each decoded when asked for, and an index. */
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
  const indexEnd = file.length - LENGTH;
  const bodyEnd = indexEnd - Number(file.toString("latin1", indexEnd));
  const index = JSON.parse(file.toString("utf8", bodyEnd, indexEnd)) as IndexRow[];
  const rows = new Map(index.map((row) => [row[0], row]));
  const encoding = encodingOf(file);
  return { get: (key) => packed(rows.get(key), file, encoding), keys: () => rows.keys() };
}

/** Characters at the end that say how many bytes the index has. */
const LENGTH = 12;

/** Key, stamp, hash, start and end of the facts in the body. */
type IndexRow = readonly [key: string, stamp: string, hash: string, start: number, end: number];

function packed(row: IndexRow | undefined, body: Buffer, encoding: "latin1" | "utf8"): Packed | undefined {
  if (!row) return undefined;
  const [, stamp, hash, start, end] = row;
  return {
    stamp,
    hash,
    decode: () => JSON.parse(body.toString(encoding, start, end)),
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
  const file = new SealedWriter(folder, FILE, version);
  const pack = new Writing((part) => file.write(part));
  for (const [key, entry] of entries) pack.add(key, entry);
  pack.end();
  return file.end();
}

/** The same in pieces of a few milliseconds, with `pause` before each: a large pack takes half a second. */
export async function writePackInTurns(
  folder: string,
  version: string,
  entries: Iterable<readonly [string, Entry]>,
  pause: () => Promise<unknown>,
): Promise<boolean> {
  const file = new SealedWriter(folder, FILE, version);
  const pack = new Writing((part) => file.write(part));
  await inTurns(entries, ([key, entry]) => pack.add(key, entry), pause);
  pack.end();
  return file.end();
}

/** A pack as bytes, in memory of its own. */
export function encodePack(entries: Iterable<readonly [string, Entry]>): Buffer<ArrayBuffer> {
  const parts: (Buffer | string)[] = [];
  let size = 0;
  const pack = new Writing((part) => {
    const length = Buffer.byteLength(part);
    parts.push(part);
    size += length;
    return length;
  });
  for (const [key, entry] of entries) pack.add(key, entry);
  pack.end();
  const all = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const part of parts) at += typeof part === "string" ? all.write(part, at) : part.copy(all, at);
  return all;
}

/** A pack that is being written, by a function that gives the bytes that a part takes. */
class Writing {
  readonly #write: (part: Buffer | string) => number;
  readonly #index: IndexRow[] = [];
  #at = 0;

  constructor(write: (part: Buffer | string) => number) {
    this.#write = write;
  }

  add(key: string, { stamp, hash, bytes }: Entry): void {
    const end = this.#at + this.#write(bytes);
    this.#index.push([key, stamp, hash, this.#at, end]);
    this.#at = end;
  }

  end(): void {
    const length = this.#write(JSON.stringify(this.#index));
    this.#write(String(length).padStart(LENGTH));
  }
}

/** Milliseconds between two pauses. */
const TURN = 5;

async function inTurns<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
  pause: () => Promise<unknown>,
): Promise<void> {
  let until = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    if (performance.now() > until) {
      await pause();
      until = performance.now() + TURN;
    }
    work(item);
  }
}
