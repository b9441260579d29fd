import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { SourceNote } from "../../lint/report.ts";
import { turns } from "../turns.ts";
import { type FileKind, isTooLarge, kindOfFile, megabytesRead } from "./file-kind.ts";
import {
  addIgnoreFile,
  findOuterRules,
  findRepository,
  type IgnoreRules,
  isIgnored,
  isNeverRead,
} from "./ignored.ts";

/** A file of interest. `stamp` changes when the file does, as far as the file system tells. */
export interface FoundFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly stamp: string;
  readonly modified: number;
  /** In bytes. */
  readonly size: number;
}

/** A stamp proves that a file is the same only where it had not just been written. */
export const settledStamp = ({ stamp, modified }: FoundFile): string =>
  Date.now() - modified > 2000 ? stamp : "";

export interface Walk {
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  readonly notes: readonly SourceNote[];
}

/**
 * Every file of interest below `root`, and a note for each that had to be left alone. One pass, no content read.
 * Calls are synchronous, which is several times as fast for many small folders; other work gets a turn every 20 ms.
 * `onFound` is told of each file as soon as it is found.
 */
export async function walkWorkspace(root: string, onFound?: (file: FoundFile) => void): Promise<Walk> {
  const walker = startWalk(root, onFound);
  const turn = turns();
  while (walker.step()) await turn();
  return walker.finish();
}

/** One file again, after it was said to have changed; undefined where it is gone or of no interest. */
export function lookAt(root: string, path: string): FoundFile | SourceNote | undefined {
  const kind = kindOfFile(path);
  if (!kind) return undefined;
  try {
    return foundFile(path, kind, statSync(join(root, path)));
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : unread(path, error);
  }
}

interface Folder {
  readonly path: string;
  readonly rules: IgnoreRules | undefined;
}

interface Link {
  readonly path: string;
  readonly target: string;
  readonly kind: FileKind;
  readonly stats: Stats;
}

function startWalk(root: string, onFound?: (file: FoundFile) => void) {
  const files: FoundFile[] = [];
  const notes: SourceNote[] = [];
  const links: Link[] = [];
  // What lies nearer to the root comes first: code is then found, and begun with, before thousands of migrations.
  const folders: Folder[] = [{ path: "", rules: findOuterRules(root, findRepository(root)) }];
  let looked = 0;
  const home = realRoot(root);
  const visited = new Set<string>();

  function step(): boolean {
    const folder = folders[looked++];
    if (!folder) return false;
    const entries = readFolder(folder);
    const rules = entries.some((each) => each.name === ".gitignore")
      ? addIgnoreFile(folder.rules, root, folder.path)
      : folder.rules;
    for (const entry of entries) visit(entry, folder.path, rules);
    return looked < folders.length;
  }

  function readFolder(folder: Folder): Dirent[] {
    try {
      return readdirSync(join(root, folder.path), { withFileTypes: true });
    } catch (error) {
      notes.push(unread(folder.path || ".", error));
      return [];
    }
  }

  function visit(entry: Dirent, parent: string, rules: IgnoreRules | undefined): void {
    const path = parent ? `${parent}/${entry.name}` : entry.name;
    if (entry.isDirectory()) {
      if (!isNeverRead(entry.name) && !isIgnored(rules, path, true)) folders.push({ path, rules });
    } else if (entry.isSymbolicLink()) {
      if (!isNeverRead(entry.name) && !isIgnored(rules, path, false)) visitLink(path, rules);
    } else visitFile(entry, path, rules);
  }

  function visitFile(entry: Dirent, path: string, rules: IgnoreRules | undefined): void {
    const kind = kindOfFile(path);
    // An environment file is ignored by git in every tidy project, and says all the same with which role code connects.
    if (!kind || (kind !== "environment" && isIgnored(rules, path, false))) return;
    if (!entry.isFile()) {
      notes.push(left(path, "not a regular file"));
      return;
    }
    try {
      add(foundFile(path, kind, statSync(join(root, path))));
    } catch (error) {
      notes.push(unread(path, error));
    }
  }

  function visitLink(path: string, rules: IgnoreRules | undefined): void {
    try {
      const target = realpathSync(join(root, path));
      const stats = statSync(target);
      const kind = kindOfFile(path);
      if (stats.isDirectory()) visitLinkedFolder(path, target, rules);
      else if (kind) links.push({ path, target, kind, stats });
    } catch (error) {
      const loop = errorCode(error) === "ELOOP";
      if (loop || kindOfFile(path)) notes.push(unread(path, error));
    }
  }

  function visitLinkedFolder(path: string, target: string, rules: IgnoreRules | undefined): void {
    if (isInside(home, target))
      notes.push(left(path, `a link to ${nameInside(target)}, which is read there`));
    else if ([...visited].some((each) => isInside(each, target) || isInside(target, each)))
      notes.push(left(path, `a link to ${target}, which is read through another link`));
    else {
      visited.add(target);
      folders.push({ path, rules });
    }
  }

  function nameInside(target: string): string {
    return relative(home, target).split(sep).join("/") || "the workspace itself";
  }

  function add(found: FoundFile | SourceNote): void {
    if (!("kind" in found)) return void notes.push(found);
    files.push(found);
    onFound?.(found);
  }

  /** A link to a file that is read at its own place would count twice. */
  function addLinks(): void {
    const read = new Set(files.map((file) => file.path));
    for (const { path, target, kind, stats } of links) {
      const inside = isInside(home, target) && nameInside(target);
      if (inside && read.has(inside)) notes.push(left(path, `a link to ${inside}, which is read there`));
      else add(foundFile(path, kind, stats));
    }
  }

  function finish(): Walk {
    addLinks();
    return { files: files.sort(byPath), notes: notes.sort(byPath) };
  }

  return { step, finish };
}

function foundFile(path: string, kind: FileKind, stats: Stats): FoundFile | SourceNote {
  if (!stats.isFile()) return left(path, "not a regular file");
  if (!MAY_BE_NEEDED.has(kind) && isTooLarge({ kind, size: stats.size }))
    return left(path, `larger than ${megabytesRead(kind)} MB`);
  const stamp = `${stats.size}-${stats.mtimeMs}-${stats.ctimeMs}-${stats.ino}`;
  return { path, kind, stamp, modified: Math.max(stats.mtimeMs, stats.ctimeMs), size: stats.size };
}

/** Of these it is known only later whether they are part of a database, and so missed where they are too large. */
const MAY_BE_NEEDED: ReadonlySet<FileKind> = new Set(["sql", "prisma"]);

export const left = (path: string, why: string): SourceNote => ({ path, what: "file", read: false, why });

const unread = (path: string, error: unknown): SourceNote => ({ ...left(path, ""), ...whyUnread(error) });

export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

export const errorCode = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ELOOP: "a symbolic link that leads back to itself",
  ENOENT: "it is not there (a link to nothing, or removed while reading)",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "its path is too long",
};

/** Why a file or folder could not be read, as the end of a sentence. */
export const explain = (error: unknown): string =>
  REASONS[errorCode(error)] ?? `it cannot be read (${errorCode(error) || error})`;

/** Why there is no text; `failed` where there is one, and it could not be read. */
export interface Unread {
  readonly why: string;
  /** What it holds is no text. */
  readonly binary?: true;
  readonly failed?: true;
}

export const whyUnread = (error: unknown): Unread => ({
  why: explain(error),
  ...(!ABSENT.has(errorCode(error)) && { failed: true }),
});

/** Links that lead nowhere have nothing to read. */
const ABSENT = new Set(["ENOENT", "ELOOP"]);

function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}

const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);
