import { qualify } from "../../catalog/catalog.ts";
import type { PrismaSource } from "../../source/prisma/schema.ts";
import type { Model } from "../project.ts";
import { findJoinTables } from "./join-table.ts";
import { indexSchema, isColumn, type PlacedModel, type SchemaIndex, schemaOf } from "./schema-index.ts";
import type { ModelOptions } from "./statements.ts";

/** What the models of one schema stand for. */
export interface ResolvedModels {
  /** By the model's name; views too. */
  readonly models: ReadonlyMap<string, Model>;
  /** By the catalog key of its table, whether or not the catalog has it. */
  readonly modelOfTable: ReadonlyMap<string, Model>;
  /** Catalog keys of join tables that no model declares. */
  readonly implicitTables: ReadonlySet<string>;
}

/** Says for every model of one schema which table it is, and for the table's columns which fields they are. */
export function resolveModels(sources: readonly PrismaSource[], options: ModelOptions = {}): ResolvedModels {
  const index = indexSchema(sources, options.defaultSchema ?? "public");
  const models = new Map<string, Model>();
  const modelOfTable = new Map<string, Model>();
  for (const placed of index.models.values()) {
    const model = resolve(placed, index);
    models.set(placed.model.name, model);
    if (!modelOfTable.has(model.table)) modelOfTable.set(model.table, model);
  }
  const implicit = findJoinTables(index).map((join) => keyOf(join, join.name));
  return { models, modelOfTable, implicitTables: new Set(implicit) };
}

const keyOf = ({ schema = "public" }: { readonly schema?: string }, name: string): string =>
  qualify(schema, name);

function resolve({ path, model }: PlacedModel, index: SchemaIndex): Model {
  const columns = model.fields.filter((field) => isColumn(field, index));
  return {
    path,
    model,
    table: keyOf(schemaOf(model, index), model.table),
    fieldOfColumn: new Map(columns.map((field) => [field.column, field])),
  };
}
