import type { CatalogEvent, Policy, Table } from "../../catalog/catalog.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf } from "../../project/words.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A later migration disables row-level security, drops a restriction or makes a policy wider.",
  why: "What an earlier migration protected is open again, in a file that few people read. If it is meant, say so in a comment with the reason.",
  *check(project) {
    for (const event of project.catalog.events) {
      if (!("table" in event)) continue;
      const table = project.catalog.tables.get(event.table);
      if (!table || isConcealed(project, table) || !table.rowSecurity) continue;
      const finding = weakening(event, table);
      if (finding) yield finding;
    }
  },
});

/** Only what still stands in the end: a weakening that a later statement made good is history. */
function weakening(event: CatalogEvent, table: Table): RawFinding | undefined {
  if (event.kind === "policy-dropped" && isLostRestriction(event.policy, table)) {
    return {
      at: event.place,
      subject: `${event.table}/${event.policy.name}`,
      message: `Dropping the restrictive policy "${event.policy.name}" of ${event.table} lets through what it held back.`,
      related: [{ place: event.policy.nameSpan, message: "The policy was made here." }],
    };
  }
  if (event.kind !== "policy-changed" || table.policies.get(event.after.name) === undefined) return undefined;
  const added = event.after.roles.filter(
    (role) => !event.before.roles.includes(role) && !event.before.roles.includes("public"),
  );
  const now = table.policies.get(event.after.name)!;
  if (!event.after.permissive || !added.length || !added.every((role) => now.roles.includes(role)))
    return undefined;
  return {
    at: event.place,
    subject: `${event.table}/${event.after.name}`,
    message: `The policy "${event.after.name}" of ${event.table} was for ${listOf(event.before.roles)} and is now for ${listOf(event.after.roles)}.`,
    related: [{ place: event.before.nameSpan, message: "The policy was made here." }],
  };
}

function isLostRestriction(policy: Policy, table: Table): boolean {
  if (policy.permissive || policy.refused) return false;
  return ![...table.policies.values()].some(
    (other) => !other.permissive && (other.command === policy.command || other.command === "all"),
  );
}
