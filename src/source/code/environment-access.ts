import type ts from "typescript";
import { startOf } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { Value } from "./value.ts";

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** `process.env.X`, `process.env["X"]`, `import.meta.env.X`, and the same through `const env = process.env`. */
export function readEnvironmentAccess(
  tables: Tables,
  node: Access,
): (Value & { is: "environment" }) | undefined {
  const t = typescript();
  const named = t.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  if (t.isPropertyAccessExpression(node) ? !t.isIdentifier(named) : !t.isStringLiteralLike(named))
    return undefined;
  if (!isEnvironment(tables, node.expression)) return undefined;
  const { text } = named as ts.Identifier | ts.StringLiteral;
  const start = startOf(named, tables.survey.file);
  if (t.isIdentifier(named)) return { is: "environment", name: text, at: start };
  return { is: "environment", name: text, at: start + 1, quote: tables.survey.file.text.charAt(start) };
}

/** `process.env`, `import.meta.env`, `Bun.env`, and constants that hold one. */
export function isEnvironment(tables: Tables, node: ts.Expression, deep = 0): boolean {
  const t = typescript();
  if (t.isParenthesizedExpression(node) || t.isAsExpression(node) || t.isNonNullExpression(node))
    return isEnvironment(tables, node.expression, deep);
  if (t.isPropertyAccessExpression(node)) {
    if (node.name.text !== "env") return false;
    const of = node.expression;
    if (t.isMetaProperty(of)) return true;
    if (t.isPropertyAccessExpression(of)) return of.name.text === "process";
    return t.isIdentifier(of) && (of.text === "process" || of.text === "Bun");
  }
  if (!t.isIdentifier(node) || deep > 2) return false;
  const declaration = tables.survey.scopeAt(node).find(node.text);
  if (declaration?.origin.from === "import") return isProcessImport(tables, declaration.origin);
  if (declaration?.origin.from !== "value" || declaration.assigned.length) return false;
  const { steps, origin } = declaration;
  if (!origin.init) return false;
  if (steps.length === 1 && typeof steps[0] === "object" && steps[0].name === "env")
    return t.isIdentifier(origin.init) && origin.init.text === "process";
  return steps.length === 0 && isEnvironment(tables, origin.init, deep + 1);
}

/** `import { env } from "node:process"`, `import { env } from "$env/dynamic/private"`. */
const isProcessImport = (tables: Tables, { module, name }: { module: number; name: string }): boolean =>
  name === "env" && /^((node:)?process|\$env\/dynamic\/\w+)$/.test(tables.survey.modules[module]!.specifier);
