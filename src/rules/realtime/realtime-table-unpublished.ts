import { qualify } from "../../catalog/catalog.ts";
import {
  placeOfName,
  realtimePublication,
  relatedSubscriptions,
  subscriptionsByTable,
} from "../../project/subscriptions.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import { nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A subscription listens to a table that is in no realtime publication.",
  why: "Realtime sends the changes of published tables only. A subscription to another table connects, reports success and stays silent.",
  *check(project) {
    const publication = project.platform.realtimePublication;
    if (!publication || !project.manages.publications || unfollowed(project, /\bpublication\b/i)) return;
    for (const [table, [first, ...others]] of subscriptionsByTable(project)) {
      if (realtimePublication(project, table).published || table.uncertain) continue;
      yield {
        at: placeOfName(first!.table),
        subject: qualify(table.schema, table.name),
        message: `${nameOf(table)} is not in the publication ${publication}: the subscription receives nothing.`,
        related: relatedSubscriptions(others),
        remedy: {
          kind: "statements",
          title: `Publish ${nameOf(table)} to realtime`,
          statements: [
            `alter publication ${quoteIdentifier(publication)} add table ${quoteQualified(table.schema, table.name)};`,
          ],
        },
      };
    }
  },
});
