import type { Func } from "../catalog/catalog.ts";
import { inputsOf } from "../catalog/resolve/functions.ts";
import { nameOfType } from "../catalog/resolve/types.ts";
import type { QualifiedName, Query } from "../source/sql/expression.ts";
import { type Call, callsOf, queriesOf, visitQuery } from "../source/sql/walk.ts";
import { quoteQualified } from "../text/quote.ts";

/** `public.is_admin(uuid)` as ALTER and REVOKE want it. */
export const signatureSql = (func: Func): string =>
  `${quoteQualified(func.schema, func.name)}(${inputsOf(func)
    .map(({ type }) => nameOfType(type))
    .join(", ")})`;

/** Trigger functions cannot be called; only their trigger runs them. */
export const isTriggerFunction = (func: Func): boolean =>
  func.returns?.name === "trigger" || func.returns?.name === "event_trigger";

/** Every query of a function's body, those inside its expressions included. */
export const bodyQueries = (func: Func): readonly Query[] => [
  ...func.body.queries,
  ...func.body.expressions.flatMap(queriesOf),
];

/** The relations that a body reads or writes, as written. */
export function bodyRelations(func: Func): readonly QualifiedName[] {
  const names: QualifiedName[] = [];
  for (const query of bodyQueries(func))
    visitQuery(query, {
      query: (each) => void (each.into && names.push(each.into)),
      from: (item) => void (item.kind === "table" && names.push(item.name)),
    });
  return names;
}

/** Whether a body only reads: every query is a SELECT, and nothing in it is built at run time. */
export function onlyReads(func: Func): boolean {
  if (!func.body.complete || func.body.dynamic) return false;
  const commands: string[] = [];
  for (const query of bodyQueries(func))
    visitQuery(query, { query: ({ command }) => void commands.push(command) });
  return commands.every((command) => command === "select" || command === "values");
}

/** Every call in a function's body. */
export function bodyCalls(func: Func): readonly Call[] {
  const calls = func.body.expressions.flatMap(callsOf);
  for (const query of func.body.queries)
    visitQuery(query, { expr: (expr) => void (expr.kind === "call" && calls.push(expr)) });
  return calls;
}
