import type { Span } from "../../text/span.ts";
import { readArguments, readAttribute } from "./attribute.ts";
import type { Scanner } from "./scan.ts";
import type { PrismaAttribute, PrismaField, PrismaRelation } from "./schema.ts";
import { findArgument, listNames, unquote } from "./value.ts";

interface FieldType {
  readonly type: string;
  readonly unsupported?: string;
  readonly typeSpan: Span;
  readonly list: boolean;
  readonly optional: boolean;
}

/** `name Type? @attribute ...`, up to its last attribute. Undefined where no field begins, or, with an error noted, it has no type. */
export function readField(scan: Scanner): PrismaField | undefined {
  const nameSpan = scan.identifier();
  const name = scan.text.slice(nameSpan.start, nameSpan.end);
  if (!name) return undefined;
  scan.skipSpaces();
  // `name: Type` is Prisma 1's way; people still write it.
  if (scan.code === 58) {
    scan.fail(scan.at, scan.at + 1, "Prisma takes no colon between a field's name and its type.");
    scan.at++;
    scan.skipSpaces();
  }
  const type = readType(scan);
  if (!type) {
    scan.fail(nameSpan.start, nameSpan.end, `The field ${name} has no type.`);
    return undefined;
  }
  const attributes = readFieldAttributes(scan);
  const end = attributes.at(-1)?.span.end ?? type.typeSpan.end;
  return { name, nameSpan, span: { start: nameSpan.start, end }, ...type, ...meaningOf(name, attributes) };
}

function readType(scan: Scanner): FieldType | undefined {
  const start = scan.at;
  const bracketed = scan.code === 91;
  if (bracketed) scan.at++;
  const word = scan.identifier();
  if (word.end === word.start) return undefined;
  const type = scan.text.slice(word.start, word.end);
  const unsupported =
    type === "Unsupported" && scan.code === 40 ? unquote(readArguments(scan)[0]?.text ?? "") : undefined;
  if (bracketed && scan.is("]")) scan.at++;
  const arity = readArity(scan);
  return {
    type,
    ...(unsupported !== undefined && { unsupported }),
    typeSpan: { start, end: scan.at },
    list: bracketed || arity.includes("[]"),
    optional: arity.includes("?"),
  };
}

function readArity(scan: Scanner): string {
  const start = scan.at;
  while (scan.code === 63 || scan.code === 33 || scan.is("[]")) scan.at += scan.code === 91 ? 2 : 1;
  return scan.text.slice(start, scan.at);
}

function readFieldAttributes(scan: Scanner): PrismaAttribute[] {
  const attributes: PrismaAttribute[] = [];
  for (;;) {
    const before = scan.at;
    scan.skipSpaces();
    if (scan.code !== 64) {
      scan.at = before;
      return attributes;
    }
    const attribute = readAttribute(scan);
    if (attribute) attributes.push(attribute);
  }
}

/** What the attributes say of the field. */
function meaningOf(name: string, attributes: readonly PrismaAttribute[]) {
  let column = name;
  let id = false;
  let unique = false;
  let ignored = false;
  let nativeType: PrismaField["nativeType"];
  let relation: PrismaRelation | undefined;
  for (const attribute of attributes) {
    if (attribute.name === "id") id = true;
    else if (attribute.name === "unique") unique = true;
    else if (attribute.name === "ignore") ignored = true;
    else if (attribute.name === "map") column = mappedName(attribute, column);
    else if (attribute.name === "relation") relation = readRelation(attribute);
    else if (attribute.name.includes(".")) nativeType = readNativeType(attribute);
  }
  return {
    attributes,
    column,
    id,
    unique,
    ignored,
    ...(nativeType && { nativeType }),
    ...(relation && { relation }),
  };
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
  const name = findArgument(attribute, "name", "or-first");
  const map = findArgument(attribute, "map");
  const onDelete = findArgument(attribute, "onDelete");
  const onUpdate = findArgument(attribute, "onUpdate");
  return {
    fields: listNames(findArgument(attribute, "fields")),
    references: listNames(findArgument(attribute, "references")),
    ...(name !== undefined && { name: unquote(name) }),
    ...(onDelete !== undefined && { onDelete }),
    ...(onUpdate !== undefined && { onUpdate }),
    ...(map !== undefined && { map: unquote(map) }),
  };
}
