import { type Catalog, type Func, qualify, type Table } from "../../catalog/catalog.ts";
import { findFunctions } from "../../catalog/resolve/functions.ts";
import { containsExpr, unwrap } from "../../catalog/walk.ts";
import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import { type Visitor, visitExpr, visitQuery } from "../../source/sql/walk.ts";
import { mayNameCaller } from "../caller-parts.ts";
import type { Platform } from "../platform/platform.ts";

interface Known {
  readonly catalog: Catalog;
  readonly platform: Platform;
}

/** What the policies of a table go by, whatever it is called: both say who belongs to what. */
export interface Asked {
  /** The tables in which they look for their caller: `mandant in (select mandant from zugehoerige where person = auth.uid())`. */
  readonly tables: ReadonlySet<string>;
  /** The columns that they compare with what his token or a setting says besides his name: `mandant = (auth.jwt() ->> 'mandant')`. */
  readonly columns: ReadonlySet<string>;
}

/** What it comes to, as a text to compare. */
export const textOfAsked = ({ tables, columns }: Asked): string => [...tables, "", ...columns].join();

/** Helpers are looked into. */
export function askedBy(known: Known, table: Table): Asked {
  const tables = new Set<string>();
  const columns = new Set<string>();
  const looked = new Set<Func>();
  const visitor: Visitor = {
    query: (query) => lookIn(known, query, tables),
    expr: (expr) => {
      const compared = comparedWithCaller(known, expr);
      if (compared !== undefined && table.columns.has(compared)) columns.add(compared);
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
  return { tables, columns };
}

function comparedWithCaller(known: Known, expr: Expr): string | undefined {
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return undefined;
  const sides = [unwrap(expr.left), unwrap(expr.right)];
  const column = sides.find((side) => side.kind === "column");
  const other = sides.find((side) => side !== column);
  const isSaid = column && other && mayNameCaller(known, other) && !containsExpr(other, isName(known));
  return isSaid ? column.path.at(-1) : undefined;
}

const isName =
  ({ platform }: Known) =>
  (expr: Expr): boolean =>
    expr.kind === "call" && platform.callerId.includes(expr.name.join("."));

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
