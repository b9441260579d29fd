import type ts from "typescript";
import { isEnvironment, readEnvironmentAccess } from "./environment-access.ts";
import { readValue } from "./expression.ts";
import type { EnvironmentFact } from "./facts.ts";
import { functionAround, startOf } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";

/** Every read of an environment variable, with how far the code makes sure that it is there. */
export function readEnvironment(tables: Tables): EnvironmentFact[] {
  const reads: EnvironmentFact[] = [];
  const failing = lazily(() => findFailing(tables));
  for (const access of tables.survey.accesses) {
    const read = readAccess(tables, access, failing);
    if (read) reads.push(read);
  }
  for (const pattern of tables.survey.patterns) reads.push(...readPattern(tables, pattern, failing));
  for (const call of tables.survey.calls) {
    const read = readDenoCall(tables, call);
    if (read) reads.push(read);
  }
  for (const { name, at } of tables.survey.variables) {
    const variable = { is: "environment", name, at } as const;
    reads.push({ span: { start: at, end: at + name.length }, variable, asserted: false, checked: false });
  }
  return reads.sort((a, b) => a.span.start - b.span.start);
}

function readAccess(
  tables: Tables,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  failing: () => ReadonlySet<string>,
): EnvironmentFact | undefined {
  const t = typescript();
  const span = { start: startOf(node, tables.survey.file), end: node.end };
  const variable = readEnvironmentAccess(tables, node);
  if (variable) {
    if (isAssigned(node)) return undefined;
    return { span, variable, asserted: isAsserted(node), checked: isChecked(tables, node, failing) };
  }
  if (!t.isElementAccessExpression(node) || !isEnvironment(tables, node.expression)) return undefined;
  const named = readValue(tables, node.argumentExpression);
  const checked = fails(tables, functionAround(t, node) ?? tables.survey.file);
  return named ? { span, variable: named, asserted: isAsserted(node), checked } : undefined;
}

/** `process.env.X = "y"` is no read. */
function isAssigned(node: ts.Node): boolean {
  const t = typescript();
  const { parent } = node;
  if (t.isDeleteExpression(parent)) return true;
  return (
    t.isBinaryExpression(parent) &&
    parent.left === node &&
    parent.operatorToken.kind === t.SyntaxKind.EqualsToken
  );
}

/** `process.env.X!`, `process.env.X as string`, or handed on as it is. */
function isAsserted(node: ts.Node): boolean {
  const t = typescript();
  const { parent } = node;
  if (t.isNonNullExpression(parent)) return true;
  if (t.isAsExpression(parent)) return parent.type.kind === t.SyntaxKind.StringKeyword;
  return (
    (t.isCallExpression(parent) || t.isNewExpression(parent)) &&
    parent.expression !== node &&
    !isAssertion(parent, node)
  );
}

/** A function that checks by its name, or that is told the variable's: `required(process.env.X, "X")` wants it for an error. */
function isAssertion(call: ts.CallExpression | ts.NewExpression, read: ts.Node): boolean {
  const t = typescript();
  if (t.isIdentifier(call.expression) && /^(assert|invariant|ensure|Boolean)/.test(call.expression.text))
    return true;
  const name = nameRead(read);
  return call.arguments?.some((each) => t.isStringLiteralLike(each) && each.text === name) ?? false;
}

/** `X` of `process.env.X` and `process.env["X"]`. */
function nameRead(read: ts.Node): string | undefined {
  const t = typescript();
  if (t.isPropertyAccessExpression(read)) return read.name.text;
  if (!t.isElementAccessExpression(read)) return undefined;
  return t.isStringLiteralLike(read.argumentExpression) ? read.argumentExpression.text : undefined;
}

/** `const { A, B: b } = process.env`. */
function readPattern(
  tables: Tables,
  node: ts.VariableDeclaration,
  failing: () => ReadonlySet<string>,
): EnvironmentFact[] {
  const t = typescript();
  if (!t.isObjectBindingPattern(node.name) || !node.initializer || !isEnvironment(tables, node.initializer))
    return [];
  return node.name.elements.flatMap((element) => {
    const key = element.propertyName ?? element.name;
    if (element.dotDotDotToken || !t.isIdentifier(key)) return [];
    const at = startOf(key, tables.survey.file);
    const local = t.isIdentifier(element.name) ? element.name.text : "";
    const variable = { is: "environment", name: key.text, at } as const;
    return [{ span: { start: at, end: key.end }, variable, asserted: false, checked: failing().has(local) }];
  });
}

/** `Deno.env.get("X")`. */
function readDenoCall(tables: Tables, node: ts.CallExpression): EnvironmentFact | undefined {
  const t = typescript();
  const name = node.arguments[0];
  if (!isDenoCall(node) || !name || !t.isStringLiteralLike(name)) return undefined;
  const start = startOf(name, tables.survey.file);
  const quote = tables.survey.file.text.charAt(start);
  const variable = { is: "environment", name: name.text, at: start + 1, quote } as const;
  const span = { start: startOf(node, tables.survey.file), end: node.end };
  return { span, variable, asserted: isAsserted(node), checked: false };
}

export function isDenoCall(node: ts.CallExpression): boolean {
  const t = typescript();
  const { expression } = node;
  if (!t.isPropertyAccessExpression(expression) || expression.name.text !== "get") return false;
  const of = expression.expression;
  return (
    t.isPropertyAccessExpression(of) &&
    of.name.text === "env" &&
    t.isIdentifier(of.expression) &&
    of.expression.text === "Deno"
  );
}

/** The read stands in a condition, or before `??`, whose other way out is an error. */
function isChecked(tables: Tables, node: ts.Node, failing: () => ReadonlySet<string>): boolean {
  const t = typescript();
  for (let child = node, at = node.parent; at; child = at, at = at.parent) {
    if (t.isIfStatement(at)) return child === at.expression && fails(tables, at.thenStatement);
    if (t.isVariableDeclaration(at)) return t.isIdentifier(at.name) && failing().has(at.name.text);
    if (t.isBinaryExpression(at) && at.left === child && fails(tables, at.right)) return true;
    if (t.isCallExpression(at)) return isAssertion(at, node);
    if (t.isStatement(at)) return false;
  }
  return false;
}

/** Variables whose absence throws: `if (!url) throw new Error(...)`. */
function findFailing(tables: Tables): Set<string> {
  const names = new Set<string>();
  for (const check of tables.survey.checks) {
    if (!fails(tables, check.thenStatement)) continue;
    for (const name of tables.survey.textOf(check.expression).match(/[\w$]+/g) ?? []) names.add(name);
  }
  return names;
}

const fails = (tables: Tables, node: ts.Node): boolean =>
  /\bthrow\b|process\.exit|\bfail\w*\(|\braise\w*\(|invariant\(/.test(tables.survey.textOf(node));

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
