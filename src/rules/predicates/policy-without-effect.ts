import type { Policy, Table } from "../../catalog/catalog.ts";
import { isAlwaysTrue } from "../../catalog/meaning/decide.ts";
import { plainClausesOf } from "../../project/atoms.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "info",
  summary: "A policy changes nothing.",
  why: "A restrictive policy that is always true takes nothing away, a permissive one that is false, or lacks its clause, adds nothing. Whoever reads it believes that it does.",
  *check({ policy, table }, project) {
    if (policy.refused || isConcealed(project, table)) return;
    const what = describe(project, table, policy);
    if (what === undefined) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" on ${nameOf(table)} changes nothing: ${what}.`,
      remedy: {
        kind: "statements",
        title: "Drop the policy",
        statements: [
          `drop policy ${quoteIdentifier(policy.name)} on ${quoteQualified(table.schema, table.name)};`,
        ],
      },
    };
  },
});

function describe(project: Project, table: Table, policy: Policy): string | undefined {
  const clauses = plainClausesOf(project, table, policy);
  if (!policy.permissive) {
    const idle = clauses.every(({ formula }) => isAlwaysTrue(formula) === "yes");
    return idle ? "it is restrictive, and true for every row" : undefined;
  }
  if (policy.command === "insert" && !policy.check)
    return "an INSERT policy without WITH CHECK admits no row";
  if (policy.command !== "insert" && !policy.using)
    return `${articleOf(policy.command)} ${policy.command.toUpperCase()} policy without USING admits no row`;
  const others = [...table.policies.values()].some(
    (other) => other !== policy && other.permissive && !other.refused && overlaps(other, policy),
  );
  const idle = clauses.every(
    ({ written: { clause } }) => clause.expr.kind === "constant" && /^f/i.test(clause.expr.value),
  );
  return idle && others ? "it is permissive and false, beside others that let rows through" : undefined;
}

const overlaps = (a: Policy, b: Policy): boolean =>
  a.command === "all" || b.command === "all" || a.command === b.command;

const articleOf = (word: string): string => (/^[aeiou]/.test(word) ? "an" : "a");
