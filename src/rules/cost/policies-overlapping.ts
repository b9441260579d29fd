import type { Policy, Table } from "../../catalog/catalog.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

const COMMANDS = ["select", "insert", "update", "delete"] as const;

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "Several permissive policies are for the same role and command.",
  why: "PostgreSQL evaluates every one of them for every row and joins them with OR. One policy with both conditions is faster, and a reviewer sees at once what is let through.",
  *check(table, project) {
    if (!table.rowSecurity || isConcealed(project, table)) return;
    for (const command of COMMANDS) {
      const [group, role] = largestGroup(table, command);
      if (group.length < 2) continue;
      const names = group.map(({ name }) => `"${name}"`);
      yield {
        at: group[1]!.nameSpan,
        subject: `${table.schema}.${table.name}/${group[1]!.name}`,
        message: `${listOf(names)} are ${names.length > 2 ? "all" : "both"} permissive policies of ${nameOf(table)} for ${command} by ${role}: any of them lets a row through.`,
        related: group
          .filter((_, index) => index !== 1)
          .map((policy) => ({ place: policy.nameSpan, message: `"${policy.name}" is here.` })),
      };
    }
  },
});

/** The role with most policies for exactly this command; ALL beside a command is a design of its own. */
function largestGroup(table: Table, command: (typeof COMMANDS)[number]): [Policy[], string] {
  const fitting = [...table.policies.values()].filter(
    (policy) => policy.permissive && !policy.refused && policy.command === command,
  );
  let best: [Policy[], string] = [[], ""];
  for (const role of new Set(fitting.flatMap(({ roles }) => roles))) {
    const group = fitting.filter(({ roles }) => roles.includes(role) || roles.includes("public"));
    if (group.length > best[0].length) best = [group, role === "public" ? "everybody" : role];
  }
  return best;
}
