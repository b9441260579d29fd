import type { Expr, Query } from "../../source/sql/expression.ts";
import { containsExpr, walkExpr } from "../walk.ts";
import { countedIn, isSome } from "./aggregate.ts";
import type { Frame } from "./reader.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

const AGGREGATES = new Set(
  "count sum avg min max array_agg string_agg bool_and bool_or every json_agg jsonb_agg json_object_agg jsonb_object_agg any_value".split(
    " ",
  ),
);

const isAggregateCall = (expr: Expr): expr is Of<"call"> & { readonly over?: false } =>
  expr.kind === "call" && !expr.over && AGGREGATES.has(expr.name.at(-1)!) && isOfNoSchema(expr.name);

const isOfNoSchema = ({ length, 0: schema }: readonly string[]): boolean =>
  length === 1 || schema === "pg_catalog";

export const isAggregate = (expr: Expr): boolean =>
  containsExpr(expr, (part) => isAggregateCall(part) || (part.kind === "call" && part.over === true));

/** `select count(*) > 0 ...` has its row whatever it counts. */
export const isOneRow = (query: Query): boolean =>
  query.command === "select" &&
  !query.groupBy?.length &&
  !(query.setOperation || query.having || query.offset || query.limit) &&
  query.targets.some(({ expr }) => takesAll(expr));

/** An aggregate of the query itself: one in a sub-select may be another's. */
function takesAll(expr: Expr): boolean {
  let found = false;
  walkExpr(expr, (part) => {
    found ||= isAggregateCall(part);
    return !found && part.kind !== "subquery";
  });
  return found;
}

/** Where the only target of a query that has one row stands, if it is more than an aggregate. */
export function inOneRow(
  query: Query,
  frame: Frame,
): { readonly target: Expr; readonly frame: Frame } | undefined {
  const [only, ...others] = query.targets;
  if (!only || others.length || isAggregateCall(only.expr) || !isOneRow(query)) return undefined;
  return { target: only.expr, frame: { ...frame, grouped: query } };
}

/** An aggregate in HAVING, or in a target, as the sub-select that takes it of the same rows. */
export function ofAllRows(
  expr: Expr,
  frame: Frame,
): { readonly taken: Of<"subquery">; readonly frame: Frame } | undefined {
  const { grouped, ...around } = frame;
  if (!grouped || !isAggregateCall(expr)) return undefined;
  const { having: _, ...query } = grouped;
  const taken = {
    kind: "subquery",
    form: "scalar",
    query: { ...query, targets: [{ expr }] },
    span: expr.span,
  } as const;
  return { taken, frame: around };
}

/** What each row must meet for itself; undefined where it takes several of them together. Of every group there is a row. */
export function conditionsOf({ where, groupBy = [], having }: Query): readonly Expr[] | undefined {
  const asked = having ? conjunctsOf(having).filter((each) => !asksForSome(each)) : [];
  const isPlain = groupBy.every(({ kind }) => kind === "column" || kind === "constant");
  return isPlain && !asked.some(isAggregate) ? [...(where ? [where] : []), ...asked] : undefined;
}

const conjunctsOf = (expr: Expr): readonly Expr[] =>
  expr.kind === "and" ? expr.args.flatMap(conjunctsOf) : [expr];

/** `count(*) > 0`. */
function asksForSome(expr: Expr): boolean {
  const asked = expr.kind === "operator" ? countedIn(expr) : undefined;
  if (!asked || !isSome(asked) || !isAggregateCall(asked.counted)) return false;
  const { name, args, extra } = asked.counted;
  const isStar = !args.length || (args[0]!.kind === "column" && args[0]!.path.at(-1) === "*");
  return name.at(-1) === "count" && isStar && !extra?.length;
}
