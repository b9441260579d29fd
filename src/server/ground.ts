import { CONFIGURATION } from "../workspace/configured.ts";
import { hashText } from "../workspace/fix/apply.ts";
import type { Fix } from "../workspace/workspace.ts";
import type { Folder, Snapshot } from "./folder.ts";

/** Gives the state that a fix can be applied to; undefined where what it was made from is another by now. */
export type Ground = (fix: Fix) => Promise<Snapshot | undefined>;

/**
 * Remembers what a fix is about to be made from. Trying it takes a while, in which other files may well change: only the
 * files that it edits, those that make the databases, and the one that says how they are meant are its ground.
 */
export function groundOf(folder: Folder, snapshot: Snapshot): Ground {
  const before = textsBehind(snapshot);
  return async (fix) => {
    if (folder.isCurrent(snapshot)) return snapshot;
    const now = await folder.current();
    const holds = isSame(before, textsBehind(now)) && isFor(fix, now);
    return holds ? now : undefined;
  };
}

function textsBehind({ report, text }: Snapshot): Map<string, string | undefined> {
  const paths = report.projects.flatMap(({ history, prisma }) => [
    ...history.map(({ source }) => source.path),
    ...prisma.map(({ path }) => path),
  ]);
  return new Map([CONFIGURATION, ...paths].map((path) => [path, text(path)]));
}

const isSame = (a: Map<string, string | undefined>, b: Map<string, string | undefined>): boolean =>
  a.size === b.size && [...a].every(([path, text]) => b.has(path) && b.get(path) === text);

const isFor = ({ edits, files, madeFrom }: Fix, { text }: Snapshot): boolean =>
  edits.every(({ path }) => hashText(text(path) ?? "") === madeFrom[path]) &&
  files.every(({ path }) => text(path) === undefined);
