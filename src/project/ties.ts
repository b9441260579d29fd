import type { Policy, PolicyClause, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import { type Formula, spokenBy, spokenIn, type Term, termsIn, visit } from "../catalog/meaning/formula.ts";
import { readPart } from "../catalog/meaning/read.ts";
import type { Expr } from "../source/sql/expression.ts";
import { callerNamesOf, propositionOf, type ReadOf, readOnce, worldOf } from "./meaning.ts";
import { armsOf, conjunctsOf } from "./own-row.ts";
import type { Project } from "./project.ts";

/** One condition of a clause, all of which must hold, or one of its arms: what it asks of the row and of the caller. */
export interface Condition {
  readonly expr: Expr;
  readonly formula: Formula;
  /** Columns of the row that it ties to the caller or to other rows, whichever way it holds. */
  readonly ties: ReadonlySet<string>;
}

/** The conditions joined by AND. */
export const conditionsOf = derived(
  (project: Project, table: Table, clause: PolicyClause): readonly Condition[] =>
    readParts(project, table, clause, conjunctsOf(clause.expr), readConjuncts),
);

/** The arms joined by OR. */
export const armsOfClause = derived(
  (project: Project, table: Table, clause: PolicyClause): readonly Condition[] =>
    readParts(project, table, clause, armsOf(clause.expr), readArms),
);

function readParts(
  project: Project,
  table: Table,
  clause: PolicyClause,
  parts: readonly Expr[],
  read: ReadOf,
): readonly Condition[] {
  const isWhole = parts.length === 1;
  const found = isWhole ? [propositionOf(project, table, clause)] : readOnce(project, table, clause, read);
  return parts.map((expr, i) => {
    const { formula } = found[i]!;
    return { expr, formula, ties: tiedColumns(formula) };
  });
}

const readEach =
  (split: (expr: Expr) => readonly Expr[]): ReadOf =>
  (project, table, clause) => {
    const names = callerNamesOf(project.platform, table);
    return split(clause.expr).map((expr) => readPart(project.catalog, table, clause, expr, names));
  };

const readConjuncts = derived(readEach(conjunctsOf));
const readArms = derived(readEach(armsOf));

/** A condition on the caller alone that not everybody who is signed in meets. */
export function isGuard(project: Project, { formula }: Condition): boolean {
  const { caller, row } = spokenIn(formula);
  return caller && !row && needsMore(project, formula);
}

/** Somebody of whom the database holds nothing does not meet it. */
export const needsMore = (project: Project, formula: Formula): boolean =>
  canBeTrue(formula, worldOf(project, "stranger")) === "no";

/** Columns of the row that hold it to the caller or to other rows, whichever way the formula holds. */
export const tiedColumns = (formula: Formula): ReadonlySet<string> => tiesOf(formula) ?? new Set();

/**
 * Columns of the row that hold it to the caller or to other rows. Undefined where the formula never holds: then
 * everything is tied. Parts are shared, and each is looked at once.
 */
export function tiesOf(formula: Formula): ReadonlySet<string> | undefined {
  if (!ties.has(formula)) ties.set(formula, findTies(formula));
  return ties.get(formula);
}

const ties = new WeakMap<Formula, ReadonlySet<string> | undefined>();

function findTies(formula: Formula): ReadonlySet<string> | undefined {
  switch (formula.kind) {
    case "truth":
      return formula.value ? new Set() : undefined;
    case "and":
      return all(formula.args.map(tiesOf));
    case "or":
      return formula.args.map(tiesOf).reduce(both, undefined);
    case "compare":
      return formula.operator === "=" ? new Set(comparedColumns(formula.left, formula.right)) : new Set();
    case "holds":
      return formula.term.kind === "apply" ? new Set(formula.term.args.flatMap(rowColumns)) : new Set();
    case "exists":
    case "some":
    case "one": {
      const [where, match] = [tiesOf(formula.where), tiesOf(formula.match)];
      return where && match ? new Set([...where, ...match]) : undefined;
    }
    case "is":
      return formula.value === true ? tiesOf(formula.arg) : new Set();
    default:
      return new Set();
  }
}

function all(parts: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const tied = new Set<string>();
  for (const part of parts) {
    if (!part) return undefined;
    for (const column of part) tied.add(column);
  }
  return tied;
}

function both(
  a: ReadonlySet<string> | undefined,
  b: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (!a || !b) return a ?? b;
  return new Set([...a].filter((column) => b.has(column)));
}

/** The row's columns on one side, where the other is no constant and no column of the row. */
function comparedColumns(left: Term, right: Term): string[] {
  return [
    [left, right],
    [right, left],
  ].flatMap(([side, other]) => {
    const { caller, row, local } = spokenBy(other!);
    return (caller || local) && !row ? rowColumns(side!) : [];
  });
}

const rowColumns = (term: Term): string[] =>
  term.kind === "column"
    ? term.row === 0
      ? [term.column]
      : []
    : term.kind === "apply"
      ? term.args.flatMap(rowColumns)
      : [];

/** The columns of the row that a formula names at all. */
export function namedColumns(formula: Formula): ReadonlySet<string> {
  const named = new Set<string>();
  visit(formula, (part) => {
    for (const term of termsIn(part)) for (const column of rowColumns(term)) named.add(column);
    return part.kind !== "about";
  });
  return named;
}

/** The columns that a restrictive policy for the command ties in new rows. */
export const heldColumns = (
  project: Project,
  table: Table,
  command: Policy["command"],
): ReadonlySet<string> =>
  new Set(
    [...table.policies.values()]
      .filter(
        (policy) =>
          !policy.permissive && !policy.refused && (policy.command === "all" || policy.command === command),
      )
      .flatMap((policy) => {
        const clause = policy.check ?? policy.using;
        return clause ? conditionsOf(project, table, clause).flatMap(({ ties }) => [...ties]) : [];
      }),
  );
