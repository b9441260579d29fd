import { qualify } from "../../catalog/catalog.ts";
import { admittingPolicies } from "../../project/audience.ts";
import { protectTable } from "../../project/remedies.ts";
import { placeOfName, relatedSubscriptions, subscriptionsByTable } from "../../project/subscriptions.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A subscription listens to a table that no SELECT policy lets its subscribers read.",
  why: "Realtime sends a row to those whose SELECT policies show it to them. Where row-level security is on and no policy for SELECT exists, the channel connects and stays silent for everyone.",
  *check(project) {
    for (const [table, subscriptions] of subscriptionsByTable(project)) {
      const [first, ...others] = subscriptions.filter(({ client }) => client !== "service");
      if (!first || !table.rowSecurity || table.uncertain || !project.settings.clientRoles.length) continue;
      if (admittingPolicies(project, table, "select").length) continue;
      yield {
        at: placeOfName(first.table),
        subject: qualify(table.schema, table.name),
        message: `The subscription stays silent: no SELECT policy of ${nameOf(table)} is for ${listOf(project.settings.clientRoles, "or")}.`,
        related: relatedSubscriptions(others),
        remedy: protectTable(table),
      };
    }
  },
});
