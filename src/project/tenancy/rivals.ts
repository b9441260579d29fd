import type { Project } from "../project.ts";
import type { Candidate } from "../tenancy.ts";
import { listOf } from "../words.ts";

/**
 * Tables that could hold the tenants as well as the one that was taken: just as likely, and not within one of its
 * tenants. The one that was taken comes first; none where nothing speaks for another, or the configuration decides.
 */
export function rivalsOf({ tenancy, settings }: Project): readonly Candidate[] {
  const [taken, ...others] = tenancy.candidates;
  if (!taken || taken.table !== tenancy.tenant?.table || settings.tenantTable !== undefined) return [];
  const within = (key: string) => tenancy.scopes.get(key)?.kind === "tenant";
  const rivals = others.filter(({ table, score }) => score >= taken.score && !within(table));
  return rivals.length ? [taken, ...rivals] : [];
}

/** What is asked where several tables could hold the tenants, and where the answer goes. */
export const tenantQuestion = (rivals: readonly Candidate[]): string =>
  `Which table holds the tenants, ${listOf(
    rivals.map(({ table, reasons }) => `${table} (${reasons.join("; ")})`),
    "or",
  )}? Say so in rowguard.config.json: "tenancy": { "tenantTable": ... }`;
