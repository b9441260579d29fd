import { qualify } from "../../catalog/catalog.ts";
import { clientsWith } from "../../project/audience.ts";
import { placeOfTableState } from "../../project/place.ts";
import { protectTable } from "../../project/remedies.ts";
import { realtimePublication } from "../../project/subscriptions.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A table that realtime publishes has no row-level security.",
  why: "Realtime asks the policies of a table who may hear of a row. Without row-level security every visitor who subscribes hears of every tenant's rows the moment they change.",
  *check(table, project) {
    if (table.rowSecurity || table.uncertain || table.platform || table.kind === "foreign") return;
    const { published, place } = realtimePublication(project, table);
    const readers = published ? clientsWith(project, table, "select") : [];
    const at = placeOfTableState(project, table);
    if (!readers.length || !at) return;
    yield {
      at,
      subject: qualify(table.schema, table.name),
      message: `Realtime sends every change of ${nameOf(table)} to ${listOf(readers)}: the table has no row-level security.`,
      related: place ? [{ place, message: `${nameOf(table)} is published here.` }] : [],
      remedy: protectTable(table),
    };
  },
});
