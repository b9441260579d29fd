import type ts from "typescript";
import { readValue } from "./expression.ts";
import { startOf } from "./survey.ts";
import { resolveName, type Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { EntryValue, Value } from "./value.ts";
import { isTelling } from "./vocabulary.ts";

const MOST_ENTRIES = 300;

/** An object literal with its keys; `keysOnly` leaves the values out, as for the rows of an insert. */
export function readObject(tables: Tables, node: ts.ObjectLiteralExpression, keysOnly = false): Value {
  const entries: EntryValue[] = [];
  for (const property of node.properties.slice(0, MOST_ENTRIES)) {
    const entry = readEntry(tables, property, keysOnly);
    if (entry) entries.push(entry);
  }
  return { is: "object", entries };
}

function readEntry(
  tables: Tables,
  property: ts.ObjectLiteralElementLike,
  keysOnly: boolean,
): EntryValue | undefined {
  const t = typescript();
  if (t.isSpreadAssignment(property)) {
    const value = readValue(tables, property.expression);
    return value ? { value } : undefined;
  }
  const { name } = property;
  if (!t.isIdentifier(name) && !t.isStringLiteral(name)) return undefined;
  const start = startOf(name, tables.survey.file);
  const quote = t.isStringLiteral(name) ? tables.survey.file.text.charAt(start) : undefined;
  const value = keysOnly || !isWorthReading(name.text, property) ? null : readEntryValue(tables, property);
  if (!value && !keysOnly && !isTelling(name.text) && !isRow(property.parent as ts.ObjectLiteralExpression))
    return undefined;
  return { name: name.text, at: quote ? start + 1 : start, value, ...(quote && { quote }) };
}

/** Literals say something under any name; other expressions only under one that tells. */
function isWorthReading(name: string, property: ts.ObjectLiteralElementLike): boolean {
  const t = typescript();
  if (isTelling(name)) return true;
  if (t.isShorthandPropertyAssignment(property)) return false;
  if (!t.isPropertyAssignment(property)) return t.isMethodDeclaration(property);
  const value = property.initializer;
  if (t.isIdentifier(value)) return isTelling(value.text);
  if (t.isPropertyAccessExpression(value)) return isTelling(value.name.text);
  return !t.isCallExpression(value) && !t.isAwaitExpression(value);
}

/** `const row = { title, ownerId }`: an object that a query may be given later. */
function isRow(node: ts.ObjectLiteralExpression): boolean {
  const t = typescript();
  let at: ts.Node = node.parent;
  while (t.isAsExpression(at) || t.isSatisfiesExpression(at) || t.isArrayLiteralExpression(at))
    at = at.parent;
  return t.isVariableDeclaration(at);
}

function readEntryValue(tables: Tables, property: ts.ObjectLiteralElementLike): Value {
  const t = typescript();
  if (t.isPropertyAssignment(property)) return readValue(tables, property.initializer);
  if (t.isShorthandPropertyAssignment(property)) return resolveName(tables, property.name);
  if (t.isMethodDeclaration(property)) return { is: "function", function: tables.functionOf(property) };
  return null;
}
