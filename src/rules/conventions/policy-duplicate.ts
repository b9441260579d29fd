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
    const seen: Policy[] = [];
    for (const policy of table.policies.values()) {
      if (policy.refused) continue;
      const first = seen.find((each) => saySame(each, policy));
      if (!first) {
        seen.push(policy);
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

/** In all that decides what a policy does. A missing WITH CHECK is the USING. */
const saySame = (a: Policy, b: Policy): boolean =>
  a.command === b.command &&
  a.permissive === b.permissive &&
  rolesOf(a) === rolesOf(b) &&
  treeOf(a.using) === treeOf(b.using) &&
  treeOf(checkOf(a)) === treeOf(checkOf(b));

const rolesOf = ({ roles }: Policy): string => [...roles].sort().join(",");

const checkOf = ({ command, check, using }: Policy): PolicyClause | undefined =>
  command === "insert" || command === "all" || command === "update" ? (check ?? using) : undefined;

/** The parsed expression without its places. */
const treeOf = (clause: PolicyClause | undefined): string =>
  clause ? JSON.stringify(clause.expr, (key, value) => (key === "span" ? undefined : value)) : "";
