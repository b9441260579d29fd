import { EMPTY_PACK, type Entry, type Pack, type Packed } from "../cache/pack.ts";
import type { Unread } from "../discover/walk.ts";
import type { ReaderName } from "./readers.ts";

/** Facts of one text. `text` is kept for open editors only; a file on disk is known by its stamp and hash. */
export interface Known {
  readonly facts: unknown;
  readonly hash: string;
  readonly stamp: string;
  /** Whether the stamp proves that the file is the same: false where it changed just before it was read. */
  readonly settled: boolean;
  readonly text?: string;
  readonly packed?: Packed;
  /** The facts as JSON, where there was time to write them. */
  json?: Buffer;
}

/** What is known of each file by each reader, or why the file could not be read; and what an earlier run kept of it. */
export class KnownFacts {
  readonly #pack: Pack;
  readonly #known = new Map<ReaderName, Map<string, Known>>();
  readonly #problems = new Map<string, Unread>();
  #unsaved = 0;

  constructor(pack: Pack = EMPTY_PACK) {
    this.#pack = pack;
  }

  get(reader: ReaderName, path: string): Known | undefined {
    return this.#known.get(reader)?.get(path);
  }

  /** What an earlier run kept. */
  packed(reader: ReaderName, path: string): Packed | undefined {
    return this.#pack.get(keyOf(reader, path));
  }

  /** `isNew`: the next run would read the text again. */
  keep(reader: ReaderName, path: string, known: Known, isNew = false): void {
    if (isNew) this.#unsaved++;
    this.#problems.delete(path);
    const map = this.#known.get(reader);
    if (map) map.set(path, known);
    else this.#known.set(reader, new Map([[path, known]]));
  }

  /** There is no such file any more. */
  forget(reader: ReaderName, path: string): void {
    this.#known.get(reader)?.delete(path);
  }

  /** The file cannot be read. */
  leave(reader: ReaderName, path: string, why: Unread): void {
    this.complain(path, why);
    this.forget(reader, path);
  }

  /** What was read of the file is not the whole of it. */
  complain(path: string, why: Unread): void {
    this.#problems.set(path, why);
  }

  /** Why a file could not be read. */
  problem(path: string): Unread | undefined {
    return this.#problems.get(path);
  }

  /** Paths of the files that could not be read. */
  problemPaths(): Iterable<string> {
    return this.#problems.keys();
  }

  /** Hash of the text that the facts of a file come from. */
  hash(path: string): string | undefined {
    for (const known of this.#known.values()) {
      const found = known.get(path);
      if (found) return found.hash;
    }
    return undefined;
  }

  /** How many texts were read that the next run would read again. */
  get unsaved(): number {
    return this.#unsaved;
  }

  /** What the next run wants to find in its cache; with `others`, also facts of readers that this run did not ask. */
  *entries(others = false): Generator<readonly [string, Entry]> {
    this.#unsaved = 0;
    for (const [reader, known] of this.#known) {
      for (const [path, { text, facts, hash, stamp, settled, packed, json }] of known) {
        const key = keyOf(reader, path);
        const kept = text === undefined ? packed : this.#pack.get(key);
        if (kept === undefined && text !== undefined) continue;
        const bytes = kept?.bytes ?? json ?? JSON.stringify(facts);
        yield [key, text === undefined ? { hash, stamp: settled ? stamp : "", bytes } : { ...kept!, bytes }];
      }
    }
    if (others) yield* this.#unasked();
  }

  /** Writes as JSON what `entries` will be asked for. */
  writeFacts(): void {
    for (const known of this.#known.values())
      for (const each of known.values())
        if (each.text === undefined && !each.packed) each.json ??= Buffer.from(JSON.stringify(each.facts));
  }

  *#unasked(): Generator<readonly [string, Entry]> {
    for (const key of this.#pack.keys())
      if (!this.#known.has(key.slice(0, key.indexOf(":")) as ReaderName)) yield [key, this.#pack.get(key)!];
  }
}

const keyOf = (reader: ReaderName, path: string): string => `${reader}:${path}`;
