import { qualify } from "../../catalog/catalog.ts";
import { findColumn, findRelation, type Relation, renameName } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import type { SupabaseQuery } from "../../project/usage.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["supabase-query"],
  severity: "error",
  summary: "A Supabase query names a column that does not exist under that exact name.",
  why: "PostgREST answers an unknown column with an error, and the whole query returns nothing. Prisma's field names (`userId`) are not the columns' (`user_id`).",
  *check(usage, project) {
    if (usage.kind !== "supabase-query" || !usage.table) return;
    if (usage.role !== "runtime") return;
    const lookup = findRelation(project, usage.schema, usage.table.value);
    const relation = lookup.found ?? lookup.near;
    if (!relation) return;
    for (const column of usage.columns) {
      if (relation.columns.has(column.value) || !isPlainName(column)) continue;
      if (isComputed(project, relation, column.value)) continue;
      const { found, near, unknown } = findColumn(project, relation, column.value);
      if (found !== undefined || !unknown) continue;
      const at = { path: column.path, span: column.span };
      const common = { at, subject: `code ${at.path}` };
      if (near === undefined)
        yield {
          ...common,
          message: `The query names the column "${column.value}", and ${nameOf(relation)} has no such column.`,
        };
      else
        yield {
          ...common,
          message: `The query names the column "${column.value}", and the column of ${nameOf(relation)} is called ${near}.`,
          ...fix(project, column, near),
        };
    }
  },
});

/** `{ projectId }` becomes `{ project_id: projectId }`. */
function fix(project: Project, column: SupabaseQuery["columns"][number], near: string) {
  const { path, span, value } = column;
  const text = project.text(path) ?? "";
  const isKey = column.in === "data" || column.in === "filter";
  const shorthand =
    isKey &&
    /[{,\s]/.test(text.charAt(span.start - 1)) &&
    /^\s*[,}]/.test(text.slice(span.end, span.end + 50));
  if (!shorthand) return renameName(project, column, near, `Use ${near}`);
  const edits = [{ path, span, text: `${near}: ${value}` }];
  return { remedy: { kind: "edit", title: `Use ${near}`, edits } as const };
}

/** Paths into JSON and embedded tables, casts and aggregates are more than a column's name. */
const isPlainName = ({ value, in: where }: SupabaseQuery["columns"][number]): boolean =>
  /^[^\s.:(),*!>-]+$/.test(value) && !(where === "select" && value === "count");

/** PostgREST offers a function of the row as a column. */
function isComputed(project: Project, { schema, name }: Relation, column: string): boolean {
  const functions = [schema, ...project.settings.exposedSchemas].flatMap(
    (each) => project.catalog.functions.get(qualify(each, column)) ?? [],
  );
  return functions.some(({ args }) => args.length === 1 && args[0]!.type.name.split(".").at(-1) === name);
}
