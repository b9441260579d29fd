import type { Expr } from "../../source/sql/expression.ts";
import { type Catalog, type Column, qualify, type ResolvedType, type Table } from "../catalog.ts";
import { remember } from "../remember.ts";
import { familyOf, type Names, typeOf } from "../resolve/types.ts";
import { constantTerm } from "./facts.ts";
import { columnKey, type Sort, type Term } from "./formula.ts";

/** How values of a type are told apart. */
export function sortOf(type: ResolvedType | undefined): Sort {
  if (!type || type.array) return "vague";
  if (type.kind === "enum") return "text";
  const name = type.base ?? type.name;
  if (name === "bpchar" || /citext$/.test(name)) return "vague";
  switch (familyOf(type)) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "uuid":
      return "uuid";
    case "bool":
      return "bool";
    default:
      return "vague";
  }
}

/** A constant in the one form that its type has for it. */
export function constantOf(value: string, sort: Sort): Term {
  if (sort === "uuid") return constantTerm(value.replace(/[{}\s-]/g, "").toLowerCase(), sort);
  if (sort === "number") {
    const number = Number(value);
    const exact = value.trim() !== "" && Number.isFinite(number) && Math.abs(number) < 2 ** 53;
    return exact ? constantTerm(String(number), sort) : constantTerm(value, "vague");
  }
  if (sort === "bool") {
    const read = booleanOf(value);
    return read === undefined ? constantTerm(value, "vague") : constantTerm(read ? "t" : "f", sort);
  }
  return constantTerm(value, sort);
}

export function booleanOf(value: string): boolean | undefined {
  if (/^\s*(t|tr|tru|true|y|ye|yes|on|1)\s*$/i.test(value)) return true;
  return /^\s*(f|fa|fal|fals|false|n|no|of|off|0)\s*$/i.test(value) ? false : undefined;
}

export const BOOLS = { true: constantTerm("t", "bool"), false: constantTerm("f", "bool") };

/** A column of a row, by what the catalog knows of it. */
export function columnTerm(
  names: Pick<Names, "types">,
  row: number,
  table: string | undefined,
  name: string,
  column: Column | undefined,
): Term {
  const type = column?.type;
  const domain = type && !type.array ? domainOf(names, type) : undefined;
  return {
    kind: "column",
    key: columnKey(row, name),
    row,
    column: name,
    nullable: !column?.notNull && !column?.primaryKey,
    ...(table === undefined ? {} : { table }),
    ...(type ? { type } : {}),
    ...(domain ? { domain } : {}),
  };
}

const keys = new WeakMap<Table, readonly (readonly string[])[]>();
const parents = new WeakMap<Catalog["tables"], ReadonlySet<string>>();

/** The columns of each key of a table. Of a table that others inherit from a key is one of its own rows alone. */
export const uniqueKeysOf = (
  { tables }: Pick<Catalog, "tables">,
  table: Table,
): readonly (readonly string[])[] => {
  const isParent = remember(parents, tables, () => {
    const all = [...tables.values()].filter(({ partitionOf }) => partitionOf === undefined);
    return new Set(all.flatMap(({ inherits }) => inherits));
  }).has(qualify(table.schema, table.name));
  if (isParent) return NO_KEYS;
  return remember(keys, table, () =>
    table.constraints
      .filter(({ kind }) => kind === "primary key" || kind === "unique")
      .map(({ columns }) => columns),
  );
};

const NO_KEYS: readonly (readonly string[])[] = [];

const names = new WeakMap<Table, ReadonlySet<string>>();

/** The columns that are a key each, and refer to no other row. */
export const namesOf = (table: Table): ReadonlySet<string> =>
  remember(names, table, () => {
    const { constraints } = table;
    const refers = constraints.flatMap(({ references, columns }) => (references ? columns : []));
    const keys = constraints.filter(({ kind }) => kind === "primary key" || kind === "unique");
    const alone = keys.flatMap(({ columns }) => (columns.length === 1 ? columns : []));
    return new Set(alone.filter((name) => !refers.includes(name)));
  });

function domainOf(names: Pick<Names, "types">, type: ResolvedType): readonly string[] | undefined {
  if (type.kind === "builtin" && type.name === "bool") return ["t", "f"];
  const found = type.kind === "enum" ? names.types.get(type.name) : undefined;
  return found && !found.platform ? found.values : undefined;
}

/** The expression without its places: what tells one opaque value from another. */
export const labelOf = (expr: Expr): string =>
  JSON.stringify(expr, (key, value) => (key === "span" ? undefined : value));

/** The types that constants have by how they are told apart. */
export const TYPES_OF_SORTS = {
  text: typeOf("text"),
  number: typeOf("numeric"),
  uuid: typeOf("uuid"),
  bool: typeOf("bool"),
  vague: undefined,
};

export const typeOfTerm = (term: Term): ResolvedType | undefined =>
  term.kind === "null" ? undefined : term.kind === "constant" ? TYPES_OF_SORTS[term.sort] : term.type;
