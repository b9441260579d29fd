import { qualify } from "../../catalog/catalog.ts";
import type { PrismaSource } from "../../source/prisma/schema.ts";
import type { Model } from "../project.ts";
import { findJoinTables } from "./join-table.ts";
import { indexSchema, isColumn, type PlacedModel, type SchemaIndex, schemaOf } from "./schema-index.ts";
import type { ModelOptions } from "./statements.ts";

/** What the models of one schema stand for. */
export interface ResolvedModels {
  /** All names that say what a field's type is, and the default schema. */
  readonly names: string;
  /** By the model's name; views too. */
  readonly models: ReadonlyMap<string, Model>;
  /** Where each of them begins in its file. */
  readonly starts: ReadonlyMap<string, number>;
  /** By the catalog key of its table, whether or not the catalog has it. */
  readonly modelOfTable: ReadonlyMap<string, Model>;
  /** Catalog keys of join tables that no model declares. */
  readonly implicitTables: ReadonlySet<string>;
}

/**
 * Says for every model of one schema which table it is, and for the table's columns which fields they are. Of what was
 * said `before` it repeats what an edit cannot have changed: the models that are the same, while so are all names.
 */
export function resolveModels(
  sources: readonly PrismaSource[],
  options: ModelOptions = {},
  before?: ResolvedModels,
): ResolvedModels {
  const index = indexSchema(sources, options.defaultSchema ?? "public");
  const names = namesIn(index);
  const models = new Map<string, Model>();
  const starts = new Map<string, number>();
  const modelOfTable = new Map<string, Model>();
  for (const [name, placed] of index.models) {
    const former = before?.names === names ? before.models.get(name) : undefined;
    const model = former && isSame(former, placed) ? former : resolve(placed, index);
    models.set(name, model);
    starts.set(name, placed.start);
    if (!modelOfTable.has(model.table)) modelOfTable.set(model.table, model);
  }
  const implicit = findJoinTables(index).map((join) => keyOf(join, join.name));
  return { names, models, starts, modelOfTable, implicitTables: new Set(implicit) };
}

const namesIn = ({ models, enums, defaultSchema }: SchemaIndex): string =>
  [defaultSchema, ...models.keys(), "", ...enums.keys()].join("\n");

const isSame = (former: Model, { path, model }: PlacedModel): boolean =>
  former.model === model && former.path === path;

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
