import type { Func } from "../catalog/catalog.ts";
import { remember } from "../catalog/remember.ts";
import type { Expr, FromItem, Query } from "../source/sql/expression.ts";
import { type Visitor, visitExpr, visitQuery } from "../source/sql/walk.ts";
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
  follow({ project, visitor, seen: new Set() }, DIRECT, trailOfExpr(expr));

/** Visits a query likewise. */
export const visitQueryThrough = (project: Project, query: Query, visitor: ThroughVisitor): void =>
  follow({ project, visitor, seen: new Set() }, DIRECT, trailOfQuery(query));

/** Visits a function's body likewise. */
export const visitBodyThrough = (project: Project, func: Func, visitor: ThroughVisitor): void =>
  follow({ project, visitor, seen: new Set([func]) }, DIRECT, trailOfBody(func));

const DIRECT: Way = { functions: [], call: undefined };

interface Visit {
  readonly project: Project;
  readonly visitor: ThroughVisitor;
  readonly seen: Set<Func>;
}

function follow(visit: Visit, way: Way, trail: Trail): void {
  for (let i = 0; i < trail.length; ) {
    const stop = trail[i]!;
    i = look(visit, way, stop) === false ? stop.end : i + 1;
  }
}

function look(visit: Visit, way: Way, stop: Stop): unknown {
  const { visitor } = visit;
  if (stop.kind === "query") return visitor.query?.(stop.part, way);
  if (stop.kind === "from") return visitor.from?.(stop.part, way);
  const { part } = stop;
  if (visitor.expr?.(part, way) === false) return false;
  if (part.kind === "call") enterFunctions(visit, way, part);
  return true;
}

function enterFunctions(visit: Visit, way: Way, call: Extract<Expr, { kind: "call" }>): void {
  const { project, seen } = visit;
  for (const func of project.catalog.functions.get(functionOf(project, call)) ?? []) {
    if (func.platform || seen.has(func)) continue;
    seen.add(func);
    const inside = { functions: [...way.functions, func], call: way.call ?? call };
    follow(visit, inside, trailOfBody(func));
  }
}

/** One part of an expression; `end` is the stop behind all that is in it. */
type Stop = { end: number } & (
  | { readonly kind: "expr"; readonly part: Expr }
  | { readonly kind: "query"; readonly part: Query }
  | { readonly kind: "from"; readonly part: FromItem }
);

/** The parts in the order of a visit. Dozens of rules go the same way, so it is found once. */
type Trail = readonly Stop[];

const trails = new WeakMap<object, Trail>();

const trailOfExpr = (expr: Expr): Trail =>
  remember(trails, expr, () => layTrail((visitor) => visitExpr(expr, visitor)));

const trailOfQuery = (query: Query): Trail =>
  remember(trails, query, () => layTrail((visitor) => visitQuery(query, visitor)));

const trailOfBody = (func: Func): Trail =>
  remember(trails, func, () =>
    layTrail((visitor) => {
      for (const query of func.body.queries) visitQuery(query, visitor);
      for (const expr of func.body.expressions) visitExpr(expr, visitor);
    }),
  );

function layTrail(visit: (visitor: Visitor) => void): Trail {
  const stops: Stop[] = [];
  const inside: Stop[] = [];
  const enter = (stop: Stop): void => {
    stops.push(stop);
    inside.push(stop);
  };
  visit({
    expr: (part) => enter({ kind: "expr", part, end: 0 }),
    query: (part) => enter({ kind: "query", part, end: 0 }),
    from: (part) => enter({ kind: "from", part, end: 0 }),
    leave: () => {
      inside.pop()!.end = stops.length;
    },
  });
  return stops;
}
