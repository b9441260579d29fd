import type { SourceText } from "../../text/source-text.ts";
import { EMPTY_PACK, type Entry, type Pack, type Packed } from "../cache/pack.ts";
import { isTooLarge } from "../discover/file-kind.ts";
import { BINARY, readText } from "../discover/read-text.ts";
import { type Large, piecesOfFile, whyTooLarge } from "../discover/too-large.ts";
import { type FoundFile, settledStamp, type Unread } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { turns } from "../turns.ts";
import { Aside } from "./aside.ts";
import { ChangeLog } from "./change-log.ts";
import { OpenTexts } from "./open-texts.ts";
import { type FactsOf, READERS, type ReaderName } from "./readers.ts";
import { RecentTexts } from "./recent-texts.ts";
import type { UnreadFile } from "./shared-files.ts";

/** A file and the reader that its facts come from. */
export interface Wanted {
  readonly reader: ReaderName;
  readonly path: string;
  /** A database is not whole without it. */
  readonly needed?: true;
}

/** Facts of one text. `text` is kept for open editors only; a file on disk is known by its stamp and hash. */
interface Held {
  readonly facts: unknown;
  readonly hash: string;
  readonly stamp: string;
  /** Whether the stamp proves that the file is the same: false where it changed just before it was read. */
  readonly settled: boolean;
  readonly text?: string;
  readonly packed?: Packed;
}

/** `before` is what was read of an earlier text of the file. */
type Read = (source: SourceText, before?: unknown) => unknown;

/**
 * The facts of a workspace's files, each read once for each text: from an open editor, from the cache, or from disk.
 * The facts of a text that did not change are the same object from one call to the next.
 */
export class FactStore {
  /** They stand above the disk. */
  readonly open = new OpenTexts();
  readonly #root: string;
  readonly #pack: Pack;
  readonly #held = new Map<ReaderName, Map<string, Held>>();
  readonly #loaded = new Map<ReaderName, Read>();
  readonly #recent = new RecentTexts();
  readonly #problems = new Map<string, Unread>();
  readonly #changes = new ChangeLog();
  readonly #aside: Aside;
  /** Whether no text changes. */
  readonly #once: boolean;
  #files: ReadonlyMap<string, FoundFile> = new Map();
  #unsaved = 0;

  constructor(
    root: string,
    pack: Pack = EMPTY_PACK,
    onTrouble: (sentence: string) => void = () => {},
    once = false,
  ) {
    this.#once = once;
    this.#root = root;
    this.#pack = pack;
    this.#aside = new Aside(root, onTrouble);
  }

  /** Says which files there are on disk. */
  setFiles(files: ReadonlyMap<string, FoundFile>): void {
    this.#files = files;
  }

  /** Says that a file on disk may be another one; without a path, that any may be. */
  fileChanged(path?: string): void {
    this.#changes.add(path);
  }

  setText(path: string, text: string | undefined): void {
    this.#changes.add(path);
    this.open.set(path, text);
  }

