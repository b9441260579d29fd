import { qualify } from "../../catalog/catalog.ts";
import { findColumn, findRelation, type Relation, renameName } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import { placeOfName, schemaOf } from "../../project/subscriptions.ts";
import { nameOf } from "../../project/words.ts";
import type { Related } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["realtime-subscription"],
  severity: "error",
  summary: "A realtime filter names a column that does not exist under that exact name.",
  why: "Realtime refuses a filter on a column it does not find, and the subscription fails: `userId=eq.…` where the column is `user_id` receives nothing.",
  *check(usage, project) {
    if (usage.kind !== "realtime-subscription" || !usage.table || !usage.column) return;
    if (usage.role !== "runtime") return;
    const { table, column } = usage;
    const lookup = findRelation(project, schemaOf(usage), table.value);
    const relation = lookup.found ?? lookup.near;
    if (!relation) return;
    const { found, near, unknown } = findColumn(project, relation, column.value);
    if (found !== undefined || !unknown) return;
    const at = placeOfName(column);
    const common = { at, subject: `code ${at.path}` };
    if (near === undefined)
      yield {
        ...common,
        message: `The filter names "${column.value}", and ${nameOf(relation)} has no such column.`,
      };
    else
      yield {
        ...common,
        message: `The filter names "${column.value}", and the column of ${nameOf(relation)} is called ${near}.`,
        related: whereMade(project, relation, near),
        ...renameName(project, column, near, `Filter by ${near}`),
      };
  },
});

function whereMade(project: Project, { schema, name }: Relation, column: string): Related[] {
  const made = project.catalog.tables.get(qualify(schema, name))?.columns.get(column)?.made;
  return made ? [{ place: made, message: `${column} is made here.` }] : [];
}
