import type { Project } from "../../project/project.ts";
import { quoteIdentifier } from "../../text/quote.ts";

/** Columns that name a tenant or a user to people, the best first. */
export const TENANT_LABELS = ["slug", "name", "title", "subdomain"];
export const USER_LABELS = ["username", "handle", "name", "full_name", "fullName", "display_name", "email"];

/** A table under an alias, and the text that names a row of it. */
export function labelled(project: Project, table: string, candidates: readonly string[], alias: string) {
  const columns = candidates.filter((name) => hasColumn(project, table, name));
  const texts = columns.map((name) => `nullif(${alias}.${quoteIdentifier(name)}::text, '')`);
  return {
    from: `${quoteKey(table)} ${alias}`,
    label: texts.length ? `coalesce(${texts.join(", ")})` : "null",
  };
}

export const hasColumn = ({ catalog }: Project, table: string, column: string): boolean =>
  catalog.tables.get(table)?.columns.has(column) ?? false;

/** A catalog key as SQL. */
export const quoteKey = (key: string): string => {
  const dot = key.indexOf(".");
  return `${quoteIdentifier(key.slice(0, dot))}.${quoteIdentifier(key.slice(dot + 1))}`;
};

/** A name for the command line: no blanks, no capitals. */
export const labelOf = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, "-");
