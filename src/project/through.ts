import type { Func } from "../catalog/catalog.ts";
import type { Expr, FromItem, Query } from "../source/sql/expression.ts";
import { visitExpr, visitQuery } from "../source/sql/walk.ts";
import { functionOf } from "./caller-parts.ts";
import type { Project } from "./project.ts";

/** How a part is reached: the functions on the way, outermost first, and the call in the first text that leads there. */
export interface Way {
  readonly functions: readonly Func[];
  readonly call: Expr | undefined;
}

/** What is called on the way; `false` keeps it from going deeper there. */
export interface ThroughVisitor {
  readonly expr?: (expr: Expr, way: Way) => unknown;
  readonly query?: (query: Query, way: Way) => unknown;
  readonly from?: (item: FromItem, way: Way) => unknown;
}

/** Visits an expression and the bodies of the sources' own functions that it calls, at any depth, each function once. */
export const visitThrough = (project: Project, expr: Expr, visitor: ThroughVisitor): void =>
  visitExpr(expr, following(project, visitor, DIRECT, new Set()));

/** Visits a query likewise. */
export const visitQueryThrough = (project: Project, query: Query, visitor: ThroughVisitor): void =>
  visitQuery(query, following(project, visitor, DIRECT, new Set()));

/** Visits a function's body likewise. */
export const visitBodyThrough = (project: Project, func: Func, visitor: ThroughVisitor): void =>
  visitBody(func, following(project, visitor, DIRECT, new Set([func])));

const DIRECT: Way = { functions: [], call: undefined };

function following(project: Project, visitor: ThroughVisitor, way: Way, seen: Set<Func>) {
  return {
    query: (query: Query) => visitor.query?.(query, way),
    from: (item: FromItem) => visitor.from?.(item, way),
    expr: (expr: Expr): unknown => {
      if (visitor.expr?.(expr, way) === false) return false;
      if (expr.kind !== "call") return true;
      for (const func of project.catalog.functions.get(functionOf(project, expr)) ?? []) {
        if (func.platform || seen.has(func)) continue;
        seen.add(func);
        const inside = { functions: [...way.functions, func], call: way.call ?? expr };
        visitBody(func, following(project, visitor, inside, seen));
      }
      return true;
    },
  };
}

type PlainVisitor = ReturnType<typeof following>;

function visitBody(func: Func, visitor: PlainVisitor): void {
  for (const query of func.body.queries) visitQuery(query, visitor);
  for (const expr of func.body.expressions) visitExpr(expr, visitor);
}
