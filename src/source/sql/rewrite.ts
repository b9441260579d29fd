import type { CommonTable, Expr, FromItem, Query, Target } from "./expression.ts";

/** What becomes of an expression's nodes; parts that stay are returned as they are. */
export interface Rewrite {
  /** Called after the parts of the node were rewritten; `before` is the node as it was. */
  expr?(expr: Expr, before: Expr): Expr;
  table?(item: Extract<FromItem, { kind: "table" }>): Extract<FromItem, { kind: "table" }>;
}

/** The expression with its nodes replaced; the very same object where nothing was. */
export function rewriteExpr(expr: Expr, rewrite: Rewrite): Expr {
  const inside = rewriteParts(expr, rewrite);
  return rewrite.expr ? rewrite.expr(inside, expr) : inside;
}

function rewriteParts(expr: Expr, rewrite: Rewrite): Expr {
  const one = (part: Expr) => rewriteExpr(part, rewrite);
  switch (expr.kind) {
    case "column":
    case "constant":
    case "parameter":
      return expr;
    case "call": {
      const [args, extra] = [each(expr.args, one), expr.extra && each(expr.extra, one)];
      if (args === expr.args && extra === expr.extra) return expr;
      return { ...expr, args, ...(extra ? { extra } : {}) };
    }
    case "operator":
      return merged(expr, { ...(expr.left ? { left: one(expr.left) } : {}), right: one(expr.right) });
    case "distinct":
    case "nullif":
      return merged(expr, { left: one(expr.left), right: one(expr.right) });
    case "in":
      return merged(expr, { left: one(expr.left), list: each(expr.list, one) });
    case "between":
      return merged(expr, { arg: one(expr.arg), low: one(expr.low), high: one(expr.high) });
    case "not":
    case "test":
    case "cast":
    case "field":
      return merged(expr, { arg: one(expr.arg) });
    case "element":
      return merged(expr, { arg: one(expr.arg), index: each(expr.index, one) });
    case "case":
      return rewriteCase(expr, one);
    case "subquery": {
      const left = expr.left ? { left: one(expr.left) } : {};
      return merged(expr, { ...left, query: rewriteQuery(expr.query, rewrite) });
    }
    default:
      return merged(expr, { args: each(expr.args, one) });
  }
}

function rewriteCase(expr: Extract<Expr, { kind: "case" }>, one: (expr: Expr) => Expr): Expr {
  const whens = each(expr.whens, (arm) => {
    const [when, then] = [one(arm.when), one(arm.then)];
    return merged(arm, { when, then });
  });
  const arg = expr.arg ? { arg: one(expr.arg) } : {};
  const otherwise = expr.otherwise ? { otherwise: one(expr.otherwise) } : {};
  return merged(expr, { ...arg, whens, ...otherwise });
}

/** The query with its nodes replaced; the very same object where nothing was. */
export function rewriteQuery(query: Query, rewrite: Rewrite): Query {
  const one = (expr: Expr) => rewriteExpr(expr, rewrite);
  const cte = (item: CommonTable) => merged(item, { query: rewriteQuery(item.query, rewrite) });
  const change: { -readonly [K in keyof Query]?: Query[K] } = {
    ctes: each(query.ctes, cte),
    from: each(query.from, (item) => rewriteFrom(item, rewrite)),
    targets: each(query.targets, (target) => rewriteTarget(target, one)),
  };
  if (query.where) change.where = one(query.where);
  if (query.having) change.having = one(query.having);
  if (query.limit) change.limit = one(query.limit);
  if (query.offset) change.offset = one(query.offset);
  if (query.groupBy) change.groupBy = each(query.groupBy, one);
  if (query.orderBy) change.orderBy = each(query.orderBy, one);
  if (query.values) change.values = each(query.values, (row) => each(row, one));
  if (query.returning) change.returning = each(query.returning, (target) => rewriteTarget(target, one));
  if (query.setOperation)
    change.setOperation = merged(query.setOperation, {
      left: rewriteQuery(query.setOperation.left, rewrite),
      right: rewriteQuery(query.setOperation.right, rewrite),
    });
  return merged(query, change);
}

/** A column keeps the name under which the query yields it. */
function rewriteTarget(target: Target, one: (expr: Expr) => Expr): Target {
  const expr = one(target.expr);
  if (expr === target.expr) return target;
  const before = target.expr.kind === "column" ? target.expr.path.at(-1) : undefined;
  const renamed =
    before !== undefined && before !== "*" && expr.kind === "column" && expr.path.at(-1) !== before;
  return renamed && target.name === undefined ? { ...target, expr, name: before } : { ...target, expr };
}

function rewriteFrom(item: FromItem, rewrite: Rewrite): FromItem {
  switch (item.kind) {
    case "table":
      return rewrite.table ? rewrite.table(item) : item;
    case "query":
      return merged(item, { query: rewriteQuery(item.query, rewrite) });
    case "function":
      return merged(item, { call: rewriteExpr(item.call, rewrite) });
    case "join": {
      const on = item.on ? { on: rewriteExpr(item.on, rewrite) } : {};
      return merged(item, {
        left: rewriteFrom(item.left, rewrite),
        right: rewriteFrom(item.right, rewrite),
        ...on,
      });
    }
  }
}

function each<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

function merged<T extends object>(before: T, change: Partial<T>): T {
  for (const key of Object.keys(change) as (keyof T)[])
    if (before[key] !== change[key]) return { ...before, ...change };
  return before;
}
