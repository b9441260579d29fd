import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { readSealed, writeSealed } from "../../cache/sealed-file.ts";
import type { Report, SourceNote } from "../../lint/report.ts";
import { readText } from "../discover/read-text.ts";
import { type FoundFile, settledStamp, walkWorkspace } from "../discover/walk.ts";
import { hashText } from "../fix/apply.ts";
import { type GitState, readGitState } from "../git/git.ts";

/** Everything that a report depends on besides the program. */
export interface Inputs {
  readonly files: readonly InputFile[];
  readonly notes: readonly SourceNote[];
  /** Path -> hash of the configuration and the baseline; null for what is not there. */
  readonly settings: Readonly<Record<string, string | null>>;
  /** What git says of the files whose state matters, by path. */
  readonly git: Readonly<Record<string, string>>;
}

/** `stamp` is "" where a later change could have kept it; `hash` null where the file's text was not read. */
export type InputFile = readonly [path: string, stamp: string, hash: string | null];

/** What a report says, without what only a live workspace has. */
type Said = Omit<Report, "root" | "projects" | "text">;

const FILE = "report.json";

/**
 * The report that an earlier run kept, where every input is as it was then: the same files with the same texts,
 * settings and states in git. Otherwise undefined.
 */
export async function findKeptReport(
  root: string,
  folder: string,
  version: string,
): Promise<Report | undefined> {
  const file = readSealed(folder, FILE, version);
  if (!file) return undefined;
  const { inputs, said } = JSON.parse(file.toString("utf8")) as { inputs: Inputs; said: Said };
  const [walk, git] = await Promise.all([walkWorkspace(root), readGitState(root)]);
  const files = sameFiles(root, walk.files, inputs.files);
  const same =
    files && sameNotes(walk.notes, inputs.notes) && sameSettings(root, inputs) && sameGit(git, inputs);
  if (!same) return undefined;
  if (files.some(([, stamp], i) => stamp !== inputs.files[i]![1]))
    keep(folder, version, { ...inputs, files }, said);
  const text = (path: string): string | undefined => {
    const read = readText(root, path);
    return "text" in read ? read.text : undefined;
  };
  return { ...said, root, projects: [], text };
}

/** Keeps a report for the next run. */
export function keepReport(folder: string, version: string, inputs: Inputs, report: Report): void {
  const { root: _, projects: __, text: ___, ...said } = report;
  keep(folder, version, inputs, said);
}

function keep(folder: string, version: string, inputs: Inputs, said: Said): void {
  writeSealed(folder, FILE, version, Buffer.from(JSON.stringify({ inputs, said })));
}

/** The files with stamps as of now, where they are those of the earlier run. */
function sameFiles(
  root: string,
  now: readonly FoundFile[],
  then: readonly InputFile[],
): InputFile[] | undefined {
  if (now.length !== then.length) return undefined;
  const files: InputFile[] = [];
  for (const [i, file] of now.entries()) {
    const [path, stamp, hash] = then[i]!;
    if (path !== file.path || (stamp !== file.stamp && !sameText(root, path, hash))) return undefined;
    files.push([path, settledStamp(file), hash]);
  }
  return files;
}

function sameText(root: string, path: string, hash: string | null): boolean {
  const read = hash === null ? undefined : readText(root, path);
  return read !== undefined && "text" in read && hashText(read.text) === hash;
}

const sameNotes = (now: readonly SourceNote[], then: readonly SourceNote[]): boolean =>
  JSON.stringify(now) === JSON.stringify(then);

const sameSettings = (root: string, { settings }: Inputs): boolean =>
  Object.entries(settings).every(([path, hash]) => hashOfSetting(root, path) === hash);

/** The hash of a configuration or baseline, which may lie outside the workspace; null where there is none. */
export function hashOfSetting(root: string, path: string): string | null {
  try {
    return hashText(readFileSync(isAbsolute(path) ? path : join(root, path)));
  } catch {
    return null;
  }
}

const sameGit = (state: GitState, { git }: Inputs): boolean =>
  Object.entries(git).every(([path, then]) => gitStateOf(state, path) === then);

export const gitStateOf = (git: GitState, path: string): string => `${git.state(path)} ${git.tracked(path)}`;
