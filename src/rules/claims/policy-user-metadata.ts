import type { Func, Policy, PolicyClause, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { and, someTerm, type Term, TRUE } from "../../catalog/meaning/formula.ts";
import { claimOf } from "../../project/atoms.ts";
import { claimPath } from "../../project/claims.ts";
import { clausesOf } from "../../project/clauses.ts";
import { judge } from "../../project/judge.ts";
import { worldOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { visitThrough, type Way } from "../../project/through.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import { callsOf } from "../../source/sql/walk.ts";
import type { Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy trusts metadata that users edit themselves.",
  why: "`user_metadata` in the token and `raw_user_meta_data` in `auth.users` are the user's own: `supabase.auth.updateUser({ data: { role: 'admin' } })` writes whatever he likes. `app_metadata`, or a table, is out of his reach.",
  *check({ policy, table }, project) {
    if (policy.refused || (isConcealed(project, table) && policy.platform)) return;
    for (const { clause } of clausesOf(policy)) {
      const found = findMetadata(project, wordingOf(clause));
      if (!found || isConfirmed(project, table, policy, clause)) continue;
      yield {
        at: placeIn(clause, found.span),
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} trusts ${found.what}, which users edit themselves${found.through}.`,
      };
      return;
    }
  },
});

interface Found {
  readonly span: Span;
  readonly what: string;
  readonly through: string;
}

const findMetadata = derived((project: Project, wording: Wording): Found | undefined => {
  let found: Found | undefined;
  visitThrough(project, wording.expr, {
    expr: (expr, way) => {
      if (found) return false;
      const what = metadataIn(project, expr, way);
      if (!what) return true;
      const through = way.functions.length
        ? ` (through ${way.functions.map((func) => nameOf(func)).join(" and ")})`
        : "";
      found = { span: (way.call ?? expr).span, what, through };
      return false;
    },
  });
  return found;
});

/** Wherever the metadata says who he is, something else that is his says the same: he has made nothing up. */
function isConfirmed(project: Project, table: Table, policy: Policy, clause: PolicyClause): boolean {
  const forged = (term: Term): boolean =>
    term.kind === "apply" ? term.args.some(forged) : claimOf(project, term)?.[0] === "user_metadata";
  const ways = judge(project, table, policy)
    .filter(({ written }) => written.clause === clause)
    .flatMap((judged) => judged.arms.map((arm) => ({ judged, formula: arm.formula })))
    .filter(({ formula }) => someTerm(formula, forged));
  return (
    ways.length > 0 &&
    ways.every(({ judged, formula }) =>
      judged.commands.every((command) => {
        const within = and([formula, judged.within.get(command) ?? TRUE]);
        return canBeTrue(within, { ...worldOf(project, "anyone"), forged }) === "no";
      }),
    )
  );
}

function metadataIn(project: Project, expr: Expr, way: Way): string | undefined {
  if (expr.kind === "column" && expr.path.at(-1) === "raw_user_meta_data") return "raw_user_meta_data";
  const claims = claimPath(project, expr, (part) => isVariable(project, part, way.functions.at(-1)));
  return claims?.[0] === "user_metadata" ? "user_metadata" : undefined;
}

/** A variable of a body that reads the token: `claims := auth.jwt()`. */
const isVariable = (project: Project, expr: Expr, func: Func | undefined): boolean =>
  expr.kind === "column" &&
  expr.path.length === 1 &&
  func?.language === "plpgsql" &&
  [
    ...func.body.expressions,
    ...func.body.queries.flatMap(({ targets }) => targets.map((each) => each.expr)),
  ].some((each) => callsOf(each).some((call) => claimPath(project, call)?.length === 0));
