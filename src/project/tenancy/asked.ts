import { type Catalog, type Func, qualify, type Table } from "../../catalog/catalog.ts";
import { findFunctions } from "../../catalog/resolve/functions.ts";
import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import { type Visitor, visitExpr, visitQuery } from "../../source/sql/walk.ts";
import { mayNameCaller } from "../caller-parts.ts";
import type { Platform } from "../platform/platform.ts";

interface Known {
  readonly catalog: Catalog;
  readonly platform: Platform;
}

/**
 * The tables in which the policies of a table look for their caller, helpers looked into: `mandant in (select mandant
 * from zugehoerige where person = auth.uid())`. Whatever such a table is called, it says who belongs to what.
 */
export function askedBy(known: Known, table: Table): ReadonlySet<string> {
  const found = new Set<string>();
  const looked = new Set<Func>();
  const visitor: Visitor = {
    query: (query) => lookIn(known, query, found),
    expr: (expr) => {
      if (expr.kind !== "call") return;
      for (const func of findFunctions(known.catalog, expr.name, known.catalog.searchPath)) {
        if (func.platform || looked.has(func)) continue;
        looked.add(func);
        for (const query of func.body.queries) visitQuery(query, visitor);
        for (const each of func.body.expressions) visitExpr(each, visitor);
      }
    },
  };
  for (const { permissive, refused, using, check } of table.policies.values())
    if (permissive && !refused)
      for (const clause of [using, check]) if (clause) visitExpr(clause.expr, visitor);
  return found;
}

/** What a query reads from beside a condition that names the caller. */
function lookIn(known: Known, { from, where }: Query, found: Set<string>): void {
  const conditions = [...(where ? [where] : []), ...from.flatMap(conditionsOf)];
  if (!conditions.some((each) => mayNameCaller(known, each))) return;
  for (const key of from.flatMap((item) => tablesIn(known.catalog, item))) found.add(key);
}

const conditionsOf = (item: FromItem): readonly Expr[] =>
  item.kind === "join"
    ? [...(item.on ? [item.on] : []), ...conditionsOf(item.left), ...conditionsOf(item.right)]
    : [];

function tablesIn(catalog: Catalog, item: FromItem): readonly string[] {
  if (item.kind === "join") return [...tablesIn(catalog, item.left), ...tablesIn(catalog, item.right)];
  if (item.kind !== "table") return [];
  const { schema, name } = item.name;
  const schemas = schema === undefined ? catalog.searchPath : [schema];
  const key = schemas.map((each) => qualify(each, name)).find((each) => catalog.tables.has(each));
  return key === undefined ? [] : [key];
}
