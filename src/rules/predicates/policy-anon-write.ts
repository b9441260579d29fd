import { mayDo, privilegesOf, rolesOf } from "../../catalog/access.ts";
import type { Policy, Table } from "../../catalog/catalog.ts";
import { canBeTrue, findOutcomes, isAlwaysTrue } from "../../catalog/truth.ts";
import { callerOf } from "../../project/caller.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  reads: ["catalog", "platform"],
  severity: "error",
  summary: "A policy lets a visitor who has not signed in insert, update or delete rows.",
  why: "Nobody can be held to account for what an anonymous visitor writes, and nothing binds it to a tenant. A form that anyone may send wants a function that checks its input, or at least a column that the policy ties down.",
  *check({ policy, table }, project) {
    const anonymous = project.platform.anonymousRole;
    if (!anonymous || policy.refused || !policy.permissive || isConcealed(project, table)) return;
    if (!policy.roles.some((role) => rolesOf(project.catalog, anonymous).has(role))) return;
    const privileges = privilegesOf(project.catalog, table, anonymous);
    const commands = openWrites(policy, project).filter((command) => mayDo(privileges, command));
    if (!commands.length || isHeldBack(table, commands, project)) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets visitors who have not signed in ${listOf(commands)} rows of ${nameOf(table)}.`,
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

const WRITES = ["insert", "update", "delete"] as const;

function openWrites(policy: Policy, project: Project): (typeof WRITES)[number][] {
  const check = policy.check ?? policy.using;
  return WRITES.filter((command) => {
    if (policy.command !== "all" && policy.command !== command) return false;
    const clauses =
      command === "insert" ? [check] : command === "delete" ? [policy.using] : [policy.using, check];
    return clauses.every((clause) => clause && canHold(clause.expr, project));
  });
}

/** Holds for some row with no caller, and is not simply always true: that is for `policy-always-true` to say. */
function canHold(expr: Parameters<typeof findOutcomes>[0], project: Project): boolean {
  return canBeTrue(findOutcomes(expr, project.catalog, callerOf(project, "anonymous")));
}

/** A restrictive policy for the same commands that no anonymous caller passes. */
const isHeldBack = (table: Table, commands: readonly string[], project: Project): boolean =>
  [...table.policies.values()].some(
    (policy) =>
      !policy.permissive &&
      (policy.command === "all" || commands.every((command) => command === policy.command)) &&
      [policy.using, policy.check].some(
        (clause) =>
          clause &&
          !canBeTrue(findOutcomes(clause.expr, project.catalog, callerOf(project, "anonymous"))) &&
          !isAlwaysTrue(findOutcomes(clause.expr, project.catalog, callerOf(project, "anonymous"))),
      ),
  );
