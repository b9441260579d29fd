import type { Finding, Remedy } from "../text/finding.ts";

export type FixKind = "edit" | "migration" | "command";

const KINDS: Record<Remedy["kind"], FixKind> = { edit: "edit", statements: "migration", intent: "command" };

/** What a remedy turns into when it is asked for. */
export const fixKind = (remedy: Remedy): FixKind => KINDS[remedy.kind];

/** The remedy in one line, for formats that know no fixes; the command to type stands in backquotes. */
export function fixSentence({ remedy }: Finding): string | undefined {
  if (!remedy) return undefined;
  if (remedy.kind === "intent") return `${remedy.title}: \`${remedy.intent.command}\``;
  return `${remedy.title}: \`rowguard fix\``;
}
