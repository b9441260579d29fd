import type ts from "typescript";
import type { ImportedFact, MadeFact } from "./facts.ts";
import { nameOf } from "./function.ts";
import { isGuarded } from "./guard.ts";
import { functionAround, type Survey, startOf } from "./survey.ts";
import { typescript } from "./typescript.ts";

/** What surrounds a construction: its variable, the name it leaves the file under, and whether it is made once. */
export function readMade(survey: Survey, node: ts.Node): MadeFact {
  const around = functionAround(typescript(), node);
  const kept = findKept(survey, node, around);
  const imported = findImport(survey, node);
  return {
    guarded: isGuarded(survey, node),
    insideFunction: around !== undefined,
    ...kept,
    ...(imported && { imported }),
  };
}

function findImport(survey: Survey, node: ts.Node): ImportedFact | undefined {
  const t = typescript();
  if (!t.isNewExpression(node) && !t.isCallExpression(node)) return undefined;
  const { expression } = node;
  const origin = t.isIdentifier(expression) ? survey.scopeAt(node).find(expression.text)?.origin : undefined;
  if (origin?.from !== "import") return undefined;
  const { start, quote } = survey.modules[origin.module]!;
  const statement = survey.file.statements.find((each) => startOf(each, survey.file) === start);
  const clause = statement && t.isImportDeclaration(statement) ? statement.importClause : undefined;
  const named = clause?.namedBindings;
  if (!statement || !named || clause.name || !t.isNamedImports(named)) return undefined;
  if (/\/[/*]/.test(survey.textOf(named))) return undefined;
  const names = named.elements.map((each) => survey.textOf(each));
  return { span: { start, end: statement.end }, names, quote };
}

type Kept = Pick<MadeFact, "variable" | "exportedAs" | "declaration">;

/** The variable that keeps it: its own, or the one that keeps what the function around it gives. */
function findKept(survey: Survey, node: ts.Node, around: ts.Node | undefined, deep = 0): Kept {
  const t = typescript();
  const declared = findDeclaration(node);
  const variable = declared && t.isIdentifier(declared.name) ? declared.name.text : assignedTo(node);
  const isFinal = variable !== undefined && survey.scopeAt(node).find(variable)?.assigned.length === 0;
  const statement = isFinal ? declared?.parent.parent : undefined;
  const own: Kept = {
    ...(variable !== undefined && { variable }),
    ...(statement && { declaration: { start: startOf(statement, survey.file), end: statement.end } }),
  };
  if (!around) return withExport(own, exportOf(survey, variable) ?? defaultExport(survey, node));
  if (!isReturned(survey, around, node, variable)) return own;
  const name = nameOf(around);
  const exportedAs = exportOf(survey, name);
  if (exportedAs !== undefined || deep > 2) return withExport(own, exportedAs);
  const call = survey.calls.find((each) => t.isIdentifier(each.expression) && each.expression.text === name);
  return call ? findKept(survey, call, functionAround(t, call), deep + 1) : own;
}

const withExport = (kept: Kept, exportedAs: string | undefined): Kept =>
  exportedAs === undefined ? kept : { ...kept, exportedAs };

/** It, or the variable that holds it, is what the function gives; an object that has it among others is not. */
function isReturned(survey: Survey, around: ts.Node, node: ts.Node, variable: string | undefined): boolean {
  return (survey.returns.get(around) ?? []).some((value) => {
    for (let at = node; at; at = at.parent) {
      if (at === value) return true;
      if (!isTransparent(at.parent)) break;
    }
    return variable !== undefined && survey.textOf(value).replace(/^await\s+/, "") === variable;
  });
}

/** The declaration whose initial value the node is, alone or as one arm. */
function findDeclaration(node: ts.Node): ts.VariableDeclaration | undefined {
  const t = typescript();
  for (let at = node.parent; at; at = at.parent) {
    if (t.isVariableDeclaration(at)) return t.isVariableDeclarationList(at.parent) ? at : undefined;
    if (!isTransparent(at)) return undefined;
  }
  return undefined;
}

function isTransparent(node: ts.Node): boolean {
  const t = typescript();
  if (t.isCallExpression(node))
    return t.isPropertyAccessExpression(node.expression) && node.expression.name.text.startsWith("$");
  return (
    t.isParenthesizedExpression(node) ||
    t.isBinaryExpression(node) ||
    t.isConditionalExpression(node) ||
    t.isAsExpression(node) ||
    t.isSatisfiesExpression(node) ||
    t.isNonNullExpression(node) ||
    t.isAwaitExpression(node) ||
    t.isPropertyAccessExpression(node)
  );
}

/** `prisma = new PrismaClient()`, `globalThis.prisma = ...`. */
function assignedTo(node: ts.Node): string | undefined {
  const t = typescript();
  for (let at = node.parent; at && isTransparent(at); at = at.parent) {
    if (!t.isBinaryExpression(at) || at.operatorToken.kind !== t.SyntaxKind.EqualsToken) continue;
    if (t.isIdentifier(at.left)) return at.left.text;
  }
  return undefined;
}

function exportOf(survey: Survey, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const t = typescript();
  const isIt = (what: unknown): boolean =>
    what === name ||
    (typeof what === "object" &&
      what !== null &&
      "kind" in what &&
      t.isIdentifier(what as ts.Node) &&
      (what as ts.Identifier).text === name);
  const found = survey.exported.filter((each) => isIt(each.what));
  return (found.find((each) => each.name !== "default") ?? found[0])?.name;
}

/** `export default new PrismaClient()`. */
function defaultExport(survey: Survey, node: ts.Node): string | undefined {
  for (let at: ts.Node | undefined = node; at; at = at.parent)
    if (survey.exported.some((each) => each.what === at)) return "default";
  return undefined;
}
