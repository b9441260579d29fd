import type { Query } from "../../source/sql/expression.ts";
import type { TableStatement } from "../../source/sql/statement.ts";
import { type Column, qualify, type Table } from "../catalog.ts";
import { queryColumns } from "../resolve/resolve.ts";
import { typeOf } from "../resolve/types.ts";
import { makeColumn } from "./column.ts";
import { addConstraint } from "./constraint.ts";
import { defaultGrants } from "./default-privilege.ts";
import { addChild, cloneStructure, copyColumns } from "./inheritance.ts";
import { findRelation, findTableKey, reportUnknown, schemaForNew } from "./names.ts";
import { ensureSchema } from "./schema.ts";
import { type Draft, type Step, UNCHANGED } from "./state.ts";

type CreateTable = Extract<TableStatement, { kind: "create-table" }>;
type CreateTableAs = Extract<TableStatement, { kind: "create-table-as" }>;

/** CREATE TABLE. One that exists already stays as it is. */
export function createTable(step: Step, statement: CreateTable): void {
  if (statement.temporary) return void step.state.session.temporary.add(statement.name.name);
  const key = keyForNew(step, statement);
  if (key === undefined) return;
  const parent = statement.partitionOf && findTableKey(step.state, statement.partitionOf);
  if (statement.partitionOf && parent === undefined)
    reportUnknown(step, "create table", statement.partitionOf, false);
  const table = startTable(step, schemaOfNew(step, statement), statement.name.name, statement.tableKind);
  for (const name of [...statement.inherits, ...(statement.partitionOf ? [statement.partitionOf] : [])])
    inheritFrom(step, table, findTableKey(step.state, name));
  for (const like of statement.like) copyLike(step, table, like);
  if (statement.ofType) copyType(step, table, statement.ofType);
  for (const definition of statement.columns) addDefined(step, table, definition);
  for (const constraint of withoutRepeated(statement.constraints)) addConstraint(step, table, constraint);
  if (parent !== undefined) {
    table.partitionOf = parent;
    cloneStructure(step, table, step.state.shelves.tables.get(parent)!);
  }
  const implicit = isImplicit(step, key, table);
  if (implicit) table.implicit = true;
}

/** UNIQUE on the columns of another key of the same statement is that key; it leaves its name where that has none. */
function withoutRepeated(constraints: CreateTable["constraints"]): CreateTable["constraints"] {
  const keys = new Map<string, CreateTable["constraints"][number]>();
  const others: CreateTable["constraints"][number][] = [];
  for (const constraint of constraints) {
    if (constraint.kind !== "primary key" && constraint.kind !== "unique") {
      others.push(constraint);
      continue;
    }
    const columns = constraint.columns.join("\0");
    const before = keys.get(columns);
    const kept = before?.kind === "primary key" ? before : constraint;
    const name = kept.name ?? before?.name ?? constraint.name;
    keys.set(columns, name === undefined || name === kept.name ? kept : { ...kept, name });
  }
  const primaryFirst = [...keys.values()].sort((a, b) => a.kind.localeCompare(b.kind));
  return [...primaryFirst, ...others];
}

/** The key of a table to be made; undefined where a relation has it already. */
function keyForNew(step: Step, statement: CreateTable | CreateTableAs): string | undefined {
  const schema = schemaForNew(step.state, statement.name);
  const key = qualify(schema, statement.name.name);
  const { tables, views } = step.state.shelves;
  if (tables.has(key) || views.has(key)) return undefined;
  ensureSchema(step, schema);
  return key;
}

const schemaOfNew = (step: Step, { name }: CreateTable | CreateTableAs): string =>
  schemaForNew(step.state, name);

function startTable(step: Step, schema: string, name: string, kind: Table["kind"]): Draft<Table> {
  const { state } = step;
  const table: Draft<Table> = {
    made: step.place,
    changed: UNCHANGED,
    platform: state.platform,
    conditional: step.conditional,
    schema,
    name,
    kind,
    implicit: false,
    owner: state.session.role,
    columns: new Map(),
    constraints: [],
    indexes: [],
    rowSecurity: false,
    forced: false,
    uncertain: state.watched,
    policies: new Map(),
    triggers: [],
    grants: defaultGrants(state, "table", schema),
    inherits: [],
    replicaIdentity: "default",
  };
  state.put("tables", qualify(schema, name), table);
  return table;
}

/** A column given again, over an inherited one, keeps its place and type. */
function addDefined(step: Step, table: Draft<Table>, definition: CreateTable["columns"][number]): void {
  const inherited = table.columns.get(definition.name);
  const made = makeColumn(step, table, definition);
  const columns = step.state.own(table.columns);
  columns.set(made.name, inherited ? { ...inherited, ...withoutType(made), type: inherited.type } : made);
  table.columns = columns;
}

