import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import ignore, { type Ignore } from "ignore";
import { kindOfFile } from "./file-kind.ts";

/** Folders that hold no source of anybody's, whatever `.gitignore` says. */
const NEVER = new Set(
  `node_modules bower_components .git .hg .svn .jj dist coverage .next .nuxt .output .svelte-kit .turbo .vercel .netlify .expo
.yarn .pnpm-store .cache .parcel-cache .angular .vscode-test .terraform .gradle .venv __pycache__ Pods`.split(
    /\s+/,
  ),
);

export const isNeverRead = (name: string): boolean => NEVER.has(name);

/** The `.gitignore` files in force in one folder, nearest first. `base` is their folder seen from the workspace root. */
export interface IgnoreRules {
  readonly up: IgnoreRules | undefined;
  readonly rules: Ignore;
  /** Puts a path relative to the workspace root into the terms of this file; undefined where it is not below. */
  readonly relative: (path: string) => string;
}

/** The rules of the folder at `path` (relative to the root, "" for the root) added to those of its parents. */
export function addIgnoreFile(
  up: IgnoreRules | undefined,
  root: string,
  path: string,
): IgnoreRules | undefined {
  const rules = readRules([join(root, path, ".gitignore")]);
  const length = path === "" ? 0 : path.length + 1;
  return rules ? { up, rules, relative: (each) => each.slice(length) } : up;
}

/**
 * Rules that stand above the workspace root, up to the top of the repository. None where they ignore the root itself:
 * whoever opens an ignored folder wants to see it.
 */
export function findOuterRules(root: string, top: string | undefined): IgnoreRules | undefined {
  if (top === undefined) return undefined;
  let rules: IgnoreRules | undefined;
  for (const folder of foldersBetween(top, root)) {
    const files = [join(folder, ".gitignore")];
    if (folder === top) files.unshift(join(top, ".git", "info", "exclude"));
    const found = readRules(folder === root ? files.slice(0, -1) : files);
    const prefix = slashed(root.slice(folder.length + 1));
    const relative = (each: string) => (prefix ? `${prefix}/${each}` : each);
    if (found && prefix && found.ignores(`${prefix}/`)) return undefined;
    if (found) rules = { up: rules, rules: found, relative };
  }
  return rules;
}

/** Whether the nearest rule that speaks of the path ignores it. Parents are the caller's: an ignored folder is not entered. */
export function isIgnored(rules: IgnoreRules | undefined, path: string, isFolder: boolean): boolean {
  for (let level = rules; level; level = level.up) {
    const verdict = level.rules.test(level.relative(path) + (isFolder ? "/" : ""));
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

/** Whether a walk would not come to this file: for one that appeared since. */
export function isLeftAlone(root: string, path: string): boolean {
  const names = path.split("/");
  const file = names.pop()!;
  let rules = addIgnoreFile(findOuterRules(root, findRepository(root)), root, "");
  let folder = "";
  for (const name of names) {
    folder = folder ? `${folder}/${name}` : name;
    if (isNeverRead(name) || isIgnored(rules, folder, true)) return true;
    rules = addIgnoreFile(rules, root, folder);
  }
  return kindOfFile(file) !== "environment" && isIgnored(rules, path, false);
}

/** The folder that holds `.git`, at or above `folder`. */
export function findRepository(folder: string): string | undefined {
  for (let each = folder; ; each = dirname(each)) {
    if (existsSync(join(each, ".git"))) return each;
    if (dirname(each) === each) return undefined;
  }
}

/** From `top` down to `root`, both included. */
function foldersBetween(top: string, root: string): string[] {
  const folders = [root];
  while (folders[0] !== top && basename(folders[0]!) !== "") folders.unshift(dirname(folders[0]!));
  return folders;
}

function readRules(files: readonly string[]): Ignore | undefined {
  let rules: Ignore | undefined;
  for (const file of files) {
    try {
      const text = readFileSync(file, "utf8");
      rules ??= ignore({ ignorecase: process.platform !== "linux" });
      rules.add(text);
    } catch {
      // No such file is the usual case; one that cannot be read ignores nothing.
    }
  }
  return rules;
}

const slashed = (path: string): string => path.replaceAll("\\", "/");
