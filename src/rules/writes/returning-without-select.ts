import { qualify, type Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { rowAccessOf } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["supabase-query"],
  severity: "warning",
  summary: "Code asks for the row it has just written, and no SELECT policy shows it.",
  why: "`.insert(...).select()` is INSERT ... RETURNING, and an upsert reads what is there: without a SELECT policy for the new row PostgreSQL refuses the whole statement with 42501.",
  *check(usage, project) {
    if (usage.kind !== "supabase-query" || usage.role !== "runtime" || !usage.table) return;
    if (usage.client !== "browser" && usage.client !== "server") return;
    if (usage.method !== "upsert" && !(usage.method === "insert" && usage.returning)) return;
    const table = project.catalog.tables.get(qualify(usage.schema ?? "public", usage.table.value));
    if (!table?.rowSecurity || table.uncertain || isConcealed(project, table)) return;
    const blind = blindWriters(project, table);
    if (!blind.length) return;
    yield {
      at: { path: usage.table.path, span: usage.table.span },
      subject: `code ${usage.path}`,
      message: `${usage.method === "upsert" ? "The upsert reads rows" : "The insert asks for its row"} of ${nameOf(table)}, and no SELECT policy shows ${listOf(blind)} any: PostgreSQL refuses it.`,
    };
  },
});

/** Client roles that a policy lets insert and none lets read; nobody else comes to be inserting at all. */
function blindWriters(project: Project, table: Table): readonly string[] {
  const writers = project.settings.clientRoles.filter(
    (role) => rowAccessOf(project, table, role, "insert").rows === "some",
  );
  const blind = writers.filter((role) => rowAccessOf(project, table, role, "select").rows === "none");
  return blind.length === writers.length ? blind : [];
}
