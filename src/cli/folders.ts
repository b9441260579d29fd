import { statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { CannotRun } from "./terminal.ts";

/** A folder to work on: where it is, and how paths below it are shown from the current folder. */
export interface Folder {
  readonly root: string;
  /** "" for the current folder, else `packages/db/`. */
  readonly prefix: string;
}

/** The folders that a command was called with, the current one by default; each once. Throws CannotRun. */
export function findFolders(names: readonly string[], cwd: string): Folder[] {
  const roots = (names.length ? names : ["."]).map((name) => checkFolder(name, resolve(cwd, name)));
  return [...new Set(roots)].map((root) => ({ root, prefix: prefixOf(relative(cwd, root)) }));
}

const prefixOf = (path: string): string => (path === "" ? "" : `${path.split(sep).join("/")}/`);

function checkFolder(name: string, root: string): string {
  const stats = statSync(root, { throwIfNoEntry: false });
  if (!stats)
    throw new CannotRun(`There is no folder "${name}"${isWord(name) ? ", and no such command" : ""}.`);
  if (!stats.isDirectory())
    throw new CannotRun(`"${name}" is a file; give the folder of the workspace instead.`);
  return root;
}

export const isFolder = (name: string, cwd: string): boolean =>
  statSync(resolve(cwd, name), { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A command that there is not is taken for a folder. */
const isWord = (name: string): boolean => /^[a-z-]+$/.test(name);

/** A file that a command was told to read. Throws CannotRun where it is not there. */
export function findFile(name: string, cwd: string): string {
  const path = resolve(cwd, name);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new CannotRun(`There is no file "${name}".`);
  return path;
}
