import type ts from "typescript";
import { typescript } from "./typescript.ts";
import type { FieldFact } from "./value.ts";

const RELATION_KEYS = new Set([
  "connect",
  "connectOrCreate",
  "create",
  "createMany",
  "disconnect",
  "delete",
  "deleteMany",
  "update",
  "updateMany",
  "upsert",
  "some",
  "every",
  "none",
  "select",
  "include",
  "isNot",
]);
const TEXT_KEYS = new Set(["contains", "startsWith", "endsWith", "mode"]);
const NUMBER_KEYS = new Set(["increment", "decrement", "multiply", "divide"]);
const COMPARISONS = new Set(["gt", "gte", "lt", "lte", "equals", "not", "in", "notIn", "set"]);

/** A guess from the expression first, from the name where that says nothing. */
export function guessType(node: ts.Expression, name: string, place: FieldFact["in"]): FieldFact["type"] {
  const t = typescript();
  const K = t.SyntaxKind;
  if (place === "include") return "relation";
  if (place === "orderBy" && !t.isObjectLiteralExpression(node)) return guessByName(name);
  if (t.isObjectLiteralExpression(node)) return guessByKeys(node, name, place);
  if (place === "select") return guessByName(name);
  if (t.isStringLiteralLike(node) || t.isTemplateExpression(node)) return "string";
  if (t.isNumericLiteral(node) || t.isPrefixUnaryExpression(node))
    return node.kind === K.NumericLiteral ? "number" : "unknown";
  if (node.kind === K.TrueKeyword || node.kind === K.FalseKeyword) return "boolean";
  if (t.isNewExpression(node) && t.isIdentifier(node.expression) && node.expression.text === "Date")
    return "date";
  if (t.isCallExpression(node) && t.isIdentifier(node.expression)) {
    if (node.expression.text === "Number" || node.expression.text === "parseInt") return "number";
    if (node.expression.text === "String") return "string";
    if (node.expression.text === "Boolean") return "boolean";
  }
  return guessByName(name);
}

function guessByKeys(
  node: ts.ObjectLiteralExpression,
  name: string,
  place: FieldFact["in"],
): FieldFact["type"] {
  const keys = node.properties.map(nameOf);
  if (place === "orderBy") return keys.includes("sort") ? guessByName(name) : "relation";
  const first = keys.find((key) => key !== undefined);
  if (first === undefined) return place === "data" ? "json" : "unknown";
  if (RELATION_KEYS.has(first)) return "relation";
  if (TEXT_KEYS.has(first)) return "string";
  if (NUMBER_KEYS.has(first)) return "number";
  if (COMPARISONS.has(first)) {
    const value = givenTo(node.properties[keys.indexOf(first)]!);
    return value ? guessType(value, name, place) : guessByName(name);
  }
  return place === "data" ? "json" : "relation";
}

/** `createdAt` is a date and `isRead` a boolean in nearly every schema. */
export function guessByName(name: string): FieldFact["type"] {
  if (/(At|Date|_at|_date)$/.test(name) || name === "date") return "date";
  if (/^(is|has|can)[A-Z_]/.test(name)) return "boolean";
  if (/(Id|_id|^id|[nN]ame|[tT]itle|[eE]mail|[uU]rl|[sS]lug|[dD]escription|[bB]ody|[mM]essage)$/.test(name))
    return "string";
  if (/([cC]ount|[aA]mount|[tT]otal|[oO]rder|[pP]osition|[pP]rice|[cC]ents)$/.test(name)) return "number";
  return "unknown";
}

export function nameOf(property: ts.ObjectLiteralElementLike): string | undefined {
  const t = typescript();
  const { name } = property;
  return name && (t.isIdentifier(name) || t.isStringLiteral(name)) ? name.text : undefined;
}

export function givenTo(property: ts.ObjectLiteralElementLike): ts.Expression | undefined {
  const t = typescript();
  if (t.isPropertyAssignment(property)) return property.initializer;
  return t.isShorthandPropertyAssignment(property) ? property.name : undefined;
}
