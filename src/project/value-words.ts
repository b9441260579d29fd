import type { Ranged, Term } from "../catalog/meaning/formula.ts";
import { claimOf, isCallerId } from "./atoms.ts";
import type { Project } from "./project.ts";

/** Where a condition is said: of the row itself, or of the rows of a sub-select around it. */
export interface Setting {
  readonly project: Project;
  /** Those rows; none outside of sub-selects. */
  readonly rows: readonly Ranged[];
}

/** A column of the rows that are spoken of by its name alone; of several tables' rows, and of rows further out, with whose it is. */
export function columnWords({ rows }: Setting, term: Term): string {
  if (term.kind !== "column") return "value";
  const isOwn = rows.some(({ row }) => row === term.row);
  const isAlone = rows.length ? isOwn && new Set(rows.map(({ table }) => table)).size === 1 : term.row === 0;
  if (isAlone) return term.column;
  if (rows.length && term.row === 0) return `the row's ${term.column}`;
  return term.table === undefined ? term.column : `${nameOfRange(term)}.${term.column}`;
}

/** The table that a row of a sub-select is of. */
export const nameOfRange = ({ table }: { readonly table?: string | undefined }): string =>
  table?.replace(/^public\./, "") ?? "a function";

export function valueWords(setting: Setting, term: Term): string {
  switch (term.kind) {
    case "null":
      return "NULL";
    case "constant":
      return term.value === "" ? "''" : term.value;
    case "column":
      return columnWords(setting, term);
    case "caller":
      return callerWords(setting.project, term);
    case "apply":
      if (term.name.startsWith("path ")) return `${valueWords(setting, term.args[0]!)} ${pathOf(term.name)}`;
      if (term.name.startsWith("?")) return "a value that was not understood";
      if (term.name.startsWith("::")) return valueWords(setting, term.args[0]!);
      return applyWords(
        term.name,
        term.args.map((arg) => valueWords(setting, arg)),
      );
  }
}

/** "now() - 24 hours" for an operator, "lower(email)" for a function. */
function applyWords(name: string, [first = "", second, ...others]: readonly string[]): string {
  if (/^[^\w\s]+$/.test(name) && !others.length)
    return second === undefined ? `${name}${first}` : `${first} ${name} ${second}`;
  return `${name}(${[first, ...(second === undefined ? [] : [second]), ...others].join(", ")})`;
}

const pathOf = (name: string): string => (JSON.parse(name.slice(5)) as string[]).join(".");

function callerWords(project: Project, term: Extract<Term, { kind: "caller" }>): string {
  if (isCallerId(project, term)) return "the caller";
  const claim = claimOf(project, term);
  if (claim) return claim.length ? `${claim.join(".")} of the caller's token` : "the caller's token";
  const setting = /^current_setting\('(.*)'\)$/.exec(term.source)?.[1];
  const path = term.path.length ? ` ${term.path.join(".")}` : "";
  return setting === undefined ? `${term.source}${path}` : `the setting ${setting}${path}`;
}
