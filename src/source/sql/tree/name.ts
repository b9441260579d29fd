import type { Node, RangeVar, RoleSpec, TypeName as TypeNode } from "@pgsql/types";
import type { QualifiedName, TypeName } from "../expression.ts";
import type { RoleReference } from "../statement.ts";
import { closing, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isWord, type Tokens } from "../tokens/tokens.ts";
import { as, stringsOf } from "./node.ts";

/** A table's name where it stands. */
export function readRelation(reading: Reading, relation: RangeVar | undefined): QualifiedName {
  const first = tokenOf(reading, relation?.location);
  const name = { name: relation?.relname ?? "", span: reading.place(first, nameEnd(reading.tokens, first)) };
  return relation?.schemaname === undefined ? name : { schema: relation.schemaname, ...name };
}

/** A name from a list of its parts (`catalog.schema.name` loses the catalog), at a token. */
export function readNameAt(reading: Reading, parts: readonly string[], first: number): QualifiedName {
  const span = reading.place(first, nameEnd(reading.tokens, first));
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  return schema === undefined ? { name, span } : { schema, name, span };
}

/** A type as written; its span has no modifiers' blanks to guess: it ends with the last token of the type. */
export function readType(reading: Reading, type: TypeNode | undefined): TypeName {
  const parts = stringsOf(type?.names);
  const first = tokenOf(reading, type?.location);
  const last = typeEnd(reading.tokens, first);
  const builtIn = parts.length > 1 && parts[0] === "pg_catalog";
  const schema = parts.length > 1 && !builtIn ? parts.at(-2) : undefined;
  const modifiers = readModifiers(type);
  return {
    ...(schema === undefined ? {} : { schema }),
    name: parts.at(-1) ?? "",
    ...(modifiers === "" ? {} : { modifiers }),
    array: (type?.arrayBounds?.length ?? 0) > 0,
    span: reading.place(first, last),
  };
}

/** `interval` fields are a mask of the grammar's own and no modifier anyone wrote. */
function readModifiers(type: TypeNode | undefined): string {
  if (type?.typmods === undefined || stringsOf(type.names).at(-1) === "interval") return "";
  return type.typmods.map(modifierText).join(",");
}

function modifierText(node: Node): string {
  const constant = as(node, "A_Const");
  if (constant?.ival !== undefined) return String(constant.ival.ival ?? 0);
  return constant?.sval?.sval ?? constant?.fval?.fval ?? stringsOf(as(node, "ColumnRef")?.fields).join(".");
}

const TYPE_WORDS: Readonly<Record<string, readonly string[]>> = {
  double: ["precision"],
  character: ["varying"],
  char: ["varying"],
  bit: ["varying"],
  national: ["character", "char", "varying"],
  interval: ["year", "month", "day", "hour", "minute", "second", "to"],
  time: ["with", "without", "time", "zone"],
  timestamp: ["with", "without", "time", "zone"],
};

/** The last token of a type that begins at `first`: words, modifiers, `with time zone`, brackets. */
export function typeEnd(tokens: Tokens, first: number): number {
  let last = isWord(tokens, first, "setof") ? first + 1 : first;
  const more = TYPE_WORDS[tokens.text.slice(tokens.start[last], tokens.end[last]).toLowerCase()];
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
