import { unwrap } from "../catalog/walk.ts";
import type { Expr, Query } from "../source/sql/expression.ts";
import { functionOf } from "./caller-parts.ts";
import { bare } from "./claims.ts";
import type { Project } from "./project.ts";
import { isClaimCall } from "./session.ts";

/** The parts all of which must hold. */
export const conjunctsOf = (expr: Expr): readonly Expr[] =>
  expr.kind === "and" ? expr.args.flatMap(conjunctsOf) : [expr];

/** The parts one of which is enough. */
export const armsOf = (expr: Expr): readonly Expr[] =>
  expr.kind === "or" ? expr.args.flatMap(armsOf) : [expr];

/** The column in `user_id = auth.uid()`, either way round, and in `user_id in (select id from users where id = auth.uid())`. */
export function ownColumn(project: Project, expr: Expr): string | undefined {
  if (expr.kind === "subquery" && expr.form === "any" && (expr.operator ?? "=") === "=") {
    const left = expr.left && unwrap(expr.left);
    return left?.kind === "column" && givesCallerId(project, expr.query) ? left.path.at(-1) : undefined;
  }
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return undefined;
  const sides = [unwrap(expr.left), unwrap(expr.right)];
  const column = sides.find((side) => side.kind === "column");
  const caller = sides.some((side) => namesCallerId(project, side));
  return caller && column?.kind === "column" ? column.path.at(-1) : undefined;
}

/** `auth.uid()`, a setting, a claim, or a helper that gives one of them. */
function namesCallerId(project: Project, expr: Expr): boolean {
  const part = bare(expr);
  if (part.kind === "subquery") return part.form === "scalar" && givesCallerId(project, part.query);
  if (part.kind === "operator")
    return part.left !== undefined && /^[-#]>>?$/.test(part.name) && namesCallerId(project, part.left);
  if (part.kind !== "call") return false;
  if (isClaimCall(project, part)) return true;
  const func = !part.args.length && project.catalog.functions.get(functionOf(project, part))?.[0];
  return func && func.body.result !== undefined && !func.returnsSet
    ? namesCallerId(project, func.body.result)
    : false;
}

/** Rows by nothing but that a column of theirs is the caller, of which that column is given. */
function givesCallerId(project: Project, { from, targets, where, setOperation }: Query): boolean {
  const target = targets.length === 1 ? unwrap(targets[0]!.expr) : undefined;
  if (target?.kind !== "column" || from.length !== 1 || from[0]!.kind !== "table" || setOperation)
    return false;
  return where !== undefined && ownColumn(project, where) === target.path.at(-1);
}
