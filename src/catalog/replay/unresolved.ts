import type { Expr, Query } from "../../source/sql/expression.ts";
import type { Unresolved } from "../../source/sql/statement.ts";
import { visitQuery } from "../../source/sql/walk.ts";
import { type Func, qualify } from "../catalog.ts";
import { findFunctions } from "../resolve/functions.ts";
import { findRelation } from "./names.ts";
import type { State, Step } from "./state.ts";

/** Notes SQL that a statement builds at run time. What it may have switched is uncertain from here on. */
export function noteUnresolved(step: Step, unresolved: Unresolved, tables?: readonly string[]): void {
  const { state } = step;
  state.add("unresolved", { ...unresolved, place: { path: step.path, span: unresolved.span } });
  if (!unresolved.touchesRowSecurity) return;
  for (const key of tables ?? tablesInReach(step)) {
    const table = state.shelves.tables.get(key);
    if (table && !table.uncertain) state.edit("tables", key)!.uncertain = true;
  }
}

/**
 * The tables that a loop over the system catalog can touch: those of the schemas its statement names as strings, or
 * else all that are not the platform's.
 */
function tablesInReach({ state, text, place }: Step): string[] {
  const statement = text.slice(place.span.start, place.span.end);
  const named = [...state.shelves.schemas.keys()].filter((schema) => statement.includes(`'${schema}'`));
  const schemas = new Set(named);
  return [...state.shelves.tables].flatMap(([key, table]) => {
    const reached = schemas.size ? schemas.has(table.schema) : !table.platform;
    return reached ? [key] : [];
  });
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
