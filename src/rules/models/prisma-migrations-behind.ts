import { derived } from "../../catalog/derived.ts";
import { type Model, type Project, placeInModel } from "../../project/project.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import { listOf } from "../../project/words.ts";
import type { PrismaField } from "../../source/prisma/schema.ts";
import { findAlike } from "../../text/near.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "model",
  severity: "warning",
  summary: "The Prisma schema has a table or column that no migration makes.",
  why: "A database made from the migrations, as in production or CI, lacks what the schema promises, and every query of it fails. Policies for a table that is not there yet cannot be written either.",
  *check(model, project) {
    if (!isMigrated(project) || isElsewhere(project, model)) return;
    const { table: key } = model;
    const table = project.catalog.tables.get(key);
    if (!table) {
      if (unfollowed(project, /\b(table|view)\b/i)) return;
      yield {
        at: placeInModel(project, model, model.model.nameSpan),
        subject: key,
        message: `No migration makes ${key.replace(/^public\./, "")}, the table of the model ${model.model.name}.`,
      };
      return;
    }
    const missing = [...model.fieldOfColumn].filter(([column]) => !table.columns.has(column));
    if (!missing.length || !table.columns.size || unfollowed(project, /\bcolumn\b/i)) return;
    const [, first] = missing[0]!;
    yield {
      at: placeInModel(project, model, first.nameSpan),
      subject: key,
      message: `No migration makes ${describe(missing, new Set(table.columns.keys()))} of ${key.replace(/^public\./, "")}.`,
    };
  },
});

/** The tables come from migrations that Prisma or another tool keeps, all of them read. */
const isMigrated = derived(
  ({ tablesFrom, history }: Project): boolean =>
    tablesFrom === "migrations" && history.some(({ kind }) => kind !== "adhoc" && kind !== "model"),
);

/** Composite types, ignored models, views, and tables that the platform or an extension makes. */
function isElsewhere(project: Project, { model, table }: Model): boolean {
  const [schema, name] = [table.slice(0, table.indexOf(".")), table.slice(table.indexOf(".") + 1)];
  if (model.kind !== "model" || model.ignored || project.catalog.views.has(table)) return true;
  if (project.platform.ownSchemas.includes(schema)) return true;
  return [...project.catalog.extensions.keys()].some((each) => TABLES_OF_EXTENSIONS[each]?.includes(name));
}

/** Tables that CREATE EXTENSION makes where `prisma db pull` finds them. */
const TABLES_OF_EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  postgis: ["spatial_ref_sys"],
  postgis_topology: ["topology", "layer"],
  pg_partman: ["part_config", "part_config_sub"],
};

function describe(
  missing: readonly (readonly [string, PrismaField])[],
  columns: ReadonlySet<string>,
): string {
  const names = missing.map(([column]) => {
    const near = findAlike(column, columns);
    return near === undefined ? column : `${column} (there is ${near})`;
  });
  return `the ${names.length === 1 ? "column" : "columns"} ${listOf(names)}`;
}