  /**
   * Reads what is wanted and not known yet: of a list that was read before, what changed since. Other work gets a turn
   * every 20 ms. `onRead` is called after each text.
   */
  async read(wanted: readonly Wanted[], onRead?: (done: number) => void): Promise<void> {
    const turn = turns();
    const { now } = this.#changes;
    const changed = this.#changes.since(wanted);
    const shared = await this.#shareCode(wanted, turn, onRead);
    // Without an iterator: of thousands that are wanted, nearly all are known.
    for (let i = 0; i < wanted.length; i++) {
      const each = wanted[i]!;
      if (changed && !changed.has(each.path)) continue;
      if (this.#isKnown(each)) continue;
      await this.#readOne(each);
      await turn(() => onRead?.(Math.max(i + 1, shared)));
    }
    this.#changes.saw(wanted, now);
  }

  /** A file that is found on the way to all of them. */
  foresee(file: FoundFile): void {
    const reader = file.kind === "code" || file.kind === "prisma" ? file.kind : undefined;
    if (!reader || this.#aside.hasBegun || this.#held.get(reader)?.has(file.path)) return;
    const unread = this.#asUnread(file, reader);
    if (unread) this.#aside.foresee(unread);
  }

  /** Begins to read what nothing is known of, where it is much: `read` then takes what comes of it. */
  begin(wanted: readonly Wanted[], start?: Parameters<Aside["begin"]>[1]): void {
    if (this.#aside.hasBegun) return;
    const files = wanted.flatMap(({ reader, path }) => {
      const file = this.#files.get(path);
      return (file && this.#asUnread(file, reader)) ?? [];
    });
    this.#aside.begin(files, start);
  }

  #asUnread(file: FoundFile, reader: ReaderName): UnreadFile | undefined {
    if (!isReadAside(reader) || this.open.has(file.path) || isTooLarge(file)) return undefined;
    // A server starts no sooner by it, and would read all of the schema again when that is first edited.
    if (reader === "prisma" && !this.#once) return undefined;
    return this.#pack.get(keyOf(reader, file.path)) ? undefined : { reader, ...file };
  }

  /** Where a thread reads code, and much of it is left: reads some of that here meanwhile. Says how much both read. */
  async #shareCode(
    wanted: readonly Wanted[],
    turn: ReturnType<typeof turns>,
    onRead?: (done: number) => void,
  ): Promise<number> {
    const aside = this.#aside;
    if (!aside.hasMuchLeft || !wanted.some(({ reader }) => reader === "code")) return 0;
    let own = 0;
    for (let run = aside.take(); run.length; run = aside.take())
      for (const { reader, path } of run) {
        await this.#readOne({ reader, path });
        own++;
        await turn(() => onRead?.(own + aside.done));
      }
    return own + aside.done;
  }

  /** Whether a thread is at it. */
  get isReadingAside(): boolean {
    return this.#aside.isReading;
  }

  /** Ends what is still being read. */
  async stop(): Promise<void> {
    await this.#aside.stop();
  }

  /** The facts that `read` found; undefined where there is no such file or it cannot be read. */
  get<Name extends ReaderName>(reader: Name, path: string): FactsOf<Name> | undefined {
    return this.#held.get(reader)?.get(path)?.facts as FactsOf<Name> | undefined;
  }

  /** The facts of a text that is no file of the workspace, such as the platform's own SQL. */
  async readGiven<Name extends ReaderName>(reader: Name, path: string, text: string): Promise<FactsOf<Name>> {
    const hash = hashText(text);
    if (this.#held.get(reader)?.get(path)?.hash !== hash) {
      const packed = this.#pack.get(keyOf(reader, path));
      const known = packed?.hash === hash ? packed : undefined;
      const facts = known ? known.decode() : await this.#parse(reader, path, text);
      if (!known) this.#unsaved++;
      this.#keep(reader, path, { facts, hash, stamp: "", settled: false, ...(known && { packed: known }) });
    }
    return this.get(reader, path)!;
  }

  /** Why a file could not be read. */
  problem(path: string): Unread | undefined {
    return this.#problems.get(path);
  }

  /** Paths of the files that could not be read. */
  problemPaths(): Iterable<string> {
    return this.#problems.keys();
  }

  /** The text as it is now; undefined where there is none. */
  text(path: string): string | undefined {
    const open = this.open.get(path);
    const file = this.#files.get(path);
    if (this.#tooLarge(path)) return undefined;
    if (open !== undefined || !file) return open;
    return this.#recent.get(path, file.stamp, () => {
      const read = readText(this.#root, path, file.size);
      return "text" in read ? read.text : undefined;
    });
  }

  /** Hash of the text that the facts of a file come from. */
  hash(path: string): string | undefined {
    for (const held of this.#held.values()) {
      const found = held.get(path);
      if (found) return found.hash;
    }
    return undefined;
  }

  /** What the next run wants to find in its cache; with `others`, also facts of readers that this run did not ask. */
  *entries(others = false): Generator<readonly [string, Entry]> {
    this.#unsaved = 0;
    for (const [reader, held] of this.#held) {
      for (const [path, { text, facts, hash, stamp, settled, packed }] of held) {
        const key = keyOf(reader, path);
        const kept = text === undefined ? packed : this.#pack.get(key);
        if (kept === undefined && text !== undefined) continue;
        const bytes = kept?.bytes ?? JSON.stringify(facts);
        yield [key, text === undefined ? { hash, stamp: settled ? stamp : "", bytes } : { ...kept!, bytes }];
      }
    }
    if (others) yield* this.#unasked();
  }

  *#unasked(): Generator<readonly [string, Entry]> {
    for (const key of this.#pack.keys())
      if (!this.#held.has(key.slice(0, key.indexOf(":")) as ReaderName)) yield [key, this.#pack.get(key)!];
  }

  /** How many texts were read that the next run would read again. */
  get unsaved(): number {
    return this.#unsaved;
  }

  #isKnown({ reader, path }: Wanted): boolean {
    const held = this.#held.get(reader)?.get(path);
    const text = this.open.get(path);
    if (text !== undefined) return held?.text === text;
    const stamp = this.#files.get(path)?.stamp;
    return held !== undefined && held.text === undefined && held.stamp === stamp;
  }

  async #readOne({ reader, path, needed }: Wanted): Promise<void> {
    const text = this.open.get(path);
    const file = this.#files.get(path);
    const large = this.#tooLarge(path);
    if (large) this.#leave(reader, path, await whyTooLarge(large, needed === true));
    else if (text !== undefined) await this.#readOpen(reader, path, text);
    else if (file) await this.#readFile(reader, file);
    else this.#held.get(reader)?.delete(path);
    if (needed && this.#isBinary(path)) this.#problems.set(path, { ...BINARY, failed: true });
  }

  /** An editor shows some binary files as text. */
  #isBinary(path: string): boolean {
    return this.#problems.get(path)?.binary === true || this.get("sql", path)?.foreign === "binary";
  }

  #tooLarge(path: string): Large | undefined {
    if (this.open.has(path)) return this.open.tooLarge(path);
    const file = this.#files.get(path);
    if (!file || !isTooLarge(file)) return undefined;
    return { ...file, pieces: () => piecesOfFile(`${this.#root}/${path}`) };
  }

  async #readOpen(reader: ReaderName, path: string, text: string): Promise<void> {
    const hash = hashText(text);
    const before = this.#held.get(reader)?.get(path);
    const isKnown = before?.hash === hash && !readsOn(reader, before);
    const facts = isKnown ? before.facts : await this.#parse(reader, path, text, before?.facts);
    this.#keep(reader, path, { facts, hash, text, stamp: "", settled: false });
  }

