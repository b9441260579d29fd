import type { Expr, Query } from "../../source/sql/expression.ts";
import type { Unresolved } from "../../source/sql/statement.ts";
import { visitQuery } from "../../source/sql/walk.ts";
import { type Func, qualify } from "../catalog.ts";
import { findFunctions } from "../resolve/functions.ts";
import { replaceFunction } from "./function.ts";
import { findRelation } from "./names.ts";
import type { State, Step } from "./state.ts";

/** Notes SQL that a statement builds at run time. What it may have changed is uncertain from here on. */
export function noteUnresolved(step: Step, unresolved: Unresolved, tables?: readonly string[]): void {
  const { state } = step;
  state.add("unresolved", { ...unresolved, place: { path: step.path, span: unresolved.span } });
  const statement = step.text.slice(step.place.span.start, step.place.span.end);
  const inReach = schemasNamed(state, statement);
  if (unresolved.touchesRowSecurity)
    for (const key of tables ?? tablesNamed(state, statement, inReach)) markTable(state, key);
  if (SPEAKS_OF_FUNCTIONS.test(statement)) markFunctions(state, inReach);
  if (SPEAKS_OF_VIEWS.test(statement)) markViews(state, inReach);
}

/** Text is all there is of a statement that is yet to be built; these hints only ever make less certain. */
const SPEAKS_OF_FUNCTIONS =
  /\balter\s+(function|routine)|\bon\s+(function|routine)|\bsearch_path\b.*%I|\bpg_proc\b/is;
const SPEAKS_OF_VIEWS = /\balter\s+view\b|\bsecurity_invoker\b/i;
const EXCLUDES = /\bnot\s+(in|like|ilike|similar)\b|<>|!=|!~|\bexcept\b/i;

/** Tells whether an object is in a schema that the statement names as a string; where it names none, whether it is the project's. */
type InReach = (object: { readonly schema: string; readonly platform: boolean }) => boolean;

function schemasNamed(state: State, statement: string): InReach {
  const named = new Set(
    [...state.shelves.schemas.keys()].filter((schema) => statement.includes(`'${schema}'`)),
  );
  return ({ schema, platform }) => (named.size ? named.has(schema) : !platform);
}

/** The tables that the statement names as strings; all in reach where it names none, or names those it leaves out. */
function tablesNamed(state: State, statement: string, inReach: InReach): string[] {
  const all = [...state.shelves.tables].filter(([, table]) => inReach(table));
  const named = EXCLUDES.test(statement) ? [] : all.filter(([, { name }]) => statement.includes(`'${name}'`));
  return (named.length ? named : all).map(([key]) => key);
}

function markTable(state: State, key: string): void {
  const table = state.shelves.tables.get(key);
  if (table && !table.uncertain) state.edit("tables", key)!.uncertain = true;
}

function markFunctions(state: State, inReach: InReach): void {
  for (const func of [...state.shelves.functions.values()].flat())
    if (inReach(func) && !func.uncertain) replaceFunction(state, func, { ...func, uncertain: true });
}

function markViews(state: State, inReach: InReach): void {
  for (const [key, view] of [...state.shelves.views])
    if (inReach(view) && !view.uncertain) state.edit("views", key)!.uncertain = true;
}

/** A function called by a migration may run SQL that it builds: `select app.protect('tasks')`. */
export function noteCalls(step: Step, query: Query): void {
  const { state } = step;
  visitQuery(query, {
    expr: (expr) => {
      if (expr.kind !== "call") return;
      const called = findFunctions(state.shelves, expr.name, state.session.searchPath);
      const builder = called.find((func) => !func.platform && buildsSql(func));
      if (builder) noteCall(step, expr, builder);
    },
  });
}

function noteCall(step: Step, call: Extract<Expr, { kind: "call" }>, func: Func): void {
  const reason = `${qualify(func.schema, func.name)}() runs SQL that it builds`;
  const unresolved = { span: call.span, reason, touchesRowSecurity: touchesRowSecurity(func) };
  const named = namedTables(step.state, call.args);
  noteUnresolved(step, unresolved, named.length ? named : undefined);
}

/** Tables that the arguments name, whole or as schema and table. */
function namedTables(state: State, args: readonly Expr[]): string[] {
  const words = args.flatMap((arg) => constantIn(arg));
  const span = { start: 0, end: 0 };
  return words.flatMap((word, index) => {
    const parts = word.split(".");
    const name = parts.at(-1)!.replaceAll('"', "");
    const schema = parts.length > 1 ? parts.at(-2)!.replaceAll('"', "") : words[index - 1];
    const written =
      schema !== undefined && state.shelves.schemas.has(schema) ? { schema, name, span } : { name, span };
    const found = findRelation(state, written);
    return found?.kind === "table" ? [found.key] : [];
  });
}

function constantIn(expr: Expr): string[] {
  if (expr.kind === "cast") return constantIn(expr.arg);
  return expr.kind === "constant" && expr.type === "string" ? [expr.value] : [];
}

const buildsSql = ({ body, source, language }: Func): boolean =>
  body.dynamic || (!body.complete && language === "plpgsql" && /\bexecute\b/i.test(source ?? ""));

/** Whether the SQL a function builds speaks of switches or policies; text is all there is to judge by. */
export const touchesRowSecurity = (func: Func): boolean =>
  buildsSql(func) && /\brow\s+level\s+security\b|\bpolicy\b/i.test(func.source ?? "");