const withoutType = ({ notNull, primaryKey, default: value }: Column) => ({
  notNull,
  primaryKey,
  ...(value ? { default: value } : {}),
});

function inheritFrom(step: Step, table: Draft<Table>, parent: string | undefined): void {
  if (parent === undefined) return;
  table.inherits = [...table.inherits, parent];
  addChild(step, parent, qualify(table.schema, table.name));
  const source = step.state.shelves.tables.get(parent)!;
  copyColumns(step, table, source);
  const checks = source.constraints.filter(({ kind }) => kind === "check");
  table.constraints = [...table.constraints, ...checks];
}

function copyLike(step: Step, table: Draft<Table>, like: CreateTable["like"][number]): void {
  const key = findTableKey(step.state, like.table);
  const source = key === undefined ? undefined : step.state.shelves.tables.get(key);
  if (key === undefined || !source) return;
  copyColumns(step, table, source);
  if (like.all || like.indexes) cloneStructure(step, table, source);
  table.copiedFrom = { table: key, how: "like", place: step.place, protected: source.rowSecurity };
}

function copyType(step: Step, table: Draft<Table>, name: NonNullable<CreateTable["ofType"]>): void {
  const schemas = name.schema === undefined ? step.state.session.searchPath : [name.schema];
  const keys = schemas.map((schema) => qualify(schema, name.name));
  const type = keys.map((key) => step.state.shelves.types.get(key)).find((found) => found !== undefined);
  const columns = step.state.own(table.columns);
  for (const [column, resolved] of type?.columns ?? [])
    columns.set(column, plainColumn(step, column, resolved));
  table.columns = columns;
}

const plainColumn = (step: Step, name: string, type: Column["type"]): Column => ({
  name,
  type,
  notNull: false,
  primaryKey: false,
  generated: false,
  identity: false,
  made: step.place,
  grants: [],
});

/** CREATE TABLE AS and SELECT INTO: the columns of the query, and nothing of the tables it reads. */
export function createTableAs(step: Step, statement: CreateTableAs): void {
  if (statement.temporary) return void step.state.session.temporary.add(statement.name.name);
  const key = keyForNew(step, statement);
  if (key === undefined) return;
  const output = queryColumns(step.state.shelves, statement.query, step.state.session.searchPath);
  const table = startTable(step, schemaOfNew(step, statement), statement.name.name, "ordinary");
  const columns = step.state.own(table.columns);
  output.columns.forEach(({ name, type }, index) => {
    const named = statement.columns[index] ?? name;
    columns.set(named, plainColumn(step, named, type && type.name !== "unknown" ? type : UNKNOWN));
  });
  table.columns = columns;
  const source = sourceOf(step, statement.query);
  if (source) table.copiedFrom = { ...source, how: "as", place: step.place };
}

const UNKNOWN = typeOf("unknown", "unknown");

/** The table whose rows a query hands on: the first it reads. */
function sourceOf(step: Step, query: Query): { table: string; protected: boolean } | undefined {
  for (const item of query.from) {
    let first = item;
    while (first.kind === "join") first = first.left;
    if (first.kind === "query") return sourceOf(step, first.query);
    const found = first.kind === "table" ? findRelation(step.state, first.name) : undefined;
    const table = found?.kind === "table" ? step.state.shelves.tables.get(found.key) : undefined;
    if (table) return { table: found!.key, protected: table.rowSecurity };
  }
  return query.setOperation ? sourceOf(step, query.setOperation.left) : undefined;
}

/** Prisma's join tables: `_AToB`, or the relation's name after an underscore, with the columns A and B. */
function isImplicit(step: Step, key: string, table: Table): boolean {
  if (step.options.implicitTables?.has(key)) return true;
  return (
    table.name.startsWith("_") && table.columns.size === 2 && table.columns.has("A") && table.columns.has("B")
  );
}

/** The table in which Prisma keeps the history; it makes it itself, before the first migration. */
export function createPrismaMigrations(step: Step, schema: string): void {
  const key = qualify(schema, "_prisma_migrations");
  if (step.state.shelves.tables.has(key)) return;
  ensureSchema(step, schema);
  const table = startTable(step, schema, "_prisma_migrations", "ordinary");
  table.implicit = true;
  const columns = step.state.own(table.columns);
  for (const [name, type] of PRISMA_COLUMNS) columns.set(name, plainColumn(step, name, typeOf(type)));
  table.columns = columns;
  addConstraint(step, table, { kind: "primary key", columns: ["id"], span: step.place.span });
}

const PRISMA_COLUMNS = [
  ["id", "varchar"],
  ["checksum", "varchar"],
  ["finished_at", "timestamptz"],
  ["migration_name", "varchar"],
  ["logs", "text"],
  ["rolled_back_at", "timestamptz"],
  ["started_at", "timestamptz"],
  ["applied_steps_count", "int4"],
] as const;
