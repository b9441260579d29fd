import { qualify } from "../../catalog/catalog.ts";
import { placeOfTableState } from "../../project/place.ts";
import { isConcealed, reachOf } from "../../project/reach.ts";
import { enableRowSecurity } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A partition or child table can be reached on its own, past the parent's row-level security.",
  why: "A query that names a partition or an inheritance child uses that table's own switch and policies, never the parent's. Enabling row-level security on the child closes the side door; queries through the parent go on as before.",
  *check(table, project) {
    if (table.rowSecurity || table.uncertain || !table.inherits.length || isConcealed(project, table)) return;
    const parents = table.inherits.flatMap((key) => project.catalog.tables.get(key) ?? []);
    const parent = parents.find((each) => each.rowSecurity);
    const reach = reachOf(project, table);
    if (!reach.length) return;
    const at = placeOfTableState(project, table);
    if (!at) return;
    const roles = listOf(reach.map((each) => each.role));
    const kind = table.partitionOf ? "partition" : "child";
    yield {
      at,
      subject: qualify(table.schema, table.name),
      message: parent
        ? `${nameOf(table)} is a ${kind} of ${nameOf(parent)} without row-level security of its own: ${roles} can query it past the parent's policies.`
        : `${nameOf(table)} has no row-level security, and neither has what it is a ${kind} of: ${roles} can reach every row.`,
      related: parent?.rowSecurityPlace
        ? [{ place: parent.rowSecurityPlace, message: `${nameOf(parent)} is protected here.` }]
        : [],
      remedy: enableRowSecurity(table),
    };
  },
});
