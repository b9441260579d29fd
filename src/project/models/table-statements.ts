import { spanAt } from "../../source/prisma/place.ts";
import type { PrismaAttribute, PrismaField, PrismaModel } from "../../source/prisma/schema.ts";
import { findArgument, listNames, splitList, unquote } from "../../source/prisma/value.ts";
import type { QualifiedName } from "../../source/sql/expression.ts";
import type {
  ColumnDefinition,
  ConstraintDefinition,
  IndexKey,
  Statement,
} from "../../source/sql/statement.ts";
import type { Span } from "../../text/span.ts";
import { columnDefault } from "./column-default.ts";
import { columnType } from "./column-type.ts";
import { constraintName } from "./constraint-name.ts";
import { columnsOf, isColumn, type PlacedModel, type SchemaIndex, schemaOf } from "./schema-index.ts";

/** The table of a model, where a statement stands for the text at `span`. */
export const tableOf = (model: PrismaModel, index: SchemaIndex, span: Span): QualifiedName => ({
  ...schemaOf(model, index),
  name: model.table,
  span,
});

/** CREATE TABLE of a model; it stands on the model's name. */
export function createTable(placed: PlacedModel, index: SchemaIndex): Statement {
  const { model, start } = placed;
  const key = primaryKey(placed);
  const span = spanAt(start, model.nameSpan);
  return {
    span,
    kind: "create-table",
    name: tableOf(model, index, span),
    tableKind: "ordinary",
    temporary: false,
    ifNotExists: false,
    columns: model.fields
      .filter((field) => isColumn(field, index))
      .map((field) => columnDefinition(placed, field, index)),
    constraints: key ? [key] : [],
    inherits: [],
    like: [],
  };
}

function columnDefinition(placed: PlacedModel, field: PrismaField, index: SchemaIndex): ColumnDefinition {
  const value = columnDefault(placed, field, index);
  const span = spanAt(placed.start, field.nameSpan);
  return {
    name: field.column,
    type: columnType(field, index, spanAt(placed.start, field.typeSpan)),
    // Prisma leaves list columns nullable.
    notNull: !field.optional && !field.list,
    primaryKey: false,
    ...(value && { default: value }),
    identity: false,
    span,
    nameSpan: span,
  };
}

function primaryKey(placed: PlacedModel): ConstraintDefinition | undefined {
  const { model } = placed;
  const field = model.fields.find(({ id }) => id);
  const attribute = (field ?? model).attributes.find(({ name }) => name === "id");
  const columns = field ? [field.column] : columnsOf(fieldNames(attribute), placed);
  if (!attribute || !columns) return undefined;
  const name = mapOf(attribute) ?? constraintName([model.table], "_pkey");
  return {
    kind: "primary key",
    name,
    columns,
    span: spanAt(placed.start, field?.nameSpan ?? attribute.span),
  };
}

/** The fields in `@@unique([a, b(sort: Desc)])` or `@@unique(fields: [a])`. */
const fieldNames = (attribute: PrismaAttribute | undefined): string[] =>
  attribute ? listNames(findArgument(attribute, "fields", "or-first")) : [];

const mapOf = (attribute: PrismaAttribute): string | undefined =>
  unquote(findArgument(attribute, "map") ?? "") || undefined;

/** CREATE INDEX for `@unique`, `@@unique` and `@@index`. */
export function* createIndexes(placed: PlacedModel, index: SchemaIndex): Generator<Statement> {
  for (const field of placed.model.fields) {
    const attribute = field.unique && field.attributes.find(({ name }) => name === "unique");
    if (attribute)
      yield createIndex(placed.model, index, {
        attribute,
        columns: [field.column],
        unique: true,
        span: spanAt(placed.start, field.nameSpan),
      });
  }
  for (const attribute of placed.model.attributes) {
    if (attribute.name !== "unique" && attribute.name !== "index") continue;
    const columns = columnsOf(fieldNames(attribute), placed);
    const unique = attribute.name === "unique";
    const span = spanAt(placed.start, attribute.span);
    if (columns) yield createIndex(placed.model, index, { attribute, columns, unique, span });
  }
}

interface IndexPlan {
  readonly attribute: PrismaAttribute;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly span: Span;
}

function createIndex(model: PrismaModel, index: SchemaIndex, plan: IndexPlan): Statement {
  const { attribute, columns, unique, span } = plan;
  const where = findArgument(attribute, "where");
  const keys: IndexKey[] = columns.map((column) => ({ column }));
  return {
    span,
    kind: "create-index",
    name: mapOf(attribute) ?? constraintName([model.table, ...columns], unique ? "_key" : "_idx"),
    table: tableOf(model, index, span),
    unique,
    concurrently: false,
    ifNotExists: false,
    method: findArgument(attribute, "type")?.toLowerCase() ?? "btree",
    keys,
    include: [],
    ...(where !== undefined && { where: { kind: "other", what: where, args: [], span } }),
  };
}

/** ALTER TABLE ... ADD CONSTRAINT for each relation that names its fields. */
export function* addForeignKeys(placed: PlacedModel, index: SchemaIndex): Generator<Statement> {
  for (const field of placed.model.fields) {
    const target = field.relation && index.models.get(field.type);
    const columns = field.relation && columnsOf(field.relation.fields, placed);
    const references = target && columnsOf(field.relation!.references, target);
    if (!target || !columns || !references) continue;
    const name = field.relation!.map || constraintName([placed.model.table, ...columns], "_fkey");
    const span = spanAt(placed.start, field.nameSpan);
    yield foreignKey(tableOf(placed.model, index, span), {
      kind: "foreign key",
      name,
      columns,
      references: {
        table: tableOf(target.model, index, spanAt(placed.start, field.typeSpan)),
        columns: references,
        ...onDelete(field, placed),
      },
      span,
    });
  }
}

export const foreignKey = (table: QualifiedName, constraint: ConstraintDefinition): Statement => ({
  span: table.span,
  kind: "alter-table",
  name: table,
  ifExists: false,
  objectKind: "table",
  actions: [{ do: "add-constraint", constraint, span: table.span }],
});

/** NO ACTION is what PostgreSQL does unasked. */
const ACTIONS: Readonly<Record<string, string | undefined>> = {
  Cascade: "cascade",
  Restrict: "restrict",
  NoAction: undefined,
  SetNull: "set null",
  SetDefault: "set default",
};

/** What Prisma does where nothing is said: a row that must have its parent keeps it. */
function onDelete(field: PrismaField, placed: PlacedModel): { readonly onDelete?: string } {
  const stated = field.relation?.onDelete ?? "";
  if (stated in ACTIONS) return ACTIONS[stated] === undefined ? {} : { onDelete: ACTIONS[stated] };
  const someRequired = field.relation?.fields.some((name) => placed.fields.get(name)?.optional === false);
  return { onDelete: !field.optional || someRequired ? "restrict" : "set null" };
}

/** `citext(version: "1.6", schema: "extensions", map: "citext")` in a datasource's `extensions`. */
export function createExtension(item: string, span: Span): Statement {
  const open = item.indexOf("(");
  const args = open < 0 ? [] : splitList(item.slice(open + 1, item.lastIndexOf(")")));
  const named = (name: string) => {
    const arg = args.find((each) => each.startsWith(`${name}:`) || each.startsWith(`${name} `));
    return arg === undefined ? undefined : unquote(arg.slice(arg.indexOf(":") + 1).trim());
  };
  const schema = named("schema");
  return {
    span,
    kind: "create-extension",
    name: named("map") ?? (open < 0 ? item : item.slice(0, open).trim()),
    ...(schema !== undefined && { schema }),
  };
}
