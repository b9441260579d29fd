import { readSealed, writeSealed, writeSealedAside } from "../../cache/sealed-file.ts";

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

/** The same in pieces of a few milliseconds, with `pause` before each: a large pack takes half a second. */
export async function writePackInTurns(
  folder: string,
  version: string,
  entries: Iterable<readonly [string, Entry]>,
  pause: () => Promise<unknown>,
): Promise<boolean> {
  const pack = new Parts();
  await inTurns(entries, ([key, entry]) => pack.add(key, entry), pause);
  const { parts, size } = pack.all();
  const bytes = new Joined(size);
  await inTurns(parts, (part) => bytes.add(part), pause);
  return writeSealedAside(folder, FILE, version, bytes.bytes);
}

/** A pack as bytes, in memory of its own. */
export function encodePack(entries: Iterable<readonly [string, Entry]>): Buffer<ArrayBuffer> {
  const pack = new Parts();
  for (const [key, entry] of entries) pack.add(key, entry);
  const { parts, size } = pack.all();
  const bytes = new Joined(size);
  for (const part of parts) bytes.add(part);
  return bytes.bytes;
}

/** What a pack is put together from. */
class Parts {
  readonly #bodies: (Buffer | string)[] = [];
  readonly #index: IndexRow[] = [];
  #at = 0;

  add(key: string, { stamp, hash, bytes }: Entry): void {
    const end = this.#at + Buffer.byteLength(bytes);
    this.#index.push([key, stamp, hash, this.#at, end]);
    this.#bodies.push(bytes);
    this.#at = end;
  }

  all(): { readonly parts: readonly (Buffer | string)[]; readonly size: number } {
    const index = JSON.stringify(this.#index);
    const length = Buffer.byteLength(index);
    const head = `${length}\n`;
    return { parts: [head, index, ...this.#bodies], size: length + head.length + this.#at };
  }
}

/** One after the other in one buffer: there are thousands, and a buffer for each costs more than what is in it. */
class Joined {
  readonly bytes: Buffer<ArrayBuffer>;
  #at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
  }

  add(part: Buffer | string): void {
    this.#at += typeof part === "string" ? this.bytes.write(part, this.#at) : part.copy(this.bytes, this.#at);
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
