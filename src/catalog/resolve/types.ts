import type { TypeName } from "../../source/sql/expression.ts";
import type { Catalog, ResolvedType, Type } from "../catalog.ts";
import { qualify } from "../catalog.ts";
import { remember } from "../remember.ts";
import { TYPE_NAMES } from "./builtins.ts";

/** What a name can stand for; a Catalog is one, and so is one in the making. */
export type Names = Pick<
  Catalog,
  "schemas" | "roles" | "tables" | "views" | "functions" | "types" | "extensions"
>;

/** A string or NULL whose type its neighbour decides. */
export const LITERAL: ResolvedType = { name: "unknown", array: false, kind: "unknown" };

const builtinNames: ReadonlySet<string> = new Set(TYPE_NAMES.trim().split(/\s+/));

/** One object for one type, so that equal types are the same. */
const builtins = new Map<string, ResolvedType>();
const builtinArrays = new Map<string, ResolvedType>();
const made = new Map<string, ResolvedType>();

export function typeOf(
  name: string,
  kind: ResolvedType["kind"] = "builtin",
  array = false,
  base?: string,
): ResolvedType {
  if (kind === "builtin" && base === undefined) {
    const known = array ? builtinArrays : builtins;
    return remember(known, name, () => ({ name, array, kind }));
  }
  return remember(made, `${kind} ${name}${array ? "[]" : ""} ${base ?? ""}`, () =>
    base === undefined ? { name, array, kind } : { name, array, base, kind },
  );
}

export const TEXT = typeOf("text");
export const BOOL = typeOf("bool");
export const arrayOf = (type: ResolvedType): ResolvedType => typeOf(type.name, type.kind, true, type.base);
export const elementOf = (type: ResolvedType): ResolvedType => typeOf(type.name, type.kind, false, type.base);

const PSEUDO_INTEGERS: Readonly<Record<string, string>> = {
  serial: "int4",
  serial4: "int4",
  bigserial: "int8",
  serial8: "int8",
  smallserial: "int2",
  serial2: "int2",
};

/** The integer type behind `serial` and its kin, which are no types of their own. */
export const integerOfSerial = (type: TypeName): string | undefined =>
  type.schema === undefined ? PSEUDO_INTEGERS[type.name] : undefined;

/** The type a name stands for: built-in types come first, as `pg_catalog` does in every search path. */
export function resolveType(names: Names, type: TypeName, searchPath: readonly string[]): ResolvedType {
  const serial = integerOfSerial(type);
  if (serial !== undefined) return typeOf(serial);
  if (type.schema === undefined && builtinNames.has(type.name))
    return typeOf(type.name, "builtin", type.array);
  if (type.schema === "pg_catalog") return typeOf(type.name, "builtin", type.array);
  const key = findTypeKey(names, type, searchPath);
  if (key === undefined) return typeOf(writtenName(type), "unknown", type.array);
  const found = names.types.get(key);
  return found ? typeOfObject(key, found, type.array) : typeOf(key, "composite", type.array);
}

export function typeOfObject(key: string, type: Type, array: boolean): ResolvedType {
  return typeOf(key, type.kind, array, type.base?.array ? undefined : type.base?.name);
}

/** Tables and views are composite types too. */
function findTypeKey(names: Names, type: TypeName, searchPath: readonly string[]): string | undefined {
  for (const schema of type.schema === undefined ? searchPath : [type.schema]) {
    const key = qualify(schema, type.name);
    if (names.types.has(key) || names.tables.has(key) || names.views.has(key)) return key;
  }
  return undefined;
}

const writtenName = (type: TypeName): string =>
  type.schema === undefined ? type.name : qualify(type.schema, type.name);

/** As PostgreSQL's messages and people write it: `uuid`, `text[]`, `public.role`. */
export const nameOfType = (type: ResolvedType): string => `${type.name}${type.array ? "[]" : ""}`;

const FAMILIES: Readonly<Record<string, string>> = {
  text: "string",
  varchar: "string",
  bpchar: "string",
  name: "string",
  citext: "string",
  "extensions.citext": "string",
  "public.citext": "string",
  int2: "number",
  int4: "number",
  int8: "number",
  numeric: "number",
  float4: "number",
  float8: "number",
  bool: "bool",
  uuid: "uuid",
  date: "time",
  timestamp: "time",
  timestamptz: "time",
  json: "json",
  jsonb: "jsonb",
};

/**
 * Types of one family compare with each other, types of different families never do. Undefined where that is not
 * known of a type (extensions' types, ranges, pseudo-types), or the type is not.
 */
export function familyOf(type: ResolvedType | undefined): string | undefined {
  if (!type || type === LITERAL) return undefined;
  if (type.kind === "enum") return `enum ${type.name}`;
  return FAMILIES[type.base ?? type.name];
}

/** From the narrowest on: a number passes for any later one without a cast. */
const WIDTHS = ["int2", "int4", "int8", "numeric", "float4", "float8"];
export const wider = (a: ResolvedType, b: ResolvedType): ResolvedType =>
  WIDTHS.indexOf(a.base ?? a.name) >= WIDTHS.indexOf(b.base ?? b.name) ? a : b;

/** False only where PostgreSQL surely does not take a value of `given` where `wanted` is declared. */
export function accepts(wanted: ResolvedType, given: ResolvedType | undefined): boolean {
  if (!given || given === LITERAL || given === wanted) return true;
  const families = [familyOf(wanted), familyOf(given)];
  if (!families[0] || !families[1]) return true;
  if (wanted.array !== given.array || families[0] !== families[1]) return false;
  if (families[0] !== "number") return true;
  return wider(wanted, given) === wanted;
}

/** False only where no operator surely compares the two: `text = uuid`. */
export function comparable(left: ResolvedType | undefined, right: ResolvedType | undefined): boolean {
  const [a, b] = [familyOf(left), familyOf(right)];
  if ((a === "json" && !left?.array) || (b === "json" && !right?.array)) return false;
  return !a || !b || (left?.array === right?.array && a === b);
}
