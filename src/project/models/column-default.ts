import { spanAt } from "../../source/prisma/place.ts";
import type { PrismaAttribute, PrismaField } from "../../source/prisma/schema.ts";
import { splitList, unquote } from "../../source/prisma/value.ts";
import type { Expr } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import { columnType } from "./column-type.ts";
import type { PlacedModel, SchemaIndex } from "./schema-index.ts";

/**
 * The default that Prisma gives a field's column in the database. Undefined for none, and for those that the client
 * makes (`uuid()`, `cuid()`) or a sequence does (`autoincrement()`).
 */
export function columnDefault(
  { start }: PlacedModel,
  field: PrismaField,
  index: SchemaIndex,
): Expr | undefined {
  const attribute = field.attributes.find(({ name }) => name === "default");
  const text = argumentOf(attribute);
  if (!attribute || text === undefined) return undefined;
  const span = spanAt(start, attribute.span);
  if (!text.startsWith("[")) return valueExpr(text, field, index, span);
  const args = splitList(text).flatMap((item) => valueExpr(item, field, index, span) ?? []);
  return {
    kind: "cast",
    arg: { kind: "array", args, span },
    type: columnType(field, index, span),
    span,
  };
}

const argumentOf = (attribute: PrismaAttribute | undefined): string | undefined =>
  attribute?.args.find(({ name }) => name === "" || name === "value")?.text;

function valueExpr(text: string, field: PrismaField, index: SchemaIndex, span: Span): Expr | undefined {
  const call = /^(\w+)\s*\(([\s\S]*)\)$/.exec(text);
  if (call) return callExpr(call[1]!, call[2]!, span);
  if (text.startsWith('"')) return quotedExpr(unquote(text), field.type, span);
  if (text === "true" || text === "false") return constant("boolean", text, span);
  if (/^[-+]?\d/.test(text)) return constant("number", text, span);
  const value = index.enums.get(field.type)?.values.find(({ name }) => name === text);
  return text ? constant("string", value?.mapped ?? text, span) : undefined;
}

const constant = (type: "string" | "boolean" | "number", value: string, span: Span): Expr => ({
  kind: "constant",
  type,
  value,
  span,
});

/** Decimals may be quoted to keep their zeros; bytes are in base 64, and PostgreSQL has them in hex. */
function quotedExpr(text: string, type: string, span: Span): Expr {
  if (type === "Decimal") return constant("number", text, span);
  return constant(
    "string",
    type === "Bytes" ? `\\x${Buffer.from(text, "base64").toString("hex")}` : text,
    span,
  );
}

function callExpr(name: string, argument: string, span: Span): Expr | undefined {
  if (name === "now") return { kind: "call", name: ["current_timestamp"], args: [], bare: true, span };
  const sql = name === "dbgenerated" ? unquote(argument.trim()).trim() : "";
  if (!sql) return undefined;
  // A call without arguments is by far the most common; anything else is left to those who have the grammar.
  const plain = /^([a-z_]\w*(?:\.[a-z_]\w*)?)\(\s*\)$/.exec(sql)?.[1];
  return plain
    ? { kind: "call", name: plain.split("."), args: [], span }
    : { kind: "other", what: sql, args: [], span };
}
