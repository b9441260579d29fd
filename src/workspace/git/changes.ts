import { runGit } from "./git.ts";

/** Lines of a file as it is now, 1-based, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Path -> changed lines; `all` for a file that is new. */
export type Changes = ReadonlyMap<string, readonly LineRange[] | "all">;

/**
 * What changed in the files of a workspace since a revision: since the point where this branch left it, commits,
 * staged, unstaged and new files alike. A sentence where git cannot say.
 */
export async function findChanges(
  root: string,
  revision: string,
): Promise<Changes | { readonly problem: string }> {
  const patience = 30_000;
  const known = await runGit(
    root,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
    patience,
  );
  if (!known.ok) {
    const { ok, error } = await runGit(root, ["rev-parse", "--git-dir"], patience);
    if (ok) return { problem: `Git knows no revision "${revision}" here.` };
    return { problem: `Git cannot say what changed since "${revision}": ${asEnding(error)}.` };
  }
  const base = await runGit(root, ["merge-base", known.out.trim(), "HEAD"], patience);
  const from = base.ok ? base.out.trim() : known.out.trim();
  const [diff, untracked] = await Promise.all([
    runGit(root, ["diff", "--relative", ...PLAIN, from, "--", "."], patience),
    runGit(root, ["ls-files", "--others", "--exclude-standard", "-z", "--", "."], patience),
  ]);
  if (!diff.ok || !untracked.ok)
    return {
      problem: `Git could not compare with "${revision}": ${asEnding(diff.error || untracked.error)}.`,
    };
  const changes = parseDiff(diff.out);
  for (const path of untracked.out.split("\0")) if (path) changes.set(path, "all");
  return changes;
}

/** `fatal: not a git repository (or any of the parent directories): .git` as the end of a sentence. */
const asEnding = (error: string): string => error.replace(/^fatal: /, "").replace(/\.$/, "");

/** Whatever the user's own settings for diffs are. */
const PLAIN = [
  "--unified=0",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

/** Reads a unified diff without context: the lines of the new side, per file. Removed files are left out. */
export function parseDiff(diff: string): Map<string, readonly LineRange[] | "all"> {
  const changes = new Map<string, LineRange[] | "all">();
  let path: string | undefined;
  let isNew = false;
  let left = 0;
  for (const line of diff.split("\n")) {
    if (left > 0) {
      // Inside a hunk: a removed line `-- x` looks like a header.
      if (!line.startsWith("\\")) left--;
      continue;
    }
    if (line.startsWith("--- ")) isNew = line === "--- /dev/null";
    else if (line.startsWith("+++ ")) {
      path = line === "+++ /dev/null" ? undefined : unquote(line.slice(4)).slice(2);
      if (path !== undefined) changes.set(path, isNew ? "all" : []);
    } else if (line.startsWith("@@ ")) {
      const hunk = parseHunk(line);
      left = hunk.lines;
      const ranges = path === undefined ? undefined : changes.get(path);
      if (Array.isArray(ranges)) ranges.push(hunk.range);
    }
  }
  return changes;
}

/** `@@ -10,2 +12,3 @@`. A pure removal marks the line before and the one after the gap. */
function parseHunk(line: string): { readonly lines: number; readonly range: LineRange } {
  const [, removed, first, added] = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
  const count = added === undefined ? 1 : Number(added);
  const start = Number(first ?? 0);
  const range = count === 0 ? { first: start, last: start + 1 } : { first: start, last: start + count - 1 };
  return { lines: (removed === undefined ? 1 : Number(removed)) + count, range };
}

/** Git puts names with quotes, tabs and line ends between quotes, and a tab after names with spaces. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name.replace(/\t$/, "");
  const named: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
  return name.slice(1, -1).replace(/\\(.)/g, (_, each: string) => named[each] ?? each);
}
