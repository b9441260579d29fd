import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A migration drops or retypes something that a policy uses, which PostgreSQL refuses.",
  why: "PostgreSQL does not drop a column or function that a policy uses, nor change a column's type under it: the migration fails where it is deployed.",
  *check(project) {
    for (const event of project.catalog.events) {
      if (event.kind !== "drop-blocked") continue;
      const verb = event.what === "type" ? "Changing the type of" : "Dropping";
      yield {
        at: event.place,
        subject: `${event.table}/${event.policy.name}`,
        message: `${verb} ${event.dropped} fails: the policy "${event.policy.name}" of ${event.table} uses it.`,
        related: [
          { place: event.policy.nameSpan, message: "Drop this policy before, and make it again after." },
        ],
      };
    }
  },
});
