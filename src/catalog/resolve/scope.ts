import type { Expr, FromItem } from "../../source/sql/expression.ts";
import type { Func, Refusal, ResolvedType, Table, View } from "../catalog.ts";
import type { Names } from "./types.ts";

/** One relation that columns can come from. `open` where not all of its columns are known. */
export interface Relation {
  /** What columns are qualified with: the alias, else the table's own name. */
  readonly name: string | undefined;
  /** Set where it goes by its own name and not by an alias: then `schema.name.column` reaches it. */
  readonly schema: string | undefined;
  /** Key into the catalog's tables or views. */
  readonly key: string | undefined;
  readonly table: Table | undefined;
  readonly columns: ReadonlyMap<string, ResolvedType | undefined>;
  readonly open: boolean;
  /** The row that the policy is about. */
  readonly row: boolean;
}

/** The relations of one query and of those around it. */
export interface Scope {
  readonly relations: Relation[];
  readonly parent: Scope | undefined;
}

/** A common table expression in sight; the nearest of a name wins. */
export interface CommonTables {
  readonly name: string;
  readonly output: Output;
  readonly outer: CommonTables | undefined;
}

/** What a query yields, in order. `open` where it may yield more. */
export interface Output {
  readonly columns: readonly { readonly name: string; readonly type: ResolvedType | undefined }[];
  readonly open: boolean;
}

/** Which column a name means. */
export interface ColumnBinding {
  readonly relation: Relation;
  readonly column: string;
  readonly type: ResolvedType | undefined;
  /** How many queries outward: 0 for the query the name stands in. */
  readonly level: number;
}

/** Told of everything that is resolved, in PostgreSQL's order. */
export interface Listener {
  column?(expr: Expr, binding: ColumnBinding): void;
  relation?(item: Extract<FromItem, { kind: "table" }>, key: string): void;
  /** The relation that an item of FROM brings into sight. */
  source?(item: FromItem, relation: Relation): void;
  call?(expr: Expr, functions: readonly Func[]): void;
  type?(expr: Expr, type: ResolvedType): void;
  /** A type named in a cast, by key. */
  cast?(type: ResolvedType): void;
  problem?(problem: Refusal): void;
}

/** Where an expression stands: what names mean there, and how to point at its parts. */
export interface Ground {
  readonly names: Names;
  readonly searchPath: readonly string[];
  /** `text` is the source from `start` on; empty where it is not at hand. */
  readonly source: { readonly path: string; readonly text: string; readonly start: number };
  /** False where statements built at run time may have made what is not seen: then only near names are wrong. */
  readonly certain: boolean;
  /** True in bodies where a name may be a variable. */
  readonly variables: boolean;
  readonly listener: Listener;
}

const SYSTEM_COLUMNS = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

/**
 * The column that an unqualified name means: the innermost query that has one. "open" where a relation whose columns
 * are not known comes first, or the name is a whole row's; undefined where there is none.
 */
export function findColumn(scope: Scope, name: string): ColumnBinding | "open" | undefined {
  let level = 0;
  for (let at: Scope | undefined = scope; at; at = at.parent, level++) {
    let open = false;
    for (const relation of at.relations) {
      const binding = bind(relation, name, level);
      if (binding) return binding;
      if (relation.open) open = true;
    }
    if (open) return "open";
  }
  return findRelation(scope, name) ? "open" : undefined;
}

/** The relation that `name.` or `schema.name.` before a column means, and how far out it is. */
export function findRelation(
  scope: Scope,
  name: string,
  schema?: string,
): { readonly relation: Relation; readonly level: number } | undefined {
  let level = 0;
  for (let at: Scope | undefined = scope; at; at = at.parent, level++)
    for (const relation of at.relations)
      if (relation.name === name && (schema === undefined || relation.schema === schema))
        return { relation, level };
  return undefined;
}

export function bind(relation: Relation, column: string, level: number): ColumnBinding | undefined {
  if (relation.table) {
    const found = relation.table.columns.get(column);
    if (found) return { relation, column, type: found.type, level };
    return SYSTEM_COLUMNS.has(column) ? { relation, column, type: undefined, level } : undefined;
  }
  if (!relation.columns.has(column)) return undefined;
  return { relation, column, type: relation.columns.get(column), level };
}

const NO_COLUMNS: ReadonlyMap<string, ResolvedType | undefined> = new Map();

// One shape for all relations: they are made by the thousand.
const makeRelation = (
  name: string | undefined,
  schema: string | undefined,
  key: string | undefined,
  table: Table | undefined,
  columns: Relation["columns"],
  open: boolean,
  row: boolean,
): Relation => ({ name, schema, key, table, columns, open, row });

/** The row a policy is about, or any table under its own name. */
export const relationOfTable = (key: string, table: Table, row: boolean): Relation =>
  makeRelation(table.name, table.schema, key, table, NO_COLUMNS, false, row);

/** A view under its own name; the types of its columns are not known. */
export function relationOfView(key: string, view: View): Relation {
  const columns = new Map(view.columns.map((column): [string, undefined] => [column, undefined]));
  return makeRelation(view.name, view.schema, key, undefined, columns, columns.size === 0, false);
}

export const openRelation = (name: string | undefined): Relation =>
  makeRelation(name, undefined, undefined, undefined, NO_COLUMNS, true, false);

/** Stands for an alias that is not known: while it is in sight, no qualifier is surely wrong. */
export const UNNAMED: Relation = makeRelation(
  undefined,
  undefined,
  undefined,
  undefined,
  NO_COLUMNS,
  false,
  false,
);

/** The relation behind an alias: its own name does not reach it any more. */
export const renameRelation = ({ key, table, columns, open, row }: Relation, name: string): Relation =>
  makeRelation(name, undefined, key, table, columns, open, row);

/** A relation of computed columns; `renames` are the alias's column names. */
export function relationOfOutput(
  name: string | undefined,
  output: Output,
  renames: readonly string[] = [],
): Relation {
  const columns = new Map(
    output.columns.map((column, index) => [renames[index] ?? column.name, column.type]),
  );
  for (const extra of renames.slice(output.columns.length)) columns.set(extra, undefined);
  return makeRelation(name, undefined, undefined, undefined, columns, output.open, false);
}

/** All columns of a relation, in order. */
export function outputOf(relation: Relation): Output {
  const columns: { name: string; type: ResolvedType | undefined }[] = [];
  if (relation.table)
    for (const column of relation.table.columns.values())
      columns.push({ name: column.name, type: column.type });
  else for (const [name, type] of relation.columns) columns.push({ name, type });
  return { columns, open: relation.open };
}
