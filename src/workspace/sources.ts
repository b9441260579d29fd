import { statSync } from "node:fs";
import { join } from "node:path";
import type { SourceNote } from "../lint/report.ts";
import { isTooLarge, kindOfFile } from "./discover/file-kind.ts";
import { isLeftAlone } from "./discover/ignored.ts";
import { nameOf } from "./discover/sql-role.ts";
import type { FileOfKind } from "./discover/survey.ts";
import { byPath, type FoundFile, lookAt, walkWorkspace } from "./discover/walk.ts";
import type { FactStore } from "./facts/fact-store.ts";

/** Past this many changed paths (a branch was switched) one walk is quicker than a look at each. */
const MANY = 500;

/** The files of a workspace: those on disk, and those that only an open editor has. */
export class Sources {
  readonly #root: string;
  readonly #store: FactStore;
  readonly #onFound: ((file: FoundFile) => void) | undefined;
  readonly #found = new Map<string, FoundFile>();
  #notes: readonly SourceNote[] = [];
  #listed: readonly FileOfKind[] | undefined;
  #walked = false;
  #changed = new Set<string>();

  /** `onFound` is told of each file on disk while they are being listed. */
  constructor(root: string, store: FactStore, onFound?: (file: FoundFile) => void) {
    this.#root = root;
    this.#store = store;
    this.#onFound = onFound;
    store.setFiles(this.#found);
  }

  /** Files that were left alone on the way, and why. */
  get notes(): readonly SourceNote[] {
    return this.#notes;
  }

  /** Files on disk, sorted by path. */
  found(): FoundFile[] {
    return [...this.#found.values()].sort(byPath);
  }

  setText(path: string, text: string | undefined): void {
    const before = this.#seen(path);
    this.#store.setText(path, text);
    if (before !== this.#seen(path)) this.#listed = undefined;
  }

  filesChanged(paths: readonly string[]): void {
    for (const path of paths) this.#changed.add(path);
  }

  /** Every file of interest, sorted by path: the same list as long as no file comes or goes. */
  async list(): Promise<readonly FileOfKind[]> {
    const again = this.#changed.size > MANY || [...this.#changed].some((path) => this.#movesFiles(path));
    if (!this.#walked || again) await this.#walk();
    else for (const path of this.#changed) this.#look(path);
    this.#changed = new Set();
    this.#listed ??= this.#all();
    return this.#listed;
  }

  async #walk(): Promise<void> {
    const { files, notes } = await walkWorkspace(this.#root, this.#onFound);
    this.#store.fileChanged();
    const before = new Map(this.#found);
    this.#found.clear();
    // Whether a file is ignored that only an editor has is asked again.
    let same =
      files.length === before.size && [...this.#store.open.paths()].every((path) => before.has(path));
    for (const file of files) {
      const known = before.get(file.path);
      same &&= known !== undefined && isTooLarge(known) === isTooLarge(file);
      // The very object from before where it is as it was: what is walked through and thrown away at once costs little.
      this.#found.set(file.path, known?.stamp === file.stamp ? known : file);
    }
    this.#notes = notes;
    this.#walked = true;
    if (!same) this.#listed = undefined;
  }

  /** A folder comes and goes with all that is in it, and a `.gitignore` decides about others. */
  #movesFiles(path: string): boolean {
    if (kindOfFile(path)) return false;
    if (nameOf(path) === ".gitignore" || isFolder(join(this.#root, path))) return true;
    return [...this.#found.keys()].some((each) => each.startsWith(`${path}/`));
  }

  #look(path: string): void {
    const before = this.#seen(path);
    this.#store.fileChanged(path);
    const seen =
      this.#found.has(path) || !isLeftAlone(this.#root, path) ? lookAt(this.#root, path) : undefined;
    this.#notes = this.#notes.filter((note) => note.path !== path);
    if (seen && "kind" in seen) this.#found.set(path, seen);
    else {
      this.#found.delete(path);
      if (seen) this.#notes = [...this.#notes, seen];
    }
    if (before !== this.#seen(path)) this.#listed = undefined;
  }

  /** What the list of files says of one. */
  #seen(path: string): "absent" | "large" | "there" {
    if (this.#store.open.has(path)) return this.#store.open.tooLarge(path) ? "large" : "there";
    const file = this.#found.get(path);
    return file ? (isTooLarge(file) ? "large" : "there") : "absent";
  }

  /** Whether an open text is of a file that a walk would not come to, or comes to at another place. */
  #isLeft(path: string): boolean {
    if (this.#found.has(path)) return false;
    const isAt = (note: SourceNote) => path === note.path || path.startsWith(`${note.path}/`);
    return this.#notes.some((note) => !note.failed && isAt(note)) || isLeftAlone(this.#root, path);
  }

  #all(): FileOfKind[] {
    const all = new Map<string, FileOfKind>();
    for (const [path, file] of this.#found)
      all.set(path, { path, kind: file.kind, ...(isTooLarge(file) && { large: true }) });
    for (const path of this.#store.open.paths()) {
      const kind = kindOfFile(path);
      if (!kind || this.#isLeft(path)) continue;
      all.set(path, { path, kind, ...(this.#store.open.tooLarge(path) && { large: true }) });
    }
    return [...all.values()].sort(byPath);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
