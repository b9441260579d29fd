import { remember } from "../../catalog/remember.ts";
import type { PrismaEnum, PrismaField, PrismaModel, PrismaSource } from "../../source/prisma/schema.ts";

/** The files of one Prisma schema, by name. Of two things with one name, the first counts. */
export interface SchemaIndex {
  /** Models and views. */
  readonly models: ReadonlyMap<string, PlacedModel>;
  readonly enums: ReadonlyMap<string, PrismaEnum>;
  /** Where things without `@@schema` go; undefined for what the search path says. */
  readonly defaultSchema: string | undefined;
}

export interface PlacedModel {
  readonly path: string;
  /** Where the model begins in its file. */
  readonly start: number;
  readonly model: PrismaModel;
  readonly fields: ReadonlyMap<string, PrismaField>;
}

export function indexSchema(sources: readonly PrismaSource[], defaultSchema?: string): SchemaIndex {
  const models = new Map<string, PlacedModel>();
  const enums = new Map<string, PrismaEnum>();
  for (const source of sources) {
    for (const [i, model] of source.models.entries()) {
      if (model.kind !== "type" && !models.has(model.name))
        models.set(model.name, place(source.path, source.starts[i]!, model));
    }
    for (const each of source.enums) if (!enums.has(each.name)) enums.set(each.name, each);
  }
  return { models, enums, defaultSchema };
}

const place = (path: string, start: number, model: PrismaModel): PlacedModel => ({
  path,
  start,
  model,
  fields: remember(fields, model, () => new Map(model.fields.map((field) => [field.name, field]))),
});

const fields = new WeakMap<PrismaModel, ReadonlyMap<string, PrismaField>>();

/** The schema of a name to spread into a statement: empty where the search path decides. */
export function schemaOf(
  each: { readonly schema?: string },
  index: SchemaIndex,
): { readonly schema?: string } {
  const schema = each.schema ?? index.defaultSchema;
  return schema === undefined ? {} : { schema };
}

const SCALARS = new Set([
  "String",
  "Boolean",
  "Int",
  "BigInt",
  "Float",
  "Decimal",
  "DateTime",
  "Json",
  "Bytes",
  "Unsupported",
]);

/**
 * True for a field that is a column, false for one that stands for a relation. A type that nothing defines (misspelt,
 * half-typed) is taken for an enum, so that the column does not vanish while somebody types.
 */
export function isColumn(field: PrismaField, index: SchemaIndex): boolean {
  if (field.relation) return false;
  if (SCALARS.has(field.type) || index.enums.has(field.type)) return true;
  return !field.list && !index.models.has(field.type);
}

/** Column names of fields; undefined where one of them is no field of the model. */
export function columnsOf(names: readonly string[], { fields }: PlacedModel): string[] | undefined {
  const columns = names.map((name) => fields.get(name)?.column);
  return columns.length && columns.every((column) => column !== undefined) ? columns : undefined;
}
