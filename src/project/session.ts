import type { Func } from "../catalog/catalog.ts";
import type { Expr, Query } from "../source/sql/expression.ts";
import type { Call } from "../source/sql/walk.ts";
import { functionOf } from "./caller-parts.ts";
import { settingRead } from "./claims.ts";
import type { Project } from "./project.ts";
import { visitBodyThrough, visitQueryThrough, visitThrough, type Way } from "./through.ts";

/** The caller's functions of the platform and `current_setting`: what names who asks wherever it stands. */
export function isClaimCall(project: Project, expr: Expr): boolean {
  if (expr.kind !== "call") return false;
  const name = functionOf(project, expr);
  return (
    project.platform.callerFunctions.includes(name) ||
    (/^(pg_catalog\.)?current_setting$/.test(name) && settingRead(project, expr) !== "role")
  );
}

/** `current_user`, `session_user`, `current_role`. */
export const isUserWord = (expr: Expr): boolean =>
  expr.kind === "call" &&
  expr.bare === true &&
  /^(current_user|session_user|current_role|user)$/.test(expr.name.at(-1)!);

/** The first call that names the caller, in an expression and the helpers it calls. */
export const findClaimCall = (project: Project, expr: Expr): Call | undefined =>
  first(project, (visitor) => visitThrough(project, expr, visitor));

/** Likewise in a query. */
export const findClaimCallOfQuery = (project: Project, query: Query): Call | undefined =>
  first(project, (visitor) => visitQueryThrough(project, query, visitor));

/** Likewise in a function's body. */
export const findClaimCallOfBody = (project: Project, func: Func): Call | undefined =>
  first(project, (visitor) => visitBodyThrough(project, func, visitor), !func.securityDefiner);

function first(
  project: Project,
  visit: (visitor: { expr: (expr: Expr, way: Way) => unknown }) => void,
  users = true,
): Call | undefined {
  let found: Call | undefined;
  visit({
    expr: (expr, way) => {
      if (found) return false;
      const definer = !users || way.functions.some(({ securityDefiner }) => securityDefiner);
      if (expr.kind !== "call") return true;
      const named = isUserWord(expr) ? saysWho(project, expr, definer) : isClaimCall(project, expr);
      if (named) found = expr;
      return !found;
    },
  });
  return found;
}

/** Under SECURITY DEFINER `current_user` is the owner; where an API logs in, everybody's `session_user` is its role. */
const saysWho = ({ platform }: Project, word: Call, definer: boolean): boolean =>
  word.name.at(-1) === "session_user" ? platform.loginRole === undefined : !definer;

/** `auth.uid()`, `current_user`: a call as a person would say it. */
export function describeCall(project: Project, call: Call): string {
  if (call.bare) return call.name.at(-1)!;
  const setting = settingRead(project, call);
  return setting === undefined ? `${functionOf(project, call)}()` : `the setting ${setting}`;
}
