import { type Catalog, type Column, qualify, type Table } from "../../catalog/catalog.ts";
import type { Model } from "../project.ts";
import type { Step } from "../tenancy.ts";
import { keyStem, lastWord, namesKey, spelled, stem, TENANT_NAMES } from "./vocabulary.ts";

/** A step that may be taken, and whether a row may lack it. */
export interface Link extends Step {
  readonly nullable: boolean;
}

/** What refers to what: foreign keys, relations that only Prisma knows, and columns whose name and type say so. */
export interface Links {
  readonly from: ReadonlyMap<string, readonly Link[]>;
  readonly to: ReadonlyMap<string, readonly Link[]>;
}

/** Linear in tables, columns and constraints. References to the table itself say nothing and are left out. */
export function findLinks(catalog: Catalog, models: ReadonlyMap<string, Model>): Links {
  const modelOfTable = new Map([...models.values()].map((model) => [model.table, model]));
  const named = tablesByStem(catalog);
  const from = new Map<string, Link[]>();
  const to = new Map<string, Link[]>();
  for (const [key, table] of catalog.tables) {
    if (table.platform) continue;
    const links = [...keyLinks(catalog, key, table)];
    const explained = explainedColumns(table);
    links.push(...relationLinks(catalog, models, modelOfTable.get(key), table, explained));
    links.push(...nameLinks(catalog, named, key, table, explained));
    const outward = links.filter((link) => link.to !== key);
    from.set(key, outward);
    for (const link of outward) {
      const list = to.get(link.to);
      if (list) list.push(link);
      else to.set(link.to, [link]);
    }
  }
  return { from, to };
}

/** The one column that identifies a row; undefined where it takes several. */
export function keyColumn(table: Table): string | undefined {
  if (!keys.has(table)) keys.set(table, findKey(table));
  return keys.get(table);
}

const keys = new WeakMap<Table, string | undefined>();

function findKey(table: Table): string | undefined {
  const primary = [...table.columns.values()].filter((column) => column.primaryKey);
  if (primary.length === 1) return primary[0]!.name;
  const stated = table.constraints.find(({ kind }) => kind === "primary key")?.columns;
  if (stated) return stated.length === 1 ? stated[0] : undefined;
  return primary.length ? undefined : table.columns.get("id")?.name;
}

function* keyLinks(catalog: Catalog, key: string, table: Table): Iterable<Link> {
  for (const { references, columns } of table.constraints) {
    const target = references && catalog.tables.get(references.table);
    if (!target) continue;
    const targetKey = keyColumn(target);
    const pairs = columns.map((column, index) => [column, references.columns[index] ?? targetKey] as const);
    const [column, toColumn] = leadingPair(target, pairs);
    if (column === undefined || toColumn === undefined) continue;
    yield {
      table: key,
      column,
      to: references.table,
      toColumn,
      by: "foreign key",
      nullable: isNullable(table, column),
    };
  }
}

type Pair = readonly [column: string | undefined, toColumn: string | undefined];

/** Of a key over several columns, the one that tells the parent's rows apart leads to the parent. */
function leadingPair(target: Table, pairs: readonly Pair[]): Pair {
  const targetKey = keyColumn(target);
  return (
    pairs.find(([, each]) => each !== undefined && each === targetKey) ??
    pairs.at(-1) ?? [undefined, undefined]
  );
}

/** Relations explain their column, as foreign keys do: one over several columns only part of it. */
function* relationLinks(
  catalog: Catalog,
  models: ReadonlyMap<string, Model>,
  model: Model | undefined,
  table: Table,
  explained: Set<string>,
): Iterable<Link> {
  for (const field of model?.model.fields ?? []) {
    const other = models.get(field.type);
    const target = other && catalog.tables.get(other.table);
    if (!model || !target || !field.relation?.fields.length) continue;
    const { fields, references } = field.relation;
    const pairs = fields.map(
      (each, i) => [columnOf(model, each), columnOf(other, references[i] ?? "")] as const,
    );
    const [column, toColumn] = leadingPair(target, pairs);
    if (!column || !toColumn || explained.has(column)) continue;
    if (fields.length === 1) explained.add(column);
    const nullable = isNullable(table, column);
    yield { table: model.table, column, to: other.table, toColumn, by: "prisma relation", nullable };
  }
}

/** Columns with a foreign key of their own. What is only part of a key over several may lead elsewhere as well. */
const explainedColumns = (table: Table): Set<string> =>
  new Set(
    table.constraints.flatMap(({ references, columns }) =>
      references && columns.length === 1 ? columns : [],
    ),
  );

const columnOf = ({ model }: Model, field: string): string | undefined =>
  model.fields.find(({ name }) => name === field)?.column;

function* nameLinks(
  catalog: Catalog,
  named: ReadonlyMap<string, readonly string[]>,
  key: string,
  table: Table,
  explained: ReadonlySet<string>,
): Iterable<Link> {
  for (const column of table.columns.values()) {
    if (explained.has(column.name) || !namesKey(column.name)) continue;
    const target = findNamed(catalog, named, table, column);
    if (!target) continue;
    const [to, toColumn] = target;
    yield {
      table: key,
      column: column.name,
      to,
      toColumn,
      by: "name",
      nullable: !column.notNull,
    };
  }
}

/** The table that `project_id` names: `projects` of the same schema first, and only one whose key has the column's type. */
function findNamed(
  catalog: Catalog,
  named: ReadonlyMap<string, readonly string[]>,
  { schema }: Table,
  column: Column,
): [string, string] | undefined {
  const whole = keyStem(column.name);
  const last = lastWord(whole);
  const candidates =
    named.get(whole) ?? (TENANT_NAMES.has(last) || last === "user" ? named.get(last) : undefined) ?? [];
  const home = candidates.filter((each) => catalog.tables.get(each)!.schema === schema);
  const fitting = (home.length ? home : candidates).filter((each) => fits(catalog.tables.get(each)!, column));
  if (fitting.length !== 1) return undefined;
  return [fitting[0]!, keyColumn(catalog.tables.get(fitting[0]!)!)!];
}

function fits(target: Table, column: Column): boolean {
  const key = target.columns.get(keyColumn(target) ?? "");
  return !!key && !column.type.array && sameType(key, column);
}

const TEXTS = new Set(["text", "varchar", "bpchar", "citext"]);

/** Text types are one: Prisma's `String` and a hand-written `varchar` hold the same keys. */
export function sameType(a: Column, b: Column): boolean {
  const [left, right] = [a.type.base ?? a.type.name, b.type.base ?? b.type.name];
  return left === right || (TEXTS.has(left) && TEXTS.has(right));
}

function tablesByStem(catalog: Catalog): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const table of catalog.tables.values()) {
    if (table.implicit || table.partitionOf || keyColumn(table) === undefined) continue;
    const name = spelled(stem(table.name));
    const list = named.get(name);
    const key = qualify(table.schema, table.name);
    if (list) list.push(key);
    else named.set(name, [key]);
  }
  return named;
}

const isNullable = (table: Table, column: string): boolean => {
  const found = table.columns.get(column);
  return !found?.notNull && !found?.primaryKey;
};
