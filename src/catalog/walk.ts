import type { Expr, FromItem, Query } from "../source/sql/expression.ts";
import { exprParts, queryParts } from "../source/sql/walk.ts";

/** Calls `visit` on an expression and everything in it, sub-queries included; `false` keeps it from going deeper there. */
export function walkExpr(expr: Expr, visit: (expr: Expr) => unknown): void {
  // A list instead of recursion: a chain of ten thousand operators is one expression.
  const waiting: Expr[] = [expr];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (visit(next) !== false) waiting.push(...partsOf(next));
  }
}

/** True where `test` holds for the expression or a part of it. */
export function containsExpr(expr: Expr, test: (expr: Expr) => boolean): boolean {
  let found = false;
  walkExpr(expr, (each) => {
    if (!found) found = test(each);
    return !found;
  });
  return found;
}

/** The expressions directly inside one, those of a sub-query's clauses too. */
export const partsOf = (expr: Expr): readonly Expr[] =>
  expr.kind === "subquery" ? [...exprParts(expr), ...partsOfQuery(expr.query)] : exprParts(expr);

/** The expressions directly inside a query and the queries in it. */
export function partsOfQuery(query: Query): Expr[] {
  const parts = [...queryParts(query)];
  for (const cte of query.ctes) parts.push(...partsOfQuery(cte.query));
  for (const item of query.from) parts.push(...partsOfFrom(item));
  if (query.setOperation)
    parts.push(...partsOfQuery(query.setOperation.left), ...partsOfQuery(query.setOperation.right));
  return parts;
}

function partsOfFrom(item: FromItem): Expr[] {
  switch (item.kind) {
    case "table":
      return [];
    case "query":
      return partsOfQuery(item.query);
    case "function":
      return [item.call];
    case "join":
      return [...partsOfFrom(item.left), ...partsOfFrom(item.right), ...(item.on ? [item.on] : [])];
  }
}

/**
 * True where every way for the condition to hold goes through a part for which `test` holds: one part of an AND, all
 * parts of an OR. `negated` says that the part stands under a NOT.
 */
export function everyWay(
  expr: Expr,
  test: (part: Expr, negated: boolean) => boolean,
  negated = false,
): boolean {
  switch (expr.kind) {
    case "and":
    case "or": {
      const way = (arg: Expr) => everyWay(arg, test, negated);
      return (expr.kind === "or") !== negated ? expr.args.every(way) : expr.args.some(way);
    }
    case "not":
      return everyWay(expr.arg, test, !negated);
    case "test":
      if (expr.test !== "true" && expr.test !== "false") return test(expr, negated);
      return everyWay(expr.arg, test, (negated !== expr.negated) !== (expr.test === "false"));
    default:
      return test(expr, negated);
  }
}

/** An expression without casts and without the SELECT around a single value: `(select auth.uid())::text` is `auth.uid()`. */
export function unwrap(expr: Expr): Expr {
  if (expr.kind === "cast") return unwrap(expr.arg);
  if (expr.kind !== "subquery" || expr.form !== "scalar") return expr;
  const { targets, from, where, setOperation, ctes } = expr.query;
  const plain = targets.length === 1 && !from.length && !where && !setOperation && !ctes.length;
  return plain ? unwrap(targets[0]!.expr) : expr;
}
