import type ts from "typescript";
import { readCallee } from "./call.ts";
import { classAround } from "./class.ts";
import { readValue } from "./expression.ts";
import type { CallFact, FunctionFact } from "./facts.ts";
import type { JsxNode } from "./survey.ts";
import { resolveName, type Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { EntryValue, Value } from "./value.ts";
import { CLIENT_PACKAGES, FOREIGN, isTelling, isUpper, TELLING } from "./vocabulary.ts";

/** Calls and elements that hand a name or a client to something of the project. */
export function readCalls(tables: Tables): CallFact[] {
  const { survey } = tables;
  return [
    ...survey.calls.map((node) => readGiving(tables, node, node.expression, node.arguments)),
    ...survey.news.map((node) => readGiving(tables, node, node.expression, node.arguments ?? [])),
    ...survey.elements.map((node) => readElement(tables, node)),
  ].filter((each) => each !== undefined);
}

/** Calls of a function's own parameters: `work(tx)`. Added to the functions once all are known. */
export function readGives(tables: Tables): void {
  const t = typescript();
  for (const call of tables.survey.calls) {
    if (!t.isIdentifier(call.expression)) continue;
    const declaration = tables.survey.scopeAt(call).find(call.expression.text);
    if (declaration?.origin.from !== "param" || declaration.steps.length) continue;
    const args = call.arguments.map((each) => readHanded(tables, each));
    if (!args.some((each) => each !== null)) continue;
    const { of, index } = declaration.origin;
    const at = tables.functionOf(of);
    tables.fill();
    const known: FunctionFact = tables.functions[at]!;
    tables.functions[at] = { ...known, gives: [...(known.gives ?? []), { param: index, args }] };
  }
}

function readGiving(
  tables: Tables,
  node: ts.CallExpression | ts.NewExpression,
  callee: ts.Expression,
  given: readonly ts.Expression[],
): CallFact | undefined {
  const t = typescript();
  if (!given.length || tables.siteOf.has(node) || tables.links.has(node)) return undefined;
  const name = calleeName(tables, node, callee);
  if (name === undefined) return undefined;
  const args = given.map((each) => readHanded(tables, each));
  if (!args.some((each) => each !== null)) return undefined;
  const value = t.isCallExpression(node) ? readCallee(tables, node) : readValue(tables, callee);
  return value ? { name, callee: value, args } : undefined;
}

/** The name the callee goes by in its own file; undefined where it cannot be part of the project. */
function calleeName(tables: Tables, node: ts.Node, callee: ts.Expression): string | undefined {
  const t = typescript();
  if (callee.kind === t.SyntaxKind.SuperKeyword) return superName(tables, node);
  if (t.isIdentifier(callee)) return nameOfIdentifier(tables, callee);
  if (!t.isPropertyAccessExpression(callee)) return undefined;
  return isObjectOfProject(tables, callee.expression) ? callee.name.text : undefined;
}

/** `this`, `this.tasks`, an import, or a variable that holds a `new` object. */
function isObjectOfProject(tables: Tables, root: ts.Expression): boolean {
  const t = typescript();
  if (root.kind === t.SyntaxKind.ThisKeyword) return true;
  if (t.isPropertyAccessExpression(root)) return root.expression.kind === t.SyntaxKind.ThisKeyword;
  if (!t.isIdentifier(root) || nameOfIdentifier(tables, root) === undefined) return false;
  const origin = tables.survey.scopeAt(root).find(root.text)?.origin;
  return (
    origin?.from === "import" || (origin?.from === "value" && !!origin.init && t.isNewExpression(origin.init))
  );
}

function superName(tables: Tables, node: ts.Node): string | undefined {
  const t = typescript();
  const base = classAround(node)?.heritageClauses?.find((each) => each.token === t.SyntaxKind.ExtendsKeyword)
    ?.types[0];
  return base && t.isIdentifier(base.expression) ? nameOfIdentifier(tables, base.expression) : undefined;
}

function nameOfIdentifier(tables: Tables, name: ts.Identifier): string | undefined {
  const declaration = tables.survey.scopeAt(name).find(name.text);
  if (!declaration || declaration.origin.from === "nothing") return undefined;
  if (declaration.origin.from !== "import") return name.text;
  const { specifier } = tables.survey.modules[declaration.origin.module]!;
  if (FOREIGN.test(specifier) || CLIENT_PACKAGES.test(specifier)) return undefined;
  const imported = declaration.origin.name;
  return imported === "default" || imported === "*" ? defaultName(specifier) : imported;
}

/** What a default export is called by those who look for its callers: its file's own name. */
export function defaultName(path: string): string {
  const parts = path.replace(/\.\w+$/, "").split("/");
  const last = parts.pop() ?? "";
  return `default ${last === "index" ? (parts.pop() ?? "") : last}`;
}

/** An argument that may be a name or a client; null for all else. */
function readHanded(tables: Tables, node: ts.Expression, deep = 0): Value {
  const t = typescript();
  if (deep > 2) return null;
  if (
    t.isAsExpression(node) ||
    t.isParenthesizedExpression(node) ||
    t.isNonNullExpression(node) ||
    t.isAwaitExpression(node)
  )
    return readHanded(tables, node.expression, deep);
  if (t.isStringLiteralLike(node)) return isName(node.text) ? readValue(tables, node) : null;
  if (t.isTemplateExpression(node))
    return isName(node.head.text.trim() || "x") ? readValue(tables, node) : null;
  if (t.isIdentifier(node)) return isTelling(node.text) ? resolveName(tables, node) : null;
  if (t.isPropertyAccessExpression(node))
    return isTelling(node.name.text) || isUpper(rootOf(node)) ? readValue(tables, node) : null;
  if (t.isCallExpression(node))
    return t.isIdentifier(node.expression) && TELLING.test(node.expression.text)
      ? readValue(tables, node)
      : null;
  if (t.isNewExpression(node))
    return t.isIdentifier(node.expression) && TELLING.test(node.expression.text)
      ? readValue(tables, node)
      : null;
  if (t.isArrayLiteralExpression(node)) return readHandedArray(tables, node, deep);
  return t.isObjectLiteralExpression(node) ? readHandedObject(tables, node, deep) : null;
}

const isName = (text: string): boolean => /^[A-Za-z_][\w.:$=,-]{0,62}$/.test(text);
function rootOf(node: ts.Expression): string {
  const t = typescript();
  let at = node;
  while (t.isPropertyAccessExpression(at)) at = at.expression;
  return t.isIdentifier(at) ? at.text : "";
}

function readHandedArray(tables: Tables, node: ts.ArrayLiteralExpression, deep: number): Value {
  const items = node.elements.slice(0, 50).map((each) => readHanded(tables, each, deep + 1));
  return items.some((each) => each !== null) ? { is: "array", items } : null;
}

function readHandedObject(tables: Tables, node: ts.ObjectLiteralExpression, deep: number): Value {
  const t = typescript();
  const entries: EntryValue[] = [];
  for (const property of node.properties) {
    const { name } = property;
    if (!name || !t.isIdentifier(name)) continue;
    const given = t.isPropertyAssignment(property)
      ? property.initializer
      : t.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    const value = given ? readHanded(tables, given, deep + 1) : null;
    if (value) entries.push({ name: name.text, value });
  }
  return objectOf(entries);
}

/** Attributes of markup: none of them names a table. */
const MARKUP =
  /^(className|class|style|key|ref|href|src|alt|placeholder|title|label|children|id|htmlFor|variant|size|role|d|fill|stroke|width|height|color|align|side|type|method|data-.*|aria-.*)$/;

/** `<RealtimeList table="tasks" />` calls a component with its properties. */
function readElement(tables: Tables, node: JsxNode): CallFact | undefined {
  const t = typescript();
  if (!t.isIdentifier(node.tagName) || !/^[A-Z]/.test(node.tagName.text)) return undefined;
  const entries: EntryValue[] = [];
  for (const attribute of node.attributes.properties) {
    if (!t.isJsxAttribute(attribute) || !t.isIdentifier(attribute.name) || MARKUP.test(attribute.name.text))
      continue;
    const value = readAttribute(tables, attribute);
    if (value) entries.push({ name: attribute.name.text, value });
  }
  if (!entries.length) return undefined;
  const name = nameOfIdentifier(tables, node.tagName);
  return name === undefined
    ? undefined
    : { name, callee: resolveName(tables, node.tagName), args: [objectOf(entries)] };
}

function readAttribute(tables: Tables, attribute: ts.JsxAttribute): Value {
  const t = typescript();
  const { initializer } = attribute;
  if (!initializer) return null;
  if (t.isStringLiteral(initializer)) return readHanded(tables, initializer);
  return t.isJsxExpression(initializer) && initializer.expression
    ? readHanded(tables, initializer.expression)
    : null;
}

const objectOf = (entries: readonly EntryValue[]): Value =>
  entries.length ? { is: "object", entries } : null;
