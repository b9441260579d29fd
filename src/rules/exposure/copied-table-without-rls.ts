import { qualify } from "../../catalog/catalog.ts";
import { placeOfTableState } from "../../project/place.ts";
import { isConcealed, reachOf } from "../../project/reach.ts";
import { protectTable } from "../../project/remedies.ts";
import { describeReach, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

const HOW = {
  as: "was made from it with CREATE TABLE AS",
  like: "was made LIKE it",
  swap: "took its name",
} as const;

export default defineRule({
  on: "table",
  severity: "error",
  summary: "A copy of a table left row-level security and policies behind.",
  why: "CREATE TABLE AS and LIKE copy neither the switch nor the policies, and a table that is renamed into another's place brings its own. The rows are the same, and open.",
  *check(table, project) {
    const copied = table.copiedFrom;
    if (!copied || table.rowSecurity || table.uncertain || table.policies.size || isConcealed(project, table))
      return;
    const reach = reachOf(project, table);
    const at = placeOfTableState(project, table, copied.place);
    if (!reach.length || !at) return;
    const source = project.catalog.tables.get(copied.table);
    const wasProtected = copied.how === "swap" || source?.rowSecurity;
    yield {
      at,
      subject: qualify(table.schema, table.name),
      message: wasProtected
        ? `${nameOf(table)} has no row-level security, and ${copied.table} has: it ${HOW[copied.how]}, and ${describeReach(reach, project)}.`
        : `${nameOf(table)} has no row-level security: ${describeReach(reach, project)}.`,
      remedy: protectTable(table),
    };
  },
});
