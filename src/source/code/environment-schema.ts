import type ts from "typescript";
import { isEnvironment, readEnvironmentAccess } from "./environment-access.ts";
import { readValue } from "./expression.ts";
import type { EnvironmentSchemaFact } from "./facts.ts";
import { startOf } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";

/** Checks of the whole environment: zod, valibot, arktype, joi, t3-env, envalid and their like. */
export function readEnvironmentSchemas(tables: Tables): EnvironmentSchemaFact[] {
  return tables.survey.calls.flatMap((call) => {
    const schema = readFactory(tables, call) ?? readParse(tables, call);
    return schema ? [schema] : [];
  });
}

const FACTORIES: Readonly<Record<string, string>> = {
  createEnv: "t3-env",
  cleanEnv: "envalid",
  envsafe: "envsafe",
  parseEnv: "znv",
};

/** `createEnv({ server: {...}, client: {...} })`, `cleanEnv(process.env, {...})`. */
function readFactory(tables: Tables, call: ts.CallExpression): EnvironmentSchemaFact | undefined {
  const t = typescript();
  const library = t.isIdentifier(call.expression) ? FACTORIES[call.expression.text] : undefined;
  if (!library) return undefined;
  const shape = call.arguments.find((each) => t.isObjectLiteralExpression(each));
  if (!shape) return undefined;
  const groups = library === "t3-env" ? ["server", "client", "shared"] : [];
  const parts = groups.map((group) => propertyOf(shape, group)).filter((each) => each !== undefined);
  const variables = (groups.length ? parts : [shape]).flatMap((part) => keysOf(tables, part));
  return { span: spanOf(tables, call), library, variables };
}

/** `schema.parse(process.env)`, `v.parse(schema, process.env)`, `z.object({...}).parse({ A: process.env.A })`. */
function readParse(tables: Tables, call: ts.CallExpression): EnvironmentSchemaFact | undefined {
  const t = typescript();
  const given = call.arguments.findIndex((each) => isWholeEnvironment(tables, each));
  if (given < 0) return undefined;
  const { expression } = call;
  if (t.isPropertyAccessExpression(expression) && !PARSES.test(expression.name.text)) return undefined;
  if (t.isIdentifier(expression) && !PARSES.test(expression.text) && !isLocalSchema(tables, expression))
    return undefined;
  const other = call.arguments.find((_, index) => index !== given);
  const schema = other ?? (t.isPropertyAccessExpression(expression) ? expression.expression : expression);
  const variables = keysOf(tables, schema);
  const shape = variables.length ? null : readValue(tables, schema);
  if (!variables.length && !shape) return undefined;
  const library = libraryOf(tables, schema, expression);
  return { span: spanOf(tables, call), library, variables, ...(shape && { shape }) };
}

const PARSES = /^(safe)?(parse|validate|assert|create|decode|cast|check)/i;

/** arktype schemas are called. */
const isLocalSchema = (tables: Tables, name: ts.Identifier): boolean => keysOf(tables, name).length > 0;

/** `process.env`, `{ ...process.env }`, or an object whose values are reads of it. */
function isWholeEnvironment(tables: Tables, node: ts.Expression): boolean {
  const t = typescript();
  if (isEnvironment(tables, node)) return true;
  if (t.isIdentifier(node)) {
    const declaration = tables.survey.scopeAt(node).find(node.text);
    const { origin } = declaration ?? {};
    return (
      origin?.from === "value" &&
      !!origin.init &&
      t.isObjectLiteralExpression(origin.init) &&
      isWholeEnvironment(tables, origin.init)
    );
  }
  if (!t.isObjectLiteralExpression(node) || !node.properties.length) return false;
  let reads = 0;
  for (const each of node.properties) {
    if (t.isSpreadAssignment(each) && isEnvironment(tables, each.expression)) return true;
    const value = t.isPropertyAssignment(each) ? each.initializer : undefined;
    if (value && (t.isPropertyAccessExpression(value) || t.isElementAccessExpression(value)))
      if (readEnvironmentAccess(tables, value)) reads++;
  }
  return reads * 2 > node.properties.length;
}

/** Keys of the object literals that a schema is made of, through constants and chained calls of this file. */
function keysOf(tables: Tables, node: ts.Node, deep = 0): string[] {
  const t = typescript();
  if (deep > 12) return [];
  if (t.isObjectLiteralExpression(node))
    return node.properties.flatMap((each) =>
      each.name && (t.isIdentifier(each.name) || t.isStringLiteral(each.name))
        ? [each.name.text]
        : spreadKeys(tables, each, deep),
    );
  if (t.isIdentifier(node)) {
    const origin = tables.survey.scopeAt(node).find(node.text)?.origin;
    return origin?.from === "value" && origin.init ? keysOf(tables, origin.init, deep + 1) : [];
  }
  if (t.isCallExpression(node)) {
    const { expression } = node;
    const before = t.isPropertyAccessExpression(expression)
      ? keysOf(tables, expression.expression, deep + 1)
      : [];
    const given = node.arguments.filter((each) => !t.isArrowFunction(each) && !t.isFunctionExpression(each));
    return [...before, ...given.flatMap((each) => keysOf(tables, each, deep + 1))].filter(
      (key) => !REPORTING.has(key),
    );
  }
  if (!t.isPropertyAccessExpression(node)) return [];
  const part = partOf(tables, node);
  return keysOf(tables, part ?? node.expression, deep + 1);
}

/** What `groups.server` is, where `groups` is an object of this file: groups of variables by what they are for. */
function partOf(
  tables: Tables,
  { expression, name }: ts.PropertyAccessExpression,
): ts.Expression | undefined {
  const t = typescript();
  if (!t.isIdentifier(expression)) return undefined;
  const origin = tables.survey.scopeAt(expression).find(expression.text)?.origin;
  const object = origin?.from === "value" ? origin.init : undefined;
  return object && t.isObjectLiteralExpression(object) ? propertyOf(object, name.text) : undefined;
}

/** Options of refinements, no variables. */
const REPORTING = new Set(["message", "path", "error", "params"]);

function spreadKeys(tables: Tables, node: ts.ObjectLiteralElementLike, deep: number): string[] {
  return typescript().isSpreadAssignment(node) ? keysOf(tables, node.expression, deep + 1) : [];
}

function propertyOf(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const t = typescript();
  const found = node.properties.find(
    (each) => each.name && t.isIdentifier(each.name) && each.name.text === name,
  );
  return found && t.isPropertyAssignment(found) ? found.initializer : undefined;
}

const LIBRARIES = [
  "zod",
  "valibot",
  "arktype",
  "joi",
  "yup",
  "superstruct",
  "@effect/schema",
  "effect",
  "envalid",
];

function libraryOf(tables: Tables, schema: ts.Node, callee: ts.Node): string {
  const text = [...LIBRARIES].find((library) =>
    tables.survey.modules.some((each) => packageIs(each.specifier, library)),
  );
  return (
    text ??
    (tables.survey.textOf(callee).startsWith("z.") || tables.survey.textOf(schema).startsWith("z.")
      ? "zod"
      : "other")
  );
}

const packageIs = (specifier: string, name: string): boolean =>
  specifier.toLowerCase() === name || specifier.toLowerCase().startsWith(`${name}/`);

const spanOf = (tables: Tables, node: ts.Node): { start: number; end: number } => ({
  start: startOf(node, tables.survey.file),
  end: node.end,
});
