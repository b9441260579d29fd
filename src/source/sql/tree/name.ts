import type { Node, RangeVar, RoleSpec, TypeName as TypeNode } from "@pgsql/types";
import type { Span } from "../../../text/span.ts";
import type { QualifiedName, TypeName } from "../expression.ts";
import type { RoleReference } from "../statement.ts";
import { closing, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isWord, type Tokens, tokenText } from "../tokens/tokens.ts";
import { as, type Draft, stringOf, stringsOf } from "./node.ts";

/** A table's name where it stands. */
export function readRelation(reading: Reading, relation: RangeVar | undefined): QualifiedName {
  const first = tokenOf(reading, relation?.location);
  const span = reading.place(first, nameEnd(reading.tokens, first));
  return qualified(relation?.schemaname, relation?.relname ?? "", span);
}

/** A name from a list of its parts (`catalog.schema.name` loses the catalog), at a token. */
export function readNameAt(reading: Reading, parts: readonly string[], first: number): QualifiedName {
  const span = reading.place(first, nameEnd(reading.tokens, first));
  return qualified(parts.at(-2), parts.at(-1) ?? "", span);
}

const qualified = (schema: string | undefined, name: string, span: Span): QualifiedName =>
  schema === undefined ? { name, span } : { schema, name, span };

/** A type as written; its span ends with the last token of the type. */
export function readType(reading: Reading, node: TypeNode | undefined): TypeName {
  const names = node?.names;
  const count = names?.length ?? 0;
  const first = tokenOf(reading, node?.location);
  const type: Draft<TypeName> = {
    name: count > 0 ? stringOf(names![count - 1]) : "",
    array: (node?.arrayBounds?.length ?? 0) > 0,
    span: reading.place(first, typeEnd(reading.tokens, first)),
  };
  const schema = count > 1 ? stringOf(names![count - 2]) : "pg_catalog";
  if (schema !== "pg_catalog") type.schema = schema;
  const modifiers = readModifiers(node, type.name);
  if (modifiers !== "") type.modifiers = modifiers;
  return type;
}

/** `interval` fields are a mask of the grammar's own and no modifier anyone wrote. */
function readModifiers(type: TypeNode | undefined, name: string): string {
  if (type?.typmods === undefined || name === "interval") return "";
  return type.typmods.map(modifierText).join(",");
}

function modifierText(node: Node): string {
  const constant = as(node, "A_Const");
  if (constant?.ival !== undefined) return String(constant.ival.ival ?? 0);
  return constant?.sval?.sval ?? constant?.fval?.fval ?? stringsOf(as(node, "ColumnRef")?.fields).join(".");
}

/** Types of several words; a Map, as a type may be called "constructor". */
const TYPE_WORDS = new Map<string, readonly string[]>([
  ["double", ["precision"]],
  ["character", ["varying"]],
  ["char", ["varying"]],
  ["bit", ["varying"]],
  ["national", ["character", "char", "varying"]],
  ["interval", ["year", "month", "day", "hour", "minute", "second", "to"]],
  ["time", ["with", "without", "time", "zone"]],
  ["timestamp", ["with", "without", "time", "zone"]],
]);

/** The last token of a type that begins at `first`: words, modifiers, `with time zone`, brackets. */
export function typeEnd(tokens: Tokens, first: number): number {
  let last = isWord(tokens, first, "setof") ? first + 1 : first;
  const more = TYPE_WORDS.get(tokenText(tokens, last).toLowerCase());
  last =
    more === undefined || isMark(tokens, last + 1, ".")
      ? nameEnd(tokens, last)
      : skipWords(tokens, last, more);
  if (isMark(tokens, last + 1, "(")) last = closing(tokens, last + 1);
  if (more !== undefined) last = skipWords(tokens, last, more);
  if (isWord(tokens, last + 1, "array")) last++;
  while (isMark(tokens, last + 1, "[")) last = closing(tokens, last + 1);
  return last;
}

function skipWords(tokens: Tokens, from: number, words: readonly string[]): number {
  let last = from;
  while (words.some((word) => isWord(tokens, last + 1, word)) && !isWithWithoutTime(tokens, last + 1)) last++;
  return last;
}

/** `timestamp with (fillfactor ...)` is no part of the type. */
const isWithWithoutTime = (tokens: Tokens, index: number): boolean =>
  isWord(tokens, index, "with") && !isWord(tokens, index + 1, "time");

/** A role by its name; CURRENT_USER and its kin by their word, PUBLIC as "public". */
export function readRole(reading: Reading, role: RoleSpec | undefined): RoleReference {
  const first = tokenOf(reading, role?.location);
  return { name: roleName(role), span: reading.place(first, first) };
}

export function roleName(role: RoleSpec | undefined): string {
  switch (role?.roletype) {
    case "ROLESPEC_PUBLIC":
      return "public";
    case "ROLESPEC_CURRENT_USER":
      return "current_user";
    case "ROLESPEC_SESSION_USER":
      return "session_user";
    case "ROLESPEC_CURRENT_ROLE":
      return "current_role";
    default:
      return role?.rolename ?? "";
  }
}

export const readRoles = (reading: Reading, nodes: readonly Node[] | undefined): RoleReference[] =>
  (nodes ?? []).map((node) => readRole(reading, as(node, "RoleSpec")));
