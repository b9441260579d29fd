import { missingModelOf } from "../../project/delegates.ts";
import { draftModel } from "../../project/drafts.ts";
import { findRelation, renameName } from "../../project/names.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["supabase-query"],
  severity: "error",
  summary: "A Supabase query names a table or view that does not exist under that exact name.",
  why: "PostgREST compares names as PostgreSQL stores them and answers 404 for any other. Prisma's model names (`Task`) are not the tables' (`tasks`).",
  *check(usage, project) {
    if (usage.kind !== "supabase-query" || !usage.table) return;
    if (usage.role !== "runtime") return;
    const { table, schema } = usage;
    const { found, near, unknown } = findRelation(project, schema, table.value);
    if (found || !unknown) return;
    const at = { path: table.path, span: table.span };
    const common = { at, subject: `code ${at.path}` };
    if (near && near.name !== table.value)
      yield {
        ...common,
        message: `The query names "${table.value}", and the ${near.kind === "view" ? "view" : "table"} is called ${near.name}.`,
        ...renameName(project, table, near.name, `Query ${near.name}`),
      };
    else if (near)
      yield {
        ...common,
        message: `The query looks for "${table.value}" in the schema ${schema ?? "public"}, and it is in ${near.schema}.`,
      };
    else {
      const model = missingModelOf(project, table.value);
      yield {
        ...common,
        message: `The query names "${table.value}", and no table or view has that name.`,
        ...(model === undefined ? {} : { remedy: draftModel(model) }),
      };
    }
  },
});
