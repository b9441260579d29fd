import type { Policy, Table } from "../../catalog/catalog.ts";
import { isLookup, judge, openFor, saysPublic } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { forReading } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy lets a visitor who has not signed in insert, update or delete rows.",
  why: "Nobody can be held to account for what an anonymous visitor writes, and nothing binds it to a tenant. A form that anyone may send wants a function that checks its input, or at least a column that the policy ties down.",
  *check({ policy, table }, project) {
    const commands = policy.permissive ? openWrites(project, table, policy) : [];
    if (!commands.length) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets visitors who have not signed in ${listOf(commands)} rows of ${nameOf(table)}.`,
      remedy: withoutWriting(project, table, policy),
    };
  },
});

/** Reading stays where it is nobody's fault: an ALL policy is then one for SELECT. */
function withoutWriting(project: Project, table: Table, policy: Policy): Remedy {
  const drop = `drop policy ${quoteIdentifier(policy.name)} on ${quoteQualified(table.schema, table.name)};`;
  if (policy.command !== "all" || !policy.using || showsTooMuch(project, table, policy))
    return { kind: "statements", title: "Drop the policy", statements: [drop] };
  const title = "Let the policy show rows, and change none";
  return { kind: "statements", title, statements: [drop, forReading(policy, policy.using)] };
}

const showsTooMuch = (project: Project, table: Table, policy: Policy): boolean =>
  !isLookup(project, table) &&
  judge(project, table, policy).some(
    (each) =>
      openFor(project, each, each.formula, "stranger").includes("select") && !saysPublic(each.formula),
  );

const WRITES = ["insert", "update", "delete"] as const;

/** Every clause that decides the command can hold with no caller, beside what other policies demand. */
function openWrites(project: Project, table: Table, policy: Policy): readonly (typeof WRITES)[number][] {
  const { anonymousRole } = project.platform;
  const judged = judge(project, table, policy).filter(({ role }) => role === anonymousRole);
  const open = judged.map((each) => openFor(project, each, each.formula, "anonymous"));
  return WRITES.filter((command) => {
    const decided = judged.flatMap(({ commands }, i) => (commands.includes(command) ? [open[i]!] : []));
    return decided.length > 0 && decided.every((commands) => commands.includes(command));
  });
}
