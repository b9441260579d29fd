import type { PrismaField } from "../../source/prisma/schema.ts";
import type { TypeName } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import { type SchemaIndex, schemaOf } from "./schema-index.ts";

/** The PostgreSQL type that Prisma gives a field's column, with PostgreSQL's internal names. */
export function columnType(field: PrismaField, index: SchemaIndex, span: Span): TypeName {
  const { name, schema, modifiers, array } = baseType(field, index);
  const serial = isAutoincrement(field) ? SERIAL[name] : undefined;
  return {
    ...(schema !== undefined && { schema }),
    name: serial ?? name,
    ...(modifiers !== undefined && { modifiers }),
    array: array === true || field.list,
    span,
  };
}

/** The type of a column that refers to the field's: no sequence of its own. */
export function referringType(field: PrismaField, index: SchemaIndex, span: Span): TypeName {
  return columnType({ ...field, attributes: [] }, index, span);
}

interface BaseType {
  readonly name: string;
  readonly schema?: string;
  readonly modifiers?: string;
  readonly array?: boolean;
}

const SERIAL: Readonly<Record<string, string>> = { int2: "smallserial", int4: "serial", int8: "bigserial" };

const isAutoincrement = ({ attributes }: PrismaField): boolean =>
  attributes.some(({ name, args }) => name === "default" && args[0]?.text.startsWith("autoincrement("));

const SCALAR_TYPES: Readonly<Record<string, BaseType>> = {
  String: { name: "text" },
  Boolean: { name: "bool" },
  Int: { name: "int4" },
  BigInt: { name: "int8" },
  Float: { name: "float8" },
  Decimal: { name: "numeric", modifiers: "65,30" },
  DateTime: { name: "timestamp", modifiers: "3" },
  Json: { name: "jsonb" },
  Bytes: { name: "bytea" },
};

/** Of `@db.X` where it is not X in lower case. */
const NATIVE_NAMES: Readonly<Record<string, string>> = {
  SmallInt: "int2",
  Integer: "int4",
  BigInt: "int8",
  Boolean: "bool",
  Real: "float4",
  DoublePrecision: "float8",
  Decimal: "numeric",
  Char: "bpchar",
};

function baseType(field: PrismaField, index: SchemaIndex): BaseType {
  if (field.unsupported !== undefined) return parseType(field.unsupported);
  if (field.nativeType) return nativeType(field.nativeType);
  const scalar = SCALAR_TYPES[field.type];
  if (scalar) return scalar;
  const each = index.enums.get(field.type);
  return each ? { name: each.mapped, ...schemaOf(each, index) } : { name: field.type };
}

/** `char` alone is `char(1)` to PostgreSQL, `bit` alone `bit(1)`. */
const SINGLE: ReadonlySet<string> = new Set(["Char", "Bit"]);

function nativeType({ name, args }: NonNullable<PrismaField["nativeType"]>): BaseType {
  const modifiers = args.length ? args.join(",") : SINGLE.has(name) ? "1" : "";
  return { name: NATIVE_NAMES[name] ?? name.toLowerCase(), ...(modifiers && { modifiers }) };
}

/** The names that SQL has for PostgreSQL's own. */
const SQL_NAMES: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  smallint: "int2",
  bigint: "int8",
  boolean: "bool",
  real: "float4",
  float: "float8",
  "double precision": "float8",
  decimal: "numeric",
  dec: "numeric",
  char: "bpchar",
  character: "bpchar",
  "character varying": "varchar",
  "bit varying": "varbit",
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "time with time zone": "timetz",
  "time without time zone": "time",
};

/** The name, its modifiers and what follows them: `timestamp`, `(3)`, `with time zone[]`. */
const TYPE = /^\s*((?:"(?:[^"]|"")*"|[^"([])+?)\s*(?:\(([^)]*)\)\s*([a-z ]*?))?\s*((?:\[\d*\]\s*)*)$/i;

/** The text of `Unsupported("...")`: a type, and nothing but a type. */
function parseType(text: string): BaseType {
  const [, head = text, modifiers, tail = "", brackets = ""] = TYPE.exec(text) ?? [];
  const parts = head.match(/"(?:[^"]|"")*"|[^".]+/g) ?? [head];
  const names = parts.map(fold);
  const schema = names.length > 1 ? names.at(-2) : undefined;
  const word = [names.at(-1) ?? "", tail.toLowerCase()].filter(Boolean).join(" ");
  return {
    name: schema === undefined ? (SQL_NAMES[word] ?? word) : word,
    ...(schema !== undefined && { schema }),
    ...(modifiers !== undefined && {
      modifiers: modifiers
        .toLowerCase()
        .replace(/\s*,\s*/g, ",")
        .trim(),
    }),
    array: brackets !== "",
  };
}

const fold = (name: string): string =>
  name.startsWith('"')
    ? name.slice(1, -1).replaceAll('""', '"')
    : name.trim().toLowerCase().replace(/\s+/g, " ");
