import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "info",
  summary:
    "SQL that is built at run time and concerns row-level security, which reading alone cannot follow.",
  why: "What a loop over the catalog or an event trigger does is known only when it has run. Rules that depend on it stay silent for the tables concerned.",
  *check(project) {
    for (const { place, reason, touchesRowSecurity } of project.catalog.unresolved) {
      if (!touchesRowSecurity || project.text(place.path) === undefined) continue;
      yield {
        at: place,
        subject: `sql ${place.path}`,
        message: `What this statement does to row-level security is known only when it runs: ${reason}.`,
      };
    }
  },
});
