import { type Model, type Project, placeInModel } from "../../project/project.ts";
import type { PrismaField } from "../../source/prisma/schema.ts";
import type { Edit } from "../../text/edit.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "model",
  severity: "off",
  summary: "A model's table is not named in snake_case.",
  why: "PostgreSQL folds names to lower case unless they are quoted. A table called `OrganizationMember` must be quoted in every policy, subscription and query, and each place that forgets it names a table that does not exist.",
  options: (z) => z.strictObject({ plural: z.boolean().default(true) }),
  *check(model, project, options) {
    const { name, nameSpan, table, kind, ignored } = model.model;
    if (kind !== "model" || ignored || isSnakeCase(table)) return;
    const wanted = options.plural ? plural(snakeCase(name)) : snakeCase(name);
    const edits = mapEdits(project, model, wanted);
    yield {
      at: placeInModel(project, model, nameSpan),
      subject: model.table,
      message: `The table of the model ${name} is called ${table}, which must be quoted in SQL.`,
      ...(edits ? { remedy: { kind: "edit", title: `Map ${name} to ${wanted}`, edits } as const } : {}),
    };
  },
});

const isSnakeCase = (name: string): boolean => /^[a-z][a-z0-9_]*$/.test(name);

const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();

function plural(name: string): string {
  if (/(s|x|z|ch|sh)$/.test(name)) return /ss$|[^s]$/.test(name) ? `${name}es` : name;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

/** `@@map` at the end of the model, or in place of the one it has, and `@map` on every field that needs it. */
function mapEdits(project: Project, placed: Model, table: string): Edit[] | undefined {
  const { path, model, fieldOfColumn } = placed;
  const text = project.text(path);
  if (text === undefined) return undefined;
  const mapped = model.attributes.find(({ name }) => name === "map");
  const fields = [...fieldOfColumn.values()].flatMap((field) => mapField(project, placed, field));
  if (mapped)
    return [...fields, { ...placeInModel(project, placed, mapped.span), text: `@@map("${table}")` }];
  const end = text.slice(0, placeInModel(project, placed, model.body).span.end).trimEnd().length;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = model.attributes.length ? newline : `${newline}${newline}`;
  return [...fields, { path, span: { start: end, end }, text: `${gap}  @@map("${table}")` }];
}

function mapField(project: Project, placed: Model, field: PrismaField): Edit[] {
  if (isSnakeCase(field.column) || field.attributes.some(({ name }) => name === "map")) return [];
  const last = field.attributes.at(-1)?.span ?? field.typeSpan;
  const { path, span } = placeInModel(project, placed, last);
  return [{ path, span: { start: span.end, end: span.end }, text: ` @map("${snakeCase(field.name)}")` }];
}
