import { clientRolesReaching, mayDo } from "../../catalog/access.ts";
import type { Table, View } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isView, relationsOfView, seesEveryRow } from "../../project/relations.ts";
import { revokeFrom } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "view",
  severity: "warning",
  summary: "Clients can read a materialized view.",
  why: "A materialized view holds a copy of rows, made with its owner's rights, and can have no policies: whoever may select from it sees all of them.",
  *check(view, project) {
    if (!view.materialized || view.platform) return;
    const readers = clientRolesReaching(project.catalog, view, project.platform, project.settings)
      .filter(({ privileges }) => mayDo(privileges, "select"))
      .map(({ role }) => role);
    const tables = [...tablesBehind(project, view, new Set())];
    const hidden = tables.find(
      (table) => table.rowSecurity && readers.some((role) => !seesEveryRow(project, table, role)),
    );
    if (!readers.length || (tables.length && !hidden)) return;
    yield {
      at: view.made,
      subject: `${view.schema}.${view.name}`,
      severity: hidden ? "error" : "warning",
      message: hidden
        ? `The materialized view ${nameOf(view)} shows ${listOf(readers)} rows of ${nameOf(hidden)} past its policies.`
        : `${listOf(readers)} can read all of the materialized view ${nameOf(view)}.`,
      ...revokeFrom(project, view, readers),
    };
  },
});

/** The tables that a view's rows come from, through other views as well. */
function* tablesBehind(project: Project, view: View, seen: Set<View>): Iterable<Table> {
  if (seen.has(view)) return;
  seen.add(view);
  for (const relation of relationsOfView(project, view))
    if (isView(relation)) yield* tablesBehind(project, relation, seen);
    else yield relation;
}
