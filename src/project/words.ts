import type { Project } from "./project.ts";
import type { Reach } from "./reach.ts";

/** A table, view or function as people say it: without the schema where that is `public`. */
export const nameOf = (object: { readonly schema: string; readonly name: string }): string =>
  object.schema === "public" ? object.name : `${object.schema}.${object.name}`;

/** "a", "a and b", "a, b and c". */
export function listOf(words: readonly string[], link: "and" | "or" = "and"): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} ${link} ${words.at(-1)}`;
}

/** "anon and authenticated can read and write every row (by Supabase's default grants, which no source states)". */
export function describeReach(reach: readonly Reach[], project: Project): string {
  const reads = reach.some((each) => each.reads);
  const writes = reach.some((each) => each.writes);
  const verbs = reads && writes ? "read and write" : writes ? "write" : "read";
  const assumed = reach.every((each) => each.assumed) ? ` by ${project.platform.name}'s default grants` : "";
  return `${listOf(reach.map((each) => each.role))} can ${verbs} every row${assumed}`;
}
