import type { PrismaField, PrismaModel, PrismaSource } from "../../../src/source/prisma/schema.ts";
import { listNames } from "../../../src/source/prisma/value.ts";

/** What two readers of a schema can agree on: the part of Prisma's data model that has a counterpart here. */
export interface Outline {
  readonly models: readonly ModelOutline[];
  readonly types: readonly ModelOutline[];
  readonly enums: readonly unknown[];
}

export interface ModelOutline {
  readonly name: string;
  readonly table: string;
  readonly schema: string | undefined;
  readonly documentation: string | undefined;
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly fields: readonly unknown[];
}

/** The outline as this project reads it. Prisma leaves ignored and unsupported things out; so does this. */
export function outlineOf(sources: readonly PrismaSource[]): Outline {
  const models = sources.flatMap(({ models }) => models).filter(({ ignored }) => !ignored);
  const hidden = new Set(
    sources.flatMap(({ models }) => models.filter(({ ignored }) => ignored).map(({ name }) => name)),
  );
  const outline = (model: PrismaModel) => outlineModel(model, hidden);
  return {
    models: models.filter(({ kind }) => kind !== "type").map(outline),
    types: models.filter(({ kind }) => kind === "type").map(outline),
    enums: sources
      .flatMap(({ enums }) => enums)
      .map(({ name, mapped, values }) => ({
        name,
        mapped,
        values: values.map((value) => [value.name, value.mapped]),
      })),
  };
}

function outlineModel(model: PrismaModel, hidden: ReadonlySet<string>): ModelOutline {
  const block = (name: string) => model.attributes.filter((attribute) => attribute.name === name);
  const fieldsOf = (name: string) =>
    block(name).map(({ args }) =>
      listNames(args.find((arg) => arg.name === "fields" || arg.name === "")?.text ?? ""),
    );
  const alone = new Set(fieldsOf("unique").flatMap((fields) => (fields.length === 1 ? fields : [])));
  return {
    name: model.name,
    table: model.table,
    schema: model.schema,
    documentation: model.documentation,
    primaryKey: fieldsOf("id")[0] ?? [],
    uniques: fieldsOf("unique"),
    fields: model.fields
      .filter((field) => !field.ignored && field.unsupported === undefined && !hidden.has(field.type))
      .map((field) => outlineField(field, alone)),
  };
}

function outlineField(field: PrismaField, uniqueAlone: ReadonlySet<string>): unknown {
  const { name, type, list, optional, id, column, documentation, relation, nativeType } = field;
  // Prisma calls an id not unique, and a field unique that is alone in an `@@unique`.
  const unique = (field.unique && !id) || uniqueAlone.has(name);
  return {
    ...{ name, type, list, optional, id, unique, column, documentation },
    native: nativeType && [nativeType.name, nativeType.args],
    from: relation?.fields ?? [],
    to: relation?.references ?? [],
    onDelete: relation?.onDelete,
    default: field.attributes.some((attribute) => attribute.name === "default"),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: Prisma's own shape, looked at in one place
type Dmmf = any;

/** The outline as Prisma reads it. */
export function outlineOfDmmf(dmmf: Dmmf): Outline {
  return {
    models: dmmf.datamodel.models.map(outlineDmmfModel),
    types: dmmf.datamodel.types.map(outlineDmmfModel),
    enums: dmmf.datamodel.enums.map((each: Dmmf) => ({
      name: each.name,
      mapped: each.dbName ?? each.name,
      values: each.values.map((value: Dmmf) => [value.name, value.dbName ?? value.name]),
    })),
  };
}

function outlineDmmfModel(model: Dmmf): ModelOutline {
  return {
    name: model.name,
    table: model.dbName ?? model.name,
    schema: model.schema ?? undefined,
    documentation: model.documentation ?? undefined,
    primaryKey: model.primaryKey?.fields ?? [],
    uniques: model.uniqueFields,
    fields: model.fields.map(outlineDmmfField),
  };
}

function outlineDmmfField(field: Dmmf): unknown {
  return {
    name: field.name,
    type: field.type,
    list: field.isList,
    optional: !field.isList && !field.isRequired,
    id: field.isId,
    unique: field.isUnique,
    column: field.dbName ?? field.name,
    documentation: field.documentation ?? undefined,
    native: field.nativeType ?? undefined,
    from: field.relationFromFields ?? [],
    to: field.relationToFields ?? [],
    onDelete: field.relationOnDelete ?? undefined,
    default: field.hasDefaultValue,
  };
}
