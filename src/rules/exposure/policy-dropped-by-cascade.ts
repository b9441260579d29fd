import type { Policy, Table } from "../../catalog/catalog.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A drop with CASCADE took policies with it.",
  why: "CASCADE removes every policy that uses the column, function, table or type, and says so only in a notice. The table keeps its switch, so that its rows are hidden, or loses a restriction, so that they are not.",
  *check(project) {
    for (const event of project.catalog.events) {
      if (event.kind !== "policy-cascaded") continue;
      const table = project.catalog.tables.get(event.table);
      if (!table || isReplaced(event.policy, table)) continue;
      yield {
        at: event.place,
        subject: `${event.table}/${event.policy.name}`,
        message: `Dropping ${event.dropped} with CASCADE drops the policy "${event.policy.name}" of ${event.table} in silence.`,
        related: [{ place: event.policy.nameSpan, message: "The policy was made here." }],
      };
    }
  },
});

/** A policy of the same name, or for the same command and one of its roles, stands in the end. */
const isReplaced = (lost: Policy, table: Table): boolean =>
  table.policies.has(lost.name) ||
  [...table.policies.values()].some(
    (policy) =>
      policy.permissive === lost.permissive &&
      policy.command === lost.command &&
      policy.roles.some((role) => lost.roles.includes(role)),
  );
