import type { Expr, FromItem, QualifiedName, Query } from "./expression.ts";

/** What is called on the way through expressions and queries; `false` keeps it from going deeper there. */
export interface Visitor {
  readonly expr?: (expr: Expr) => unknown;
  readonly query?: (query: Query) => unknown;
  readonly from?: (item: FromItem) => unknown;
  /** Called when all in a part was visited; not for parts that were gone around. */
  readonly leave?: () => void;
}

/** Visits an expression and everything in it, sub-queries included. */
export function visitExpr(expr: Expr, visitor: Visitor): void {
  if (visitor.expr?.(expr) === false) return;
  for (const part of exprParts(expr)) visitExpr(part, visitor);
  if (expr.kind === "subquery") visitQuery(expr.query, visitor);
  visitor.leave?.();
}

/** Visits a query, the queries in it and all their expressions. */
export function visitQuery(query: Query, visitor: Visitor): void {
  if (visitor.query?.(query) === false) return;
  for (const cte of query.ctes) visitQuery(cte.query, visitor);
  for (const item of query.from) visitFrom(item, visitor);
  for (const expr of queryParts(query)) visitExpr(expr, visitor);
  if (query.setOperation) {
    visitQuery(query.setOperation.left, visitor);
    visitQuery(query.setOperation.right, visitor);
  }
  visitor.leave?.();
}

function visitFrom(item: FromItem, visitor: Visitor): void {
  if (visitor.from?.(item) === false) return;
  switch (item.kind) {
    case "table":
      break;
    case "query":
      visitQuery(item.query, visitor);
      break;
    case "function":
      visitExpr(item.call, visitor);
      break;
    case "join":
      visitFrom(item.left, visitor);
      visitFrom(item.right, visitor);
      if (item.on) visitExpr(item.on, visitor);
  }
  visitor.leave?.();
}

const NONE: readonly Expr[] = [];

/** The expressions directly inside one; a sub-query's own are not among them. */
export function exprParts(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "column":
    case "constant":
    case "parameter":
      return NONE;
    case "call":
      return expr.extra ? [...expr.args, ...expr.extra] : expr.args;
    case "operator":
      return expr.left ? [expr.left, expr.right] : [expr.right];
    case "not":
    case "test":
    case "cast":
    case "field":
      return [expr.arg];
    case "distinct":
    case "nullif":
      return [expr.left, expr.right];
    case "in":
      return [expr.left, ...expr.list];
    case "between":
      return [expr.arg, expr.low, expr.high];
    case "case":
      return caseParts(expr);
    case "element":
      return [expr.arg, ...expr.index];
    case "subquery":
      return expr.left ? [expr.left] : NONE;
    default:
      return expr.args;
  }
}

function caseParts(expr: Extract<Expr, { kind: "case" }>): readonly Expr[] {
  const whens = expr.whens.flatMap(({ when, then }) => [when, then]);
  return [...(expr.arg ? [expr.arg] : []), ...whens, ...(expr.otherwise ? [expr.otherwise] : [])];
}

/** The expressions directly inside a query, in the order they are written; not those of its FROM, CTEs and arms. */
export function queryParts(query: Query): readonly Expr[] {
  const { targets, where, groupBy, having, orderBy, limit, offset, values, returning } = query;
  const parts = targets.map((target) => target.expr);
  if (where) parts.push(where);
  if (groupBy) parts.push(...groupBy);
  if (having) parts.push(having);
  if (orderBy) parts.push(...orderBy);
  if (limit) parts.push(limit);
  if (offset) parts.push(offset);
  for (const row of values ?? []) parts.push(...row);
  for (const target of returning ?? []) parts.push(target.expr);
  return parts;
}

/** Every query in an expression, outermost first. */
export function queriesOf(expr: Expr): Query[] {
  const found: Query[] = [];
  visitExpr(expr, { query: (query) => found.push(query) });
  return found;
}

export type Column = Extract<Expr, { kind: "column" }>;
export type Call = Extract<Expr, { kind: "call" }>;

/** Every column an expression names, also in its sub-queries unless `deep` is false. */
export function columnsOf(expr: Expr, deep = true): Column[] {
  const found: Column[] = [];
  const take = (part: Expr) => part.kind === "column" && found.push(part);
  visitExpr(expr, { expr: (part) => void take(part), ...(deep ? {} : { query: () => false }) });
  return found;
}

/** Every function call in an expression, sub-queries included. */
export function callsOf(expr: Expr): Call[] {
  const found: Call[] = [];
  visitExpr(expr, { expr: (part) => void (part.kind === "call" && found.push(part)) });
  return found;
}

/** Every table that a query or expression reads or writes, without the names its WITH clauses define. */
export function tablesOf(part: Query | Expr): QualifiedName[] {
  const found: QualifiedName[] = [];
  const common = new Set<string>();
  const visitor: Visitor = {
    query: (query) => {
      for (const cte of query.ctes) common.add(cte.name);
      if (query.into) found.push(query.into);
    },
    from: (item) => void (item.kind === "table" && found.push(item.name)),
  };
  if ("command" in part) visitQuery(part, visitor);
  else visitExpr(part, visitor);
  return found.filter((name) => name.schema !== undefined || !common.has(name.name));
}
