import type { Table } from "../catalog/catalog.ts";
import { type Project, placeInModel } from "../project/project.ts";
import type { Edit } from "../text/edit.ts";
import { keyOf } from "./functions.ts";
import type { WantedIndex } from "./indexes.ts";

/**
 * `@@index` for an index that the SQL makes: Prisma takes one that no model names for drift, and drops it with the next
 * migration. Undefined where no model has the table, or where it names such an index already.
 */
export function prismaIndex(project: Project, table: Table, { column, name }: WantedIndex): Edit | undefined {
  const found = project.modelOfTable.get(keyOf(table));
  const field = found?.fieldOfColumn.get(column)?.name;
  const text = found && project.text(found.path);
  if (!found || field === undefined || text === undefined) return undefined;
  const { path, model } = found;
  const known = model.attributes.some(
    (each) =>
      each.name === "index" &&
      firstField(each.args.find(({ name }) => !name || name === "fields")?.text) === field,
  );
  if (known) return undefined;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const map = name === `${table.name}_${column}_idx` ? "" : `, map: ${JSON.stringify(name)}`;
  const line = `@@index([${field}]${map})`;
  // The table's name stands last in most schemas.
  const mapped = model.attributes.find((each) => each.name === "map")?.span;
  if (mapped) {
    const { start } = placeInModel(project, found, mapped).span;
    return { path, span: { start, end: start }, text: `${line}${newline}  ` };
  }
  const end = text.slice(0, placeInModel(project, found, model.body).span.end).trimEnd().length;
  const gap = model.attributes.length ? newline : newline + newline;
  return { path, span: { start: end, end }, text: `${gap}  ${line}` };
}

const firstField = (list = ""): string | undefined => /^\[\s*(\w+)/.exec(list)?.[1];
