import type { PolicyClause } from "../../catalog/catalog.ts";
import { claimPath } from "../../project/claims.ts";
import { clausesOf } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { visitThrough } from "../../project/through.ts";
import { nameOf } from "../../project/words.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  reads: ["catalog", "platform"],
  severity: "info",
  summary: "A policy takes membership or role from the token alone.",
  why: "A token says what was true when it was issued: somebody removed from a tenant keeps its rows until his token expires. A helper function that looks into the membership table knows at once.",
  *check({ policy, table }, project) {
    if (policy.refused || (isConcealed(project, table) && policy.platform)) return;
    for (const { clause } of clausesOf(policy)) {
      const found = findClaim(project, clause);
      if (!found) continue;
      yield {
        at: found.at,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} takes ${found.claim} from the token alone: it stays as it was until the token is renewed.`,
      };
      return;
    }
  },
});

/** What a token says of the person and the session: no membership ends that. */
const IDENTITY =
  /^(sub|email|phone|aud|iss|exp|iat|nbf|jti|role|aal|amr|session_id|is_anonymous|client_id|user_metadata|app_metadata\.providers?)(\.|$)/;

/** The first claim about membership, where nothing else in the condition looks into a table. */
function findClaim(project: Project, clause: PolicyClause): { at: Place; claim: string } | undefined {
  let found: { at: Place; claim: string } | undefined;
  let looksUp = false;
  visitThrough(project, clause.expr, {
    from: (item) => {
      if (item.kind === "table") looksUp = true;
    },
    expr: (expr, way) => {
      const claim = claimPath(project, expr)?.join(".");
      if (!claim) return true;
      if (!found && !IDENTITY.test(claim))
        found = { at: { path: clause.place.path, span: (way.call ?? expr).span }, claim };
      return false;
    },
  });
  return looksUp ? undefined : found;
}
