import { readArguments, readAttribute } from "./attribute.ts";
import type { Scanner } from "./scan.ts";
import type { PrismaAttribute, PrismaField, PrismaRelation } from "./schema.ts";
import { findArgument, listNames, unquote } from "./value.ts";

/** A field while it is read. Written part by part: spreading objects together costs more than all the reading. */
type Draft = { -readonly [Key in keyof PrismaField]: PrismaField[Key] };

const NONE: readonly PrismaAttribute[] = [];

/** `name Type? @attribute ...`, up to its last attribute. Undefined where no field begins, or, with an error noted, it has no type. */
export function readField(scan: Scanner): PrismaField | undefined {
  const { start, end } = scan.identifier();
  const name = scan.text.slice(start, end);
  if (!name) return undefined;
  scan.skipSpaces();
  // `name: Type` is Prisma 1's way; people still write it.
  if (scan.code === 58) {
    scan.fail(scan.at, scan.at + 1, "There is a colon between a field's name and its type: delete it.");
    scan.at++;
    scan.skipSpaces();
  }
  const nameSpan = scan.within(start, end);
  const field: Draft = {
    name,
    nameSpan,
    span: nameSpan,
    type: "",
    typeSpan: nameSpan,
    list: false,
    optional: false,
    attributes: NONE,
    column: name,
    id: false,
    unique: false,
    ignored: false,
  };
  if (!readType(scan, field)) {
    scan.fail(start, end, `The field ${name} has no type: write one behind its name, such as String.`);
    return undefined;
  }
  readFieldAttributes(scan, field);
  const to = field.attributes.at(-1)?.span.to ?? field.typeSpan.to;
  field.span = { from: nameSpan.from, to };
  return field;
}

/** Reads `Type`, `Type?`, `Type[]` or `Unsupported("type")` into the field; false where no type is. */
function readType(scan: Scanner, field: Draft): boolean {
  const start = scan.at;
  // `[Type]` is Prisma 1's list.
  const bracketed = scan.code === 91;
  if (bracketed) scan.at++;
  const word = scan.identifier();
  if (word.end === word.start) return false;
  field.type = scan.text.slice(word.start, word.end);
  if (field.type === "Unsupported" && scan.is("("))
    field.unsupported = unquote(readArguments(scan)[0]?.text ?? "");
  if (bracketed && scan.is("]")) scan.at++;
  field.list = bracketed;
  readArity(scan, field);
  field.typeSpan = scan.within(start, scan.at);
  return true;
}

/** `?` and `[]`; also `[]?` and `!`, which Prisma refuses. */
function readArity(scan: Scanner, field: Draft): void {
  for (;;) {
    const before = scan.at;
    scan.skipSpaces();
    if (scan.code === 63) field.optional = true;
    else if (scan.is("[]")) {
      field.list = true;
      scan.at++;
    } else if (scan.code !== 33) {
      scan.at = before;
      return;
    }
    scan.at++;
  }
}

function readFieldAttributes(scan: Scanner, field: Draft): void {
  let attributes: PrismaAttribute[] | undefined;
  for (;;) {
    const before = scan.at;
    scan.skipSpaces();
    if (scan.code !== 64) {
      scan.at = before;
      return;
    }
    const attribute = readAttribute(scan);
    if (!attribute) continue;
    attributes ??= [];
    field.attributes = attributes;
    attributes.push(attribute);
    takeMeaning(field, attribute);
  }
}

/** What an attribute says of its field. */
function takeMeaning(field: Draft, attribute: PrismaAttribute): void {
  if (attribute.name === "id") field.id = true;
  else if (attribute.name === "unique") field.unique = true;
  else if (attribute.name === "ignore") field.ignored = true;
  else if (attribute.name === "map") field.column = mappedName(attribute, field.column);
  else if (attribute.name === "relation") field.relation = readRelation(attribute);
  else if (attribute.name.includes(".")) field.nativeType = readNativeType(attribute);
}

/** The name in `@map("x")` or `@@map(name: "x")`; the fallback while it is half-typed. */
export function mappedName(attribute: PrismaAttribute, fallback: string): string {
  return unquote(findArgument(attribute, "name", "or-first") ?? "") || fallback;
}

/** `@db.VarChar(30)`; the prefix is the datasource's name, which need not be `db`. */
function readNativeType(attribute: PrismaAttribute): { name: string; args: string[] } {
  return {
    name: attribute.name.slice(attribute.name.indexOf(".") + 1),
    args: attribute.args.map((arg) => arg.text),
  };
}

function readRelation(attribute: PrismaAttribute): PrismaRelation {
  const relation: { -readonly [Key in keyof PrismaRelation]: PrismaRelation[Key] } = {
    fields: listNames(findArgument(attribute, "fields")),
    references: listNames(findArgument(attribute, "references")),
  };
  const name = findArgument(attribute, "name", "or-first");
  const map = findArgument(attribute, "map");
  const onDelete = findArgument(attribute, "onDelete");
  const onUpdate = findArgument(attribute, "onUpdate");
  if (name !== undefined) relation.name = unquote(name);
  if (map !== undefined) relation.map = unquote(map);
  if (onDelete !== undefined) relation.onDelete = onDelete;
  if (onUpdate !== undefined) relation.onUpdate = onUpdate;
  return relation;
}
