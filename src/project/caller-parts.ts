import { containsExpr, unwrap } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import type { Project } from "./project.ts";

/** What it takes to know a caller. */
type Known = Pick<Project, "catalog" | "platform">;

type Call = Extract<Expr, { kind: "call" }>;

/** The function that a call means, as `schema.name`; a name without a schema is looked up on the search path. */
export function functionOf(project: Known, call: Call): string {
  const name = call.name.at(-1)!;
  if (call.name.length > 1) return `${call.name.at(-2)}.${name}`;
  if (call.bare) return name;
  const { searchPath, functions } = project.catalog;
  const schema = searchPath.find((each) => functions.has(`${each}.${name}`));
  return schema === undefined ? name : `${schema}.${name}`;
}

/** A call to a function of the sources' own: what it asks is its business, and may well be the caller. */
export function isOwnCall(project: Known, expr: Expr): boolean {
  if (expr.kind !== "call") return false;
  const overloads = project.catalog.functions.get(functionOf(project, expr));
  return overloads?.some((func) => !func.platform) ?? false;
}

/** True where an expression names who asks: a function or setting of the platform, `current_user`, or a helper that may. */
export const mayNameCaller = (project: Known, expr: Expr): boolean =>
  containsExpr(expr, (part) => isCallerCall(project, part) || isOwnCall(project, part));

function isCallerCall(project: Known, expr: Expr): boolean {
  if (expr.kind !== "call") return false;
  const name = functionOf(project, expr);
  return (
    project.platform.callerFunctions.includes(name) ||
    /^(pg_catalog\.)?(current_setting|current_user|session_user|current_role)$/.test(name)
  );
}

/** A condition that holds for everybody who is signed in: `auth.uid() is not null`, `auth.role() = 'authenticated'`, `true`. */
export function isSignedInTest(project: Known, expr: Expr, negated: boolean): boolean {
  const part = unwrap(expr);
  switch (part.kind) {
    case "constant":
      return /^t(rue)?$/i.test(part.value) !== negated;
    case "test":
      return part.test === "null" && part.negated !== negated && isCallerCall(project, unwrap(part.arg));
    case "in":
      return part.negated === negated && isRole(project, part.left) && part.list.some(isClientRole);
    case "operator":
      return isClaim(project, part, "is_anonymous") || isRoleTest(project, part, negated);
    default:
      return false;
  }
}

/** `auth.role() = 'authenticated'`, either way round; any `<>` holds for clients as well. */
function isRoleTest(project: Known, expr: Extract<Expr, { kind: "operator" }>, negated: boolean): boolean {
  if (!expr.left || (expr.name !== "=" && expr.name !== "<>")) return false;
  const asked = isRole(project, expr.left) ? expr.right : isRole(project, expr.right) ? expr.left : undefined;
  if (!asked) return false;
  return (expr.name === "=") === negated || isClientRole(asked);
}

/** `auth.role()`, or the `role` of the token. */
function isRole(project: Known, expr: Expr): boolean {
  const part = unwrap(expr);
  if (part.kind === "operator") return isClaim(project, part, "role");
  const anonymous = part.kind === "call" && project.platform.anonymousConstants[functionOf(project, part)];
  return anonymous === project.platform.anonymousRole;
}

/** `auth.jwt() ->> 'claim'`: one of the token's own claims. */
function isClaim(project: Known, expr: Extract<Expr, { kind: "operator" }>, claim: string): boolean {
  const key = unwrap(expr.right);
  return (
    (expr.name === "->>" || expr.name === "->") &&
    key.kind === "constant" &&
    key.value === claim &&
    expr.left !== undefined &&
    isCallerCall(project, unwrap(expr.left))
  );
}

const isClientRole = (expr: Expr): boolean => {
  const value = unwrap(expr);
  return value.kind === "constant" && (value.value === "authenticated" || value.value === "anon");
};
