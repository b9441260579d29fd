import { qualify } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
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
  why: "Realtime sends the changes of published tables only. A subscription to another table connects, reports success and stays silent. Seed data, such as Supabase's seed.sql, publishes nothing in production, which never runs it: it runs on local databases and preview branches alone.",
  *check(project) {
    const publication = project.platform.realtimePublication;
    if (!publication || !project.manages.publications || unfollowed(project, /\bpublication\b/i)) return;
    for (const [table, [first, ...others]] of subscriptionsByTable(project)) {
      if (realtimePublication(project, table).published || table.uncertain) continue;
      yield {
        at: placeOfName(first!.table),
        subject: qualify(table.schema, table.name),
        message: `${unpublished(project, nameOf(table), publication)}: the subscription receives nothing.`,
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

/** What migrations leave out may be published locally all the same, by seed data. */
const unpublished = (project: Project, name: string, publication: string): string =>
  project.tablesFrom === "migrations"
    ? `The migrations leave ${name} out of the publication ${publication}`
    : `${name} is not in the publication ${publication}`;
