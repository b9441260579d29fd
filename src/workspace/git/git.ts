import { execFile } from "node:child_process";
import { relative, sep } from "node:path";
import { findRepository } from "../discover/ignored.ts";

/** What git says about the files of a workspace. Paths are relative to the workspace root. */
export interface GitState {
  /** `unknown` where git knows nothing of the file: ignored, or no repository at all. */
  state(path: string): "committed" | "new" | "changed" | "unknown";
  tracked(path: string): boolean | undefined;
}

export const NO_GIT: GitState = { state: () => "unknown", tracked: () => undefined };

/** Asks git once. Where git is missing, slow (over `patience` ms) or refuses, nothing is known. Never rejects. */
export async function readGitState(root: string, patience = 5000): Promise<GitState> {
  const top = findRepository(root);
  if (top === undefined) return NO_GIT;
  const [status, tracked] = await Promise.all([
    runGit(
      root,
      ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", "."],
      patience,
    ),
    runGit(root, ["ls-files", "-z", "--", "."], patience),
  ]);
  if (!status.ok || !tracked.ok) return NO_GIT;
  return makeState(parseStatus(status.out, prefixOf(top, root)), new Set(splitNul(tracked.out)));
}

function makeState(changed: ReadonlyMap<string, "new" | "changed">, tracked: ReadonlySet<string>): GitState {
  return {
    state: (path) => changed.get(path) ?? (tracked.has(path) ? "committed" : "unknown"),
    tracked: (path) => tracked.has(path),
  };
}

/** `XY path` records. Git names paths from the top of the repository, whatever folder it is asked in. */
export function parseStatus(out: string, prefix: string): Map<string, "new" | "changed"> {
  const changed = new Map<string, "new" | "changed">();
  for (const record of splitNul(out)) {
    const path = record.slice(3);
    if (!path.startsWith(prefix)) continue;
    changed.set(path.slice(prefix.length), record[0] === "?" || record[0] === "A" ? "new" : "changed");
  }
  return changed;
}

export interface GitAnswer {
  readonly ok: boolean;
  readonly out: string;
  /** What git wrote to its error output, first line, or why it did not run. */
  readonly error: string;
}

/**
 * Runs git in a folder. Settings of the repository that would start programs are switched off: nothing in a
 * workspace is executed. No lock is taken, so that a commit next door is not disturbed.
 */
export function runGit(folder: string, args: readonly string[], patience: number): Promise<GitAnswer> {
  const safe = ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", ...args];
  const options = {
    cwd: folder,
    timeout: patience,
    maxBuffer: 256 * 2 ** 20,
    windowsHide: true,
    env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
  };
  return new Promise((resolve) => {
    execFile("git", safe, options, (error, out, complaint) => {
      const [line] = (complaint || (error?.message ?? "")).split("\n");
      resolve({ ok: !error, out, error: line! });
    });
  });
}

/** `apps/web/` for a workspace in that folder of its repository, "" at the top. */
export function prefixOf(top: string, root: string): string {
  const path = relative(top, root).split(sep).join("/");
  return path ? `${path}/` : "";
}

const splitNul = (out: string): string[] => out.split("\0").filter((each) => each !== "");
