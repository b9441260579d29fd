import type { Policy, PolicyClause } from "../../catalog/catalog.ts";
import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "Two policies of a table say the same.",
  why: "PostgreSQL evaluates both for every row, and whoever narrows one of them later is surprised that nothing changed.",
  *check(table, project) {
    if (table.policies.size < 2 || isConcealed(project, table)) return;
    const seen = new Map<string, Policy>();
    for (const policy of table.policies.values()) {
      if (policy.refused) continue;
      const meaning = meaningOf(policy);
      const first = seen.get(meaning);
      if (!first) {
        seen.set(meaning, policy);
        continue;
      }
      yield {
        at: policy.nameSpan,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" says the same as "${first.name}" on ${nameOf(table)}.`,
        related: [{ place: first.nameSpan, message: `"${first.name}" is here.` }],
        remedy: {
          kind: "statements",
          title: `Drop "${policy.name}"`,
          statements: [
            `drop policy ${quoteIdentifier(policy.name)} on ${quoteQualified(table.schema, table.name)};`,
          ],
        },
      };
    }
  },
});

/** Everything that decides what a policy does, as one text. A missing WITH CHECK is the USING. */
function meaningOf(policy: Policy): string {
  const roles = [...policy.roles].sort().join(",");
  const checks = policy.command === "insert" || policy.command === "all" || policy.command === "update";
  const check = checks ? (policy.check ?? policy.using) : undefined;
  return [policy.permissive, policy.command, roles, treeOf(policy.using), treeOf(check)].join("\0");
}

/** The parsed expression without its places. */
const treeOf = (clause: PolicyClause | undefined): string =>
  clause ? JSON.stringify(clause.expr, (key, value) => (key === "span" ? undefined : value)) : "";
