import { spanAt } from "../../source/prisma/place.ts";
import type { PrismaSource } from "../../source/prisma/schema.ts";
import type { SqlSource, Statement } from "../../source/sql/statement.ts";
import type { Span } from "../../text/span.ts";
import { referringType } from "./column-type.ts";
import { constraintName } from "./constraint-name.ts";
import { findJoinTables, type JoinTable } from "./join-table.ts";
import { indexSchema, type PlacedModel, type SchemaIndex, schemaOf } from "./schema-index.ts";
import {
  addForeignKeys,
  createExtension,
  createIndexes,
  createTable,
  foreignKey,
  tableOf,
} from "./table-statements.ts";

/** `@@schema` first, else where the connection's tables go. */
export interface ModelOptions {
  /** The `schema` of the connection string, where it has one. */
  readonly defaultSchema?: string;
}

/**
 * The statements that would make the tables of one schema as Prisma makes them, for projects without migrations:
 * schemas, extensions, enums, tables, indexes, foreign keys, implicit join tables. Spans are those of models, fields
 * and attributes in the `.prisma` files. In an order that replays: where the schema has several files, a file comes
 * once for each stage in which it has something. Empty for other databases than PostgreSQL; "" is taken for it.
 */
export function modelsToStatements(
  sources: readonly PrismaSource[],
  provider: string,
  options: ModelOptions = {},
): SqlSource[] {
  if (!POSTGRES.has(provider)) return [];
  const index = indexSchema(sources, options.defaultSchema);
  const stages = sources.map((source) => stagesOf(source, index));
  addJoinTables(sources, stages, index);
  return inPhases(sources, stages);
}

const POSTGRES = new Set(["postgresql", "postgres", "cockroachdb", ""]);

/** What one file makes, in the order in which it may: what tables need, tables with their indexes, foreign keys. */
interface Stages {
  readonly before: Statement[];
  readonly tables: Statement[];
  readonly foreignKeys: Statement[];
}

function stagesOf(source: PrismaSource, index: SchemaIndex): Stages {
  const placed = source.models.flatMap((model) => {
    const known = index.models.get(model.name);
    return known?.model === model && model.kind === "model" ? known : [];
  });
  const tables = placed.map((each) => createTable(each, index));
  const indexes = placed.flatMap((each) => [...createIndexes(each, index)]);
  return {
    before: [...prerequisites(source, index)],
    tables: [...tables, ...indexes],
    foreignKeys: placed.flatMap((each) => [...addForeignKeys(each, index)]),
  };
}

/** Schemas, extensions and enums. */
function* prerequisites(source: PrismaSource, index: SchemaIndex): Generator<Statement> {
  for (const { values, valueSpans } of source.datasources) {
    for (const name of listOf(values.schemas)) {
      yield { span: valueSpans.schemas!, kind: "create-schema", name, ifNotExists: true, statements: [] };
    }
    for (const item of listOf(values.extensions)) yield createExtension(item, valueSpans.extensions!);
  }
  for (const each of source.enums) {
    if (index.enums.get(each.name) !== each) continue;
    const name = { ...schemaOf(each, index), name: each.mapped, span: each.nameSpan };
    yield { span: each.nameSpan, kind: "create-enum", name, values: each.values.map(({ mapped }) => mapped) };
  }
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : []);

/** A join table goes to the file of its first model. */
function addJoinTables(
  sources: readonly PrismaSource[],
  stages: readonly Stages[],
  index: SchemaIndex,
): void {
  const stageOf = new Map(sources.map(({ path }, at) => [path, stages[at]!]));
  for (const join of findJoinTables(index)) {
    const { tables, foreignKeys } = stageOf.get(join.a.path)!;
    tables.push(...createJoinTable(join, index));
    foreignKeys.push(...joinForeignKeys(join, index));
  }
  // Where Prisma itself keeps relations, the database has no foreign keys.
  const keptByClient = sources.some(({ datasources }) =>
    datasources.some(({ values }) => values.relationMode === "prisma"),
  );
  if (keptByClient) for (const { foreignKeys } of stages) foreignKeys.length = 0;
}

function* createJoinTable(join: JoinTable, index: SchemaIndex): Generator<Statement> {
  const span = spanOf(join);
  const column = (name: "A" | "B", { model }: PlacedModel) => {
    const id = model.fields.find((field) => field.id);
    const type = id && referringType(id, index, span);
    return {
      ...{ name, notNull: true, primaryKey: false, identity: false, span, nameSpan: span },
      ...(type && { type }),
    };
  };
  const key = constraintName([join.name], "_AB_pkey");
  yield {
    span,
    kind: "create-table",
    name: nameOf(join),
    tableKind: "ordinary",
    temporary: false,
    ifNotExists: false,
    columns: [column("A", join.a), column("B", join.b)],
    constraints: [{ kind: "primary key", name: key, columns: ["A", "B"], span }],
    inherits: [],
    like: [],
  };
  yield {
    span,
    kind: "create-index",
    name: constraintName([join.name], "_B_index"),
    table: nameOf(join),
    unique: false,
    concurrently: false,
    ifNotExists: false,
    method: "btree",
    keys: [{ column: "B" }],
    include: [],
  };
}

const nameOf = (join: JoinTable) => ({
  ...(join.schema !== undefined && { schema: join.schema }),
  name: join.name,
  span: spanOf(join),
});

const spanOf = ({ a, fields }: JoinTable): Span => spanAt(a.start, fields[0].nameSpan);

function* joinForeignKeys(join: JoinTable, index: SchemaIndex): Generator<Statement> {
  for (const [column, { model }] of [
    ["A", join.a],
    ["B", join.b],
  ] as const) {
    const span = spanOf(join);
    const id = model.fields.find((field) => field.id)?.column;
    if (id === undefined) continue;
    yield foreignKey(nameOf(join), {
      kind: "foreign key",
      name: constraintName([join.name], `_${column}_fkey`),
      columns: [column],
      references: { table: tableOf(model, index, span), columns: [id], onDelete: "cascade" },
      span,
    });
  }
}

/** One source for a schema of one file; else every file's enums before any table, and tables before foreign keys. */
function inPhases(sources: readonly PrismaSource[], stages: readonly Stages[]): SqlSource[] {
  const [only] = stages;
  if (only && stages.length === 1) {
    return [sourceOf(sources[0]!.path, [...only.before, ...only.tables, ...only.foreignKeys])];
  }
  const phases = (["before", "tables", "foreignKeys"] as const).flatMap((phase) =>
    sources.map(({ path }, at) => sourceOf(path, stages[at]![phase])),
  );
  return phases.filter(({ statements }) => statements.length);
}

/** Suppressions stand in the Prisma file, and are read there. */
const sourceOf = (path: string, statements: readonly Statement[]): SqlSource => ({
  path,
  statements,
  errors: [],
  notes: [],
  directives: [],
});
