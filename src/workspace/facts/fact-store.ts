import type { SourceText } from "../../text/source-text.ts";
import type { Pack, Packed } from "../cache/pack.ts";
import { isTooLarge } from "../discover/file-kind.ts";
import { BINARY, readText } from "../discover/read-text.ts";
import { type Large, piecesOfFile, whyTooLarge } from "../discover/too-large.ts";
import { type FoundFile, settledStamp } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { turns } from "../turns.ts";
import { Aside } from "./aside.ts";
import { ChangeLog } from "./change-log.ts";
import { type Known, KnownFacts } from "./known-facts.ts";
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

/** `before` is what was read of an earlier text of the file. */
type Read = (source: SourceText, before?: unknown) => unknown;

/**
 * The facts of a workspace's files, each read once for each text: from an open editor, from the cache, or from disk.
 * The facts of a text that did not change are the same object from one call to the next.
 */
export class FactStore {
  /** They stand above the disk. */
  readonly open = new OpenTexts();
  readonly known: KnownFacts;
  readonly #root: string;
  readonly #loaded = new Map<ReaderName, Read>();
  readonly #recent = new RecentTexts();
  readonly #changes = new ChangeLog();
  readonly #aside: Aside;
  /** Whether no text changes. */
  readonly #once: boolean;
  #files: ReadonlyMap<string, FoundFile> = new Map();
  /** What the thread was last offered: of thousands of files nothing is asked again at every edit. */
  #offered: readonly Wanted[] | undefined;

  constructor(root: string, pack?: Pack, onTrouble: (sentence: string) => void = () => {}, once = false) {
    this.#once = once;
    this.#root = root;
    this.known = new KnownFacts(pack);
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
    if (!reader || this.#aside.hasBegun || this.known.get(reader, file.path)) return;
    const unread = this.#asUnread(file, reader);
    if (unread) this.#aside.foresee(unread);
  }

  /** Begins to read what nothing is known of, where it is much: `read` then takes what comes of it. */
  begin(wanted: readonly Wanted[], start?: Parameters<Aside["begin"]>[1]): void {
    if (this.#aside.hasBegun || this.#offered === wanted) return;
    this.#offered = wanted;
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
    return this.known.packed(reader, file.path) ? undefined : { reader, ...file };
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
    return this.known.get(reader, path)?.facts as FactsOf<Name> | undefined;
  }

  /** The facts of a text that is no file of the workspace, such as the platform's own SQL. */
  async readGiven<Name extends ReaderName>(reader: Name, path: string, text: string): Promise<FactsOf<Name>> {
    const hash = hashText(text);
    if (this.known.get(reader, path)?.hash !== hash) {
      const kept = this.known.packed(reader, path);
      const packed = kept?.hash === hash ? kept : undefined;
      const facts = packed ? packed.decode() : await this.#parse(reader, path, text);
      const known: Known = { facts, hash, stamp: "", settled: false, ...(packed && { packed }) };
      this.known.keep(reader, path, known, !packed);
    }
    return this.get(reader, path)!;
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

  #isKnown({ reader, path }: Wanted): boolean {
    const known = this.known.get(reader, path);
    const text = this.open.get(path);
    if (text !== undefined) return known?.text === text;
    const stamp = this.#files.get(path)?.stamp;
    return known !== undefined && known.text === undefined && known.stamp === stamp;
  }

  async #readOne({ reader, path, needed }: Wanted): Promise<void> {
    const text = this.open.get(path);
    const file = this.#files.get(path);
    const large = this.#tooLarge(path);
    if (large) this.known.leave(reader, path, await whyTooLarge(large, needed === true));
    else if (text !== undefined) await this.#readOpen(reader, path, text);
    else if (file) await this.#readFile(reader, file);
    else this.known.forget(reader, path);
    if (needed && this.#isBinary(path)) this.known.complain(path, { ...BINARY, failed: true });
  }

  /** An editor shows some binary files as text. */
  #isBinary(path: string): boolean {
    return this.known.problem(path)?.binary === true || this.get("sql", path)?.foreign === "binary";
  }

  #tooLarge(path: string): Large | undefined {
    if (this.open.has(path)) return this.open.tooLarge(path);
    const file = this.#files.get(path);
    if (!file || !isTooLarge(file)) return undefined;
    return { ...file, pieces: () => piecesOfFile(`${this.#root}/${path}`) };
  }

  async #readOpen(reader: ReaderName, path: string, text: string): Promise<void> {
    const hash = hashText(text);
    const before = this.known.get(reader, path);
    const isKnown = before?.hash === hash && !readsOn(reader, before);
    const facts = isKnown ? before.facts : await this.#parse(reader, path, text, before?.facts);
    this.known.keep(reader, path, { facts, hash, text, stamp: "", settled: false });
  }

  async #readFile(reader: ReaderName, file: FoundFile): Promise<void> {
    const before = this.known.get(reader, file.path);
    const packed = this.known.packed(reader, file.path);
    if (readsOn(reader, before)) return this.#readText(reader, file, before, packed);
    if (packed?.stamp === file.stamp) return this.#keepDecoded(reader, file, packed, before);
    const aside = isReadAside(reader) ? await this.#aside.get(file) : undefined;
    if (!aside) return this.#readText(reader, file, before, packed);
    if ("why" in aside) return this.known.leave(reader, file.path, aside);
    this.#keepDecoded(reader, file, aside, before, true);
  }

  #keepDecoded(
    reader: ReaderName,
    { path, stamp }: FoundFile,
    packed: Packed,
    before?: Known,
    isNew = false,
  ): void {
    const { hash } = packed;
    const facts = before?.hash === hash ? before.facts : packed.decode();
    this.known.keep(reader, path, { facts, hash, stamp, settled: packed.stamp === stamp, packed }, isNew);
  }

  async #readText(reader: ReaderName, file: FoundFile, before?: Known, kept?: Packed): Promise<void> {
    const { path, stamp } = file;
    const read = readText(this.#root, path, file.size);
    if ("why" in read) return this.known.leave(reader, path, read);
    // A history is replayed from the texts that it was just read from.
    if (file.kind === "sql") this.#recent.keep(path, stamp, read.text);
    const hash = hashText(read.text);
    const settled = settledStamp(file) !== "";
    const packed = kept?.hash === hash ? kept : undefined;
    const make = () =>
      packed && !readsOn(reader, before)
        ? packed.decode()
        : this.#parse(reader, path, read.text, before?.facts);
    const facts = before?.hash === hash ? before.facts : await make();
    const known: Known = { facts, hash, stamp, settled, ...(packed && { packed }) };
    this.known.keep(reader, path, known, packed?.stamp !== stamp);
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
const readsOn = (reader: ReaderName, before: Known | undefined): boolean =>
  reader === "prisma" && before !== undefined;

const isReadAside = (reader: ReaderName): reader is UnreadFile["reader"] =>
  reader === "code" || reader === "prisma";
