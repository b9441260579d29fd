import { type Command, Option } from "commander";
import { distance } from "fastest-levenshtein";
import { findAlike } from "../text/near.ts";
import { CannotRun } from "./terminal.ts";

/** Options that every command over a workspace has. */
export interface WorkspaceFlags {
  readonly config?: string;
  readonly baseline?: string;
  readonly cache: boolean;
}

export const addWorkspaceOptions = (command: Command): Command =>
  command
    .option("--config <file>", "configuration to use in place of rowguard.config.json")
    .option("--no-cache", "read every file anew, and keep nothing for the next run");

/** `--rule a --rule b` and `--rule a,b` alike. */
export const ruleOption = (description: string): Option =>
  new Option("--rule <id>", description).argParser((value: string, before: string[] = []) => [
    ...before,
    ...value.split(",").map((id) => id.trim()),
  ]);

/** Throws CannotRun for an id that no rule has, with the nearest one. */
export async function checkRuleIds(ids: readonly string[] | undefined): Promise<void> {
  if (!ids) return;
  const { registry } = await import("../rules/registry.generated.ts");
  const known = registry.map(({ id }) => id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    throw new CannotRun(`There is no rule "${id}".${meant(id, known)}`);
  }
}

/** ` Did you mean "x"?`, where one candidate has the same words or is few slips of the fingers away. */
export function meant(name: string, candidates: Iterable<string>): string {
  const list = [...candidates];
  const near = findAlike(name, list) ?? findMistyped(name, list);
  return near === undefined ? "" : ` Did you mean "${near}"?`;
}

function findMistyped(name: string, candidates: readonly string[]): string | undefined {
  return candidates
    .map((each) => ({ each, slips: distance(name, each) }))
    .filter(({ slips }) => slips <= Math.max(2, name.length / 5))
    .sort((a, b) => a.slips - b.slips)[0]?.each;
}