  async #readFile(reader: ReaderName, file: FoundFile): Promise<void> {
    const before = this.#held.get(reader)?.get(file.path);
    const packed = this.#pack.get(keyOf(reader, file.path));
    if (readsOn(reader, before)) return this.#readText(reader, file, before, packed);
    if (packed?.stamp === file.stamp) return this.#keepDecoded(reader, file, packed, before);
    const aside = isReadAside(reader) ? await this.#aside.get(file) : undefined;
    if (!aside) return this.#readText(reader, file, before, packed);
    if ("why" in aside) return this.#leave(reader, file.path, aside);
    this.#unsaved++;
    this.#keepDecoded(reader, file, aside, before);
  }

  #keepDecoded(reader: ReaderName, { path, stamp }: FoundFile, packed: Packed, before?: Held): void {
    const { hash } = packed;
    const facts = before?.hash === hash ? before.facts : packed.decode();
    this.#keep(reader, path, { facts, hash, stamp, settled: packed.stamp === stamp, packed });
  }

  async #readText(reader: ReaderName, file: FoundFile, before?: Held, packed?: Packed): Promise<void> {
    const { path, stamp } = file;
    const read = readText(this.#root, path, file.size);
    if ("why" in read) return this.#leave(reader, path, read);
    // A history is replayed from the texts that it was just read from.
    if (file.kind === "sql") this.#recent.keep(path, stamp, read.text);
    const hash = hashText(read.text);
    const settled = settledStamp(file) !== "";
    const known = packed?.hash === hash ? packed : undefined;
    const make = () =>
      known && !readsOn(reader, before)
        ? known.decode()
        : this.#parse(reader, path, read.text, before?.facts);
    const facts = before?.hash === hash ? before.facts : await make();
    if (known?.stamp !== stamp) this.#unsaved++;
    this.#keep(reader, path, { facts, hash, stamp, settled, ...(known && { packed: known }) });
  }

  #leave(reader: ReaderName, path: string, unread: Unread): void {
    this.#problems.set(path, unread);
    this.#held.get(reader)?.delete(path);
  }

  #keep(reader: ReaderName, path: string, held: Held): void {
    this.#problems.delete(path);
    const map = this.#held.get(reader);
    if (map) map.set(path, held);
    else this.#held.set(reader, new Map([[path, held]]));
  }

  async #parse(reader: ReaderName, path: string, text: string, before?: unknown): Promise<unknown> {
    let read = this.#loaded.get(reader);
    if (!read) {
      read = (await READERS[reader]()) as Read;
      this.#loaded.set(reader, read);
    }
    return await read({ path, text }, before);
  }
}

/** Whether the reader reads on from what it knows of the text before: facts that are decoded are no replacement for that. */
const readsOn = (reader: ReaderName, before: Held | undefined): boolean =>
  reader === "prisma" && before !== undefined;

const isReadAside = (reader: ReaderName): reader is UnreadFile["reader"] =>
  reader === "code" || reader === "prisma";

const keyOf = (reader: ReaderName, path: string): string => `${reader}:${path}`;
