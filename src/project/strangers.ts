import type { Func, Table, View } from "../catalog/catalog.ts";
import { qualify } from "../catalog/catalog.ts";
import { canBeTrue, isNeverTrue } from "../catalog/meaning/decide.ts";
import { type Formula, TRUE } from "../catalog/meaning/formula.ts";
import { readRows } from "../catalog/meaning/read.ts";
import { findBodyMeaning, findViewMeaning } from "../catalog/resolve/resolve.ts";
import type { Expr, Query } from "../source/sql/expression.ts";
import type { ReachedQuery } from "../source/sql/statement.ts";
import { columnsOf, visitQuery } from "../source/sql/walk.ts";
import { saysPublic } from "./judge.ts";
import { callerNamesOf, type Who, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { visitThrough } from "./through.ts";

export type Rows = NonNullable<ReturnType<typeof readRows>>[number];

/** Whether a view that reads with its owner's rights surely shows rows of the tables to readers of whom the database holds nothing. */
export function showsStrangers(
  project: Project,
  view: View,
  tables: readonly Table[],
  readers: readonly string[],
): boolean {
  return (rowsOfView(project, view) ?? []).some((rows) => isOpen(project, rows, tables, readers));
}

/** Whether a view shows no row, whoever asks: `where false`. */
export const showsNothing = (project: Project, view: View): boolean =>
  rowsOfView(project, view)?.every(({ where }) => isNeverTrue(where) === "yes") === true;

export const rowsOfView = ({ catalog, platform }: Project, view: View): readonly Rows[] | undefined =>
  readRows(catalog, findViewMeaning(catalog, view), view.query, callerNamesOf(platform), []);

/** The same of a SECURITY DEFINER function, whatever it is called with: what it gives, changes and deletes. */
export const givesStrangers = (
  project: Project,
  func: Func,
  tables: readonly Table[],
  callers: readonly string[],
): boolean => rowsOfFunction(project, func).some((rows) => isOpen(project, rows, tables, callers));

/** The rows that a function reaches, each with what must hold on the way to it. */
export function rowsOfFunction(project: Project, func: Func): readonly Rows[] {
  const { catalog, platform } = project;
  const inputs = func.args
    .filter(({ mode }) => mode !== "out" && mode !== "table")
    .map(({ name }) => ({ name, of: func.name, nullable: !func.strict }));
  const meaning = findBodyMeaning(catalog, func);
  return reachedIn(project, func).flatMap(
    ({ query, when }) => readRows(catalog, meaning, query, callerNamesOf(platform), inputs, when) ?? [],
  );
}

/** The queries of which the ways there are known: the one of an SQL function, those of a PL/pgSQL function. */
function reachedIn(project: Project, { language, body, returns }: Func): readonly ReachedQuery[] {
  if (language === "plpgsql")
    return (body.reached ?? []).filter(
      ({ query, when }) => !asksSecret(query) && (!when || !mayRefuse(project, when)),
    );
  const [query] = body.queries;
  if (language !== "sql" || !query || body.queries.length > 1 || body.expressions.length || !body.complete)
    return [];
  return returns?.name === "bool" || returns?.name === "void" ? [] : [{ query }];
}

/**
 * What only its holder knows; a code is one where it invites or shares, and a country's is none. Types and constraints do not
 * tell it from a name that anyone may look up: both are unique texts. A word that is missed makes the function one that
 * asks nobody, which it is.
 */
const SECRET = /token|secret|hash|api_?key|(invit\w*|shar\w*|join|access|claim|referral|link)_?code/i;

/** Rows are found by a token that its holder passes: knowing it is what lets him in. */
export function asksSecret(query: Query): boolean {
  let found = false;
  visitQuery(query, {
    expr: (expr) => {
      if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return;
      for (const [side, other] of [
        [expr.left, expr.right],
        [expr.right, expr.left],
      ] as const)
        if (side.kind === "column" && SECRET.test(side.path.at(-1)!) && !namesIt(other, side)) found = true;
    },
  });
  return found;
}

/** `token = coalesce(given, token)`: what is not given is not asked for. */
const namesIt = (expr: Expr, column: Extract<Expr, { kind: "column" }>): boolean =>
  columnsOf(expr).some(({ path }) => path.join() === column.path.join());

/** A helper that raises is no condition that does not hold: it ends the call. */
function mayRefuse(project: Project, when: Expr): boolean {
  let found = false;
  visitThrough(project, when, {
    expr: (_, { functions }) => {
      found ||= functions.some(({ source = "" }) => /\braise\b/i.test(source));
    },
  });
  return found;
}

function isOpen(
  project: Project,
  { rows, where }: Rows,
  tables: readonly Table[],
  roles: readonly string[],
): boolean {
  const keys = new Set(tables.map((table) => qualify(table.schema, table.name)));
  if (!rows.some(({ table }) => table !== undefined && keys.has(table)) || saysPublic(where)) return false;
  // A row that is there: what looks it up before finds it.
  const there: Formula = { kind: "exists", rows, where, match: TRUE };
  return whoComes(project, roles).some((who) => canBeTrue(there, worldOf(project, who)) === "yes");
}

/** Strangers among those who come as one of the roles. */
const whoComes = ({ platform }: Project, roles: readonly string[]): readonly Who[] => [
  ...(roles.some((role) => role !== platform.anonymousRole) ? (["stranger"] as const) : []),
  ...(platform.anonymousRole !== undefined && roles.includes(platform.anonymousRole)
    ? (["anonymous"] as const)
    : []),
];
