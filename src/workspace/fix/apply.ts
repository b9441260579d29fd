import crypto, { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { applyEdits } from "../../text/edit.ts";
import { type Fix, WorkspaceProblem } from "../workspace.ts";

/** What a fix could not be written for, as one sentence for the user. Nothing was written. */
export class FixRefused extends WorkspaceProblem {}

/**
 * Writes a fix below `root`, whole or not at all: everything is written beside its place first, then renamed into it;
 * if one rename fails, those before it are undone. Refuses where a file is no longer what the fix was made from.
 * Gives the paths written. Throws FixRefused.
 */
export function applyFix(root: string, fix: Fix): string[] {
  const writes = planWrites(root, fix);
  const folders: string[] = [];
  try {
    for (const write of writes) prepare(write, folders);
    putInPlace(writes);
  } catch (error) {
    for (const write of writes) rmSync(write.temporary, { force: true });
    for (const folder of folders.reverse()) removeIfEmpty(folder);
    if (error instanceof FixRefused) throw error;
    throw new FixRefused(
      `The fix could not be written, and nothing was changed: ${(error as Error).message}.`,
    );
  }
  return writes.map((write) => write.path);
}

/** The texts after a fix, by path, for a preview: `before` is undefined for a new file. */
export function previewFix(
  root: string,
  fix: Fix,
): { path: string; before: string | undefined; after: string }[] {
  return planWrites(root, fix).map(({ path, before, after }) => ({
    path,
    before: before?.toString("utf8"),
    after,
  }));
}

/** Node has it since 20.12. It takes half the time of the other way, which is tens of milliseconds for thousands of files. */
const hash = crypto.hash as typeof crypto.hash | undefined;

/** The hash that ties a fix to a text. */
export const hashText = (text: string | Buffer): string =>
  hash ? hash("sha1", text) : createHash("sha1").update(text).digest("hex");

interface Write {
  readonly path: string;
  /** Absolute; where a link points, so that the link stays one. */
  readonly target: string;
  readonly temporary: string;
  readonly before: Buffer | undefined;
  readonly after: string;
}

function planWrites(root: string, fix: Fix): Write[] {
  const edited = [...new Set(fix.edits.map((edit) => edit.path))];
  return [
    ...edited.map((path) => planEdit(root, path, fix)),
    ...fix.files.map(({ path, text }) => {
      const target = join(root, path);
      if (existsSync(target)) throw new FixRefused(`${path} exists already; the fix wanted to create it.`);
      return planned(path, target, undefined, text);
    }),
  ];
}

function planEdit(root: string, path: string, fix: Fix): Write {
  const before = readBefore(root, path);
  const text = before.toString("utf8");
  if (!Buffer.from(text).equals(before)) throw new FixRefused(`${path} is not UTF-8, so it is not edited.`);
  const made = fix.madeFrom[path];
  if (made !== undefined && made !== hashText(before)) {
    throw new FixRefused(`${path} has changed since the fix was made; run the check again.`);
  }
  const edits = fix.edits.filter((edit) => edit.path === path);
  return planned(path, realpathSync(join(root, path)), before, applyEdits(text, edits));
}

function readBefore(root: string, path: string): Buffer {
  try {
    return readFileSync(join(root, path));
  } catch (error) {
    throw new FixRefused(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

function planned(path: string, target: string, before: Buffer | undefined, after: string): Write {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString("hex")}.tmp`);
  return { path, target, temporary, before, after };
}

function prepare(write: Write, folders: string[]): void {
  makeFolder(dirname(write.target), folders);
  const mode = write.before === undefined ? 0o666 : statSync(write.target).mode;
  writeFileSync(write.temporary, write.after, { mode, flag: "wx", flush: true });
}

/** Makes a folder with its parents, and remembers those that were not there. */
function makeFolder(folder: string, made: string[]): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

function putInPlace(writes: readonly Write[]): void {
  const done: Write[] = [];
  try {
    for (const write of writes) {
      refuseIfChanged(write);
      renameSync(write.temporary, write.target);
      done.push(write);
    }
  } catch (error) {
    for (const write of done.reverse()) undo(write);
    throw error;
  }
}

/** Somebody may have saved the file since it was read. */
function refuseIfChanged({ path, target, before }: Write): void {
  const now = lstatSync(target, { throwIfNoEntry: false }) ? readFileSync(target) : undefined;
  const same = before === undefined || now === undefined ? before === now : before.equals(now);
  if (!same) throw new FixRefused(`${path} has changed since the fix was made; run the check again.`);
}

function undo({ target, temporary, before }: Write): void {
  if (before === undefined) {
    rmSync(target, { force: true });
    return;
  }
  writeFileSync(temporary, before, { mode: statSync(target).mode });
  renameSync(temporary, target);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody put a file there meanwhile: the folder is theirs now.
  }
}
