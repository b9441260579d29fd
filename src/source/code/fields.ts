import type ts from "typescript";
import { givenTo, guessByName, guessType, nameOf } from "./field-type.ts";
import { typescript } from "./typescript.ts";
import type { FieldFact } from "./value.ts";

const PLACES: Readonly<Record<string, FieldFact["in"]>> = {
  data: "data",
  create: "data",
  update: "data",
  where: "where",
  cursor: "where",
  having: "where",
  select: "select",
  by: "select",
  distinct: "select",
  include: "include",
  orderBy: "orderBy",
  _sum: "select",
  _avg: "select",
  _min: "select",
  _max: "select",
};

const MOST_FIELDS = 100;

/** The names in a Prisma call's argument, each once per place, with a guess at its type. */
export function readFields(tables: Finder, argument: ts.Expression | undefined): FieldFact[] {
  const t = typescript();
  const options = argument && literalOf(tables, argument);
  if (!options || !t.isObjectLiteralExpression(options)) return [];
  const found = new Map<string, FieldFact>();
  for (const property of options.properties) {
    const name = nameOf(property);
    const place = name === undefined ? undefined : PLACES[name];
    const value = givenTo(property);
    if (place && value) for (const each of namesIn(tables, value)) add(found, fieldOf(tables, each, place));
  }
  return [...found.values()].slice(0, MOST_FIELDS);
}

/** What is asked of the file: how a name is declared. */
export interface Finder {
  readonly survey: {
    textOf(node: ts.Node): string;
    scopeAt(node: ts.Node): {
      find(name: string): { readonly origin: { readonly from: string; readonly init?: unknown } } | undefined;
    };
  };
}

/** A key, and what is given to it; a string in `by: ["status"]` has no value. */
interface Named {
  readonly name: string;
  readonly value?: ts.Expression;
}

const COMBINED = new Set(["AND", "OR", "NOT"]);
const COUNTS = new Set(["_count", "_all", "_relevance"]);
const DEEPEST = 6;

/** The names in an object, an array of objects, either arm of a condition, or the rows that a callback makes. */
function* namesIn(tables: Finder, node: ts.Expression, deep = 0): Iterable<Named> {
  const t = typescript();
  const value = deep > DEEPEST ? undefined : literalOf(tables, node);
  if (!value) return;
  if (t.isStringLiteralLike(value)) yield { name: value.text };
  for (const part of partsOf(value)) yield* namesIn(tables, part, deep + 1);
  if (!t.isObjectLiteralExpression(value)) return;
  for (const property of value.properties) yield* namesOf(tables, property, deep);
}

function partsOf(node: ts.Expression): readonly ts.Expression[] {
  const t = typescript();
  if (t.isArrayLiteralExpression(node)) return node.elements;
  if (t.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse];
  if (t.isBinaryExpression(node)) return [node.right];
  const row = t.isCallExpression(node) ? node.arguments[0] : undefined;
  return row && t.isArrowFunction(row) && !t.isBlock(row.body) ? [row.body] : [];
}

function* namesOf(tables: Finder, property: ts.ObjectLiteralElementLike, deep: number): Iterable<Named> {
  if (typescript().isSpreadAssignment(property)) yield* namesIn(tables, property.expression, deep + 1);
  const name = nameOf(property);
  const value = givenTo(property);
  if (name === undefined || COUNTS.has(name)) return;
  if (value && (COMBINED.has(name) || isCompoundKey(name, value))) yield* namesIn(tables, value, deep + 1);
  else yield { name, ...(value && { value }) };
}

/** `organizationId_email: { organizationId, email }`: a unique key of several fields. */
function isCompoundKey(name: string, value: ts.Expression): boolean {
  return (
    typescript().isObjectLiteralExpression(value) &&
    value.properties.map(nameOf).join("_") === name &&
    name.includes("_")
  );
}

function fieldOf(tables: Finder, { name, value }: Named, place: FieldFact["in"]): FieldFact {
  const type = value ? guessType(value, name, place) : guessByName(name);
  const text = value && isShort(value) ? tables.survey.textOf(value) : undefined;
  return { name, in: place, type, ...(text !== undefined && { text }) };
}

function add(found: Map<string, FieldFact>, field: FieldFact): void {
  const key = `${field.in} ${field.name}`;
  const known = found.get(key);
  if (!known || known.type === "unknown") found.set(key, field);
}

/** Names and paths such as `user.id`: enough to tell a relation by. */
function isShort(node: ts.Expression): boolean {
  const t = typescript();
  return node.end - node.pos <= 60 && (t.isIdentifier(node) || t.isPropertyAccessExpression(node));
}

/** An expression, or the literal that a constant of this file holds. */
function literalOf(tables: Finder, node: ts.Expression): ts.Expression | undefined {
  const t = typescript();
  if (t.isParenthesizedExpression(node) || t.isAsExpression(node) || t.isSatisfiesExpression(node))
    return literalOf(tables, node.expression);
  if (!t.isIdentifier(node)) return node;
  const origin = tables.survey.scopeAt(node).find(node.text)?.origin;
  const init = origin?.from === "value" ? (origin.init as ts.Expression | undefined) : undefined;
  if (!init) return undefined;
  const inner = t.isAsExpression(init) || t.isSatisfiesExpression(init) ? init.expression : init;
  return t.isObjectLiteralExpression(inner) || t.isArrayLiteralExpression(inner) ? inner : undefined;
}
