import type { Expr, Query } from "../expression.ts";

/** What a SELECT of one column yields: the column's expression, or a scalar sub-select where it reads tables. */
export function resultOf(query: Query): Expr | undefined {
  if (query.command !== "select" || query.setOperation || query.targets.length !== 1) return undefined;
  const plain = query.from.length === 0 && !query.where && query.ctes.length === 0;
  return plain ? query.targets[0]!.expr : { kind: "subquery", form: "scalar", query, span: query.span };
}
