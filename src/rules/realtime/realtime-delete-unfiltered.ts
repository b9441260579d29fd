import { qualify } from "../../catalog/catalog.ts";
import {
  placeOfName,
  realtimePublication,
  relatedSubscriptions,
  type Subscription,
  subscriptionsByTable,
} from "../../project/subscriptions.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "info",
  summary: "DELETE events tell every subscriber which rows are gone, policies and filters or not.",
  why: "PostgreSQL cannot ask policies about a row that no longer exists, so realtime sends DELETE events to everyone who subscribed to the table, with the deleted row's primary key, and ignores filters. Keys that tell something (a name, an address, a running number) tell it to other tenants; and handlers must not trust the event.",
  *check(project) {
    for (const [table, subscriptions] of subscriptionsByTable(project)) {
      const key = qualify(table.schema, table.name);
      const [first, ...others] = subscriptions.filter(hearsDeletes);
      if (!first || !table.rowSecurity || project.tenancy.scopes.get(key)?.kind === "public") continue;
      if (project.manages.publications && !realtimePublication(project, table).published) continue;
      const guards = first.column
        ? `neither its policies nor the filter on ${first.column.value} hold them back`
        : "its policies do not hold them back";
      yield {
        at: placeOfName(first.table),
        subject: key,
        message: `DELETE events of ${nameOf(table)} reach every subscriber with the key of the deleted row: ${guards}.`,
        related: relatedSubscriptions(others),
      };
    }
  },
});

const hearsDeletes = ({ event }: Subscription): boolean => event === "*" || event?.toUpperCase() === "DELETE";
