import { qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import type { Related } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { findRelation } from "./names.ts";
import type { Project } from "./project.ts";
import type { NamedAt, Usage } from "./usage.ts";

/** A `postgres_changes` subscription whose table is known. */
export type Subscription = Extract<Usage, { kind: "realtime-subscription" }> & { readonly table: NamedAt };

/** Subscriptions of the application by the table they mean, also where they misspell it. Tests, scripts and seeds are left out. */
export const subscriptionsByTable = derived(
  (project: Project): ReadonlyMap<Table, readonly Subscription[]> => {
    const found = new Map<Table, Subscription[]>();
    for (const usage of project.usages.get("realtime-subscription") ?? []) {
      if (!isSubscription(usage) || usage.role !== "runtime") continue;
      const lookup = findRelation(project, schemaOf(usage), usage.table.value);
      const relation = lookup.found ?? lookup.near;
      const table = relation && project.catalog.tables.get(qualify(relation.schema, relation.name));
      if (!table || table.platform) continue;
      const list = found.get(table);
      if (list) list.push(usage);
      else found.set(table, [usage]);
    }
    return found;
  },
);

const isSubscription = (usage: Usage): usage is Subscription =>
  usage.kind === "realtime-subscription" && usage.table !== undefined && usage.table.value !== "*";

/** The schema that a subscription states; `*` states none. */
export const schemaOf = ({ schema }: Pick<Subscription, "schema">): string | undefined =>
  schema?.value === "*" ? undefined : schema?.value;

/** Where a subscription names its table. */
export const placeOfName = ({ path, span }: NamedAt): Place => ({ path, span });

/** The other subscriptions to the same table. */
export const relatedSubscriptions = (others: readonly Subscription[]): readonly Related[] =>
  others
    .slice(0, 20)
    .map(({ table }) => ({ place: placeOfName(table), message: "It is subscribed to here as well." }));

/** Whether realtime sends the table's changes, and the statement that says so where one names the table. */
export function realtimePublication(
  project: Project,
  table: Table,
): { readonly published: boolean; readonly place?: Place } {
  const publication = project.catalog.publications.get(project.platform.realtimePublication ?? "");
  if (!publication) return { published: false };
  for (
    let key: string | undefined = qualify(table.schema, table.name), depth = 0;
    key && depth < 16;
    depth++
  ) {
    const place = publication.tables.get(key);
    if (place) return { published: true, place };
    key = project.catalog.tables.get(key)?.partitionOf;
  }
  return { published: publication.allTables || publication.schemas.includes(table.schema) };
}
