import type ts from "typescript";
import { readValue } from "./expression.ts";
import type { CodeFacts } from "./facts.ts";
import { isNothing } from "./function.ts";
import type { Declaration } from "./scope.ts";
import { type Tables, valueOfDeclaration } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { Value } from "./value.ts";

/**
 * What leaves the file, by name: ES modules, and `module.exports` under "=". Comes after the sites: a function that
 * none of them depends on and that gives nothing telling is left out.
 */
export function readExports(tables: Tables): Pick<CodeFacts, "exports" | "stars"> {
  const { survey } = tables;
  const exports: Record<string, Value> = Object.create(null);
  for (const { name, what } of survey.exported) {
    const value = exportedValue(tables, what);
    if (value) exports[name] = value;
  }
  for (const assignment of survey.assignments) readCommon(tables, assignment, exports);
  return { exports, stars: survey.stars };
}

function isPlainFunction(tables: Tables, declaration: Declaration): boolean {
  const { origin, steps } = declaration;
  if (steps.length || declaration.assigned.length || declaration.type) return false;
  const node = origin.from === "function" ? origin.node : origin.from === "value" ? origin.init : undefined;
  return node !== undefined && isPlain(tables, node);
}

function isPlain(tables: Tables, node: ts.Node): boolean {
  const t = typescript();
  if (!t.isFunctionDeclaration(node) && !t.isArrowFunction(node) && !t.isFunctionExpression(node))
    return false;
  if (tables.has(node) || readType(tables, node.type)) return false;
  return (tables.survey.returns.get(node) ?? []).every((each) => isNothing(readValue(tables, each)));
}

function exportedValue(tables: Tables, what: ts.Node | string | { module: number; name: string }): Value {
  const t = typescript();
  if (typeof what === "string") {
    const declaration = tables.survey.root.find(what);
    if (declaration && isPlainFunction(tables, declaration)) return null;
    return declaration ? valueOfDeclaration(tables, declaration) : typeValue(tables, what);
  }
  if ("module" in what) return { is: "import", module: what.module, name: what.name };
  if (isPlain(tables, what)) return null;
  if (t.isFunctionDeclaration(what)) return { is: "function", function: tables.functionOf(what) };
  if (t.isClassDeclaration(what)) return { is: "class", class: tables.classOf(what) };
  return t.isInterfaceDeclaration(what)
    ? typeValue(tables, what.name.text)
    : readValue(tables, what as ts.Expression);
}

/** An exported type stands for a value of that type. */
function typeValue(tables: Tables, name: string): Value {
  const type = tables.declaredType(name);
  return type === undefined ? null : { is: "typed", of: null, type: { is: "declared", type } };
}

/** `module.exports = x`, `module.exports.a = x`, `exports.a = x`. */
function readCommon(
  tables: Tables,
  { left, right }: ts.BinaryExpression,
  exports: Record<string, Value>,
): void {
  const t = typescript();
  if (!t.isPropertyAccessExpression(left)) return;
  const isModule = (node: ts.Expression): boolean =>
    t.isPropertyAccessExpression(node) &&
    node.name.text === "exports" &&
    t.isIdentifier(node.expression) &&
    node.expression.text === "module";
  if (isModule(left)) exports["="] = readValue(tables, right);
  else if (
    isModule(left.expression) ||
    (t.isIdentifier(left.expression) && left.expression.text === "exports")
  )
    exports[left.name.text] = readValue(tables, right);
}
