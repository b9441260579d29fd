import { unwrap } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import { functionOf } from "./caller-parts.ts";
import type { Project } from "./project.ts";

/** Whether a claim, `app_metadata.provider`, is one of the person and the session, which every token has: no membership gives or ends it. */
export const isEverybodys = (claim: string): boolean =>
  /^(sub|email|phone|aud|iss|exp|iat|nbf|jti|role|aal|amr|session_id|is_anonymous|client_id|user_metadata|app_metadata\.providers?)(\.|$)/.test(
    claim,
  );

type Call = Extract<Expr, { kind: "call" }>;

/**
 * Where in the caller's token an expression reads: `auth.jwt() -> 'app_metadata' ->> 'org'` is `["app_metadata", "org"]`,
 * `auth.jwt()` is `[]`. Undefined where it reads no token, or where is not known. `isToken` may know other names for it.
 */
export function claimPath(
  project: Project,
  expr: Expr,
  isToken: (expr: Expr) => boolean = () => false,
): readonly string[] | undefined {
  const part = bare(expr);
  if (isToken(part)) return [];
  const read = (from: Expr | undefined, keys: readonly string[] | undefined) => {
    const before = from && keys && claimPath(project, from, isToken);
    return before && keys ? [...before, ...keys] : undefined;
  };
  switch (part.kind) {
    case "call":
      return readCall(project, part, read);
    case "operator":
      return PATH_OPERATORS.has(part.name) ? read(part.left, keysOf(part.right)) : undefined;
    case "element":
      return read(
        part.arg,
        part.index.flatMap((each) => keysOf(each) ?? []),
      );
    default:
      return undefined;
  }
}

const PATH_OPERATORS = new Set(["->", "->>", "#>", "#>>", "?"]);

function readCall(
  project: Project,
  call: Call,
  read: (from: Expr | undefined, keys: readonly string[] | undefined) => readonly string[] | undefined,
): readonly string[] | undefined {
  const name = functionOf(project, call);
  if (project.platform.anonymousConstants[name] === "{}") return [];
  const setting = settingRead(project, call);
  if (setting === "request.jwt.claims") return [];
  if (setting?.startsWith("request.jwt.claim.")) return [setting.slice("request.jwt.claim.".length)];
  if (!/^(pg_catalog\.)?jsonb?_extract_path(_text)?$/.test(name)) return undefined;
  return read(
    call.args[0],
    call.args.slice(1).flatMap((each) => keysOf(each) ?? []),
  );
}

/** The setting that `current_setting('app.tenant_id', true)` reads. */
export function settingRead(project: Project, expr: Expr): string | undefined {
  if (expr.kind !== "call" || !/^(pg_catalog\.)?current_setting$/.test(functionOf(project, expr)))
    return undefined;
  const name = expr.args[0] && unwrap(expr.args[0]);
  return name?.kind === "constant" ? name.value.toLowerCase() : undefined;
}

/** An expression without casts, plain SELECTs and what only guards against NULL and ''. */
export function bare(expr: Expr): Expr {
  const part = unwrap(expr);
  if (part.kind === "nullif") return bare(part.left);
  return part.kind === "coalesce" && part.args[0] ? bare(part.args[0]) : part;
}

/** `'a'`, `'{a,b}'` and `array['a', 'b']`. */
function keysOf(expr: Expr): readonly string[] | undefined {
  const part = unwrap(expr);
  if (part.kind === "array") return part.args.flatMap((each) => keysOf(each) ?? []);
  if (part.kind !== "constant" || part.type !== "string") return undefined;
  const list = /^\{(.*)\}$/.exec(part.value)?.[1];
  return list === undefined
    ? [part.value]
    : list.split(",").map((key) => key.trim().replace(/^"(.*)"$/, "$1"));
}
