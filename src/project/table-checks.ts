import type { Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { and, type Formula, is, not, type Term, termsIn, visit } from "../catalog/meaning/formula.ts";
import { readPart } from "../catalog/meaning/read.ts";
import { callerNamesOf } from "./meaning.ts";
import type { Project } from "./project.ts";

/**
 * What the table's CHECKs say of rows that a condition is about: none makes one of them false. Of those that speak of its
 * columns alone; what holds for new rows only (NOT VALID), or was not understood, says nothing.
 */
export function checksOn(project: Project, table: Table, formula: Formula): Formula {
  const checks = checksOf(project, table);
  if (!checks.length) return and([]);
  const columns = columnsIn(formula);
  return and(
    checks
      .filter((check) => [...check.columns].every((each) => columns.has(each)))
      .map((each) => each.formula),
  );
}

interface Check {
  readonly formula: Formula;
  readonly columns: ReadonlySet<string>;
}

const checksOf = derived((project: Project, table: Table): readonly Check[] =>
  table.constraints.flatMap(({ check, notValid, made }) => {
    if (!check || notValid) return [];
    const clause = { expr: check, text: "", place: made, outer: made, searchPath: [] };
    const names = callerNamesOf(project.platform);
    const { formula, unread } = readPart(project.catalog, table, clause, check, names);
    return unread.length ? [] : [{ formula: not(is(formula, false)), columns: columnsIn(formula) }];
  }),
);

/** The columns of the policy's own row. */
function columnsIn(formula: Formula): ReadonlySet<string> {
  const columns = new Set<string>();
  const add = (term: Term): void => {
    if (term.kind === "column" && term.row === 0) columns.add(term.column);
    if (term.kind === "apply") term.args.forEach(add);
  };
  visit(formula, (part) => termsIn(part).forEach(add));
  return columns;
}
