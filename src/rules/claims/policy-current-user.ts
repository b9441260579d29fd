import { derived } from "../../catalog/derived.ts";
import { unwrap } from "../../catalog/walk.ts";
import { clausesOf } from "../../project/clauses.ts";
import { connectionVariables } from "../../project/connection.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { isUserWord } from "../../project/session.ts";
import { visitThrough } from "../../project/through.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import type { Call } from "../../source/sql/walk.ts";
import type { Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy compares rows with the database role, which all users share.",
  why: "Behind an API or a pool everybody connects as the same role: `current_user` is that role's name, whoever asks. Claims or a setting say who does.",
  *check({ policy, table }, project) {
    if (policy.refused || isConcealed(project, table)) return;
    const shared = sharedLogin(project);
    if (!shared) return;
    for (const { clause } of clausesOf(policy)) {
      const found = findComparison(project, wordingOf(clause));
      if (!found) continue;
      yield {
        at: placeIn(clause, found.span),
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} compares rows with ${found.word}, and everybody comes in as ${shared}.`,
      };
      return;
    }
  },
});

/** The role or roles under which all users come in, where that is known. */
function sharedLogin(project: Project): string | undefined {
  if (project.platform.clientsUseApi) return listOf(project.settings.clientRoles, "or");
  const role = project.settings.applicationRole ?? connectionVariables(project)[0]?.url.user;
  const logins = [...project.catalog.roles.values()].filter((each) => !each.platform && each.options.login);
  return logins.some(({ name }) => name !== role) ? undefined : role;
}

/** `owner = current_user`, also in a sub-select or helper; comparing with a role's name is another matter. */
const findComparison = derived((project: Project, wording: Wording) => {
  let found: { span: Span; word: string } | undefined;
  visitThrough(project, wording.expr, {
    expr: (expr, way) => {
      const word = found ? undefined : comparedWord(expr);
      if (word) found = { span: (way.call ?? word).span, word: word.name.at(-1)! };
      return !found;
    },
  });
  return found;
});

function comparedWord(expr: Expr): Call | undefined {
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left || expr.quantifier) return undefined;
  const sides = [unwrap(expr.left), unwrap(expr.right)];
  const word = sides.find(isUserWord);
  return word?.kind === "call" && sides.some((side) => side.kind === "column") ? word : undefined;
}
