import type ts from "typescript";
import type { MadeFact } from "./facts.ts";
import { nameOf } from "./function.ts";
import { isGuarded } from "./guard.ts";
import { functionAround, type Survey, startOf } from "./survey.ts";
import { typescript } from "./typescript.ts";

/** What surrounds a construction: its variable, the name it leaves the file under, and whether it is made once. */
export function readMade(survey: Survey, node: ts.Node): MadeFact {
  const t = typescript();
  const around = functionAround(t, node);
  const declared = findDeclaration(node);
  const variable = declared && t.isIdentifier(declared.name) ? declared.name.text : assignedTo(node);
  const exportedAs =
    exportOf(survey, variable) ?? (around ? exportOf(survey, nameOf(around)) : defaultExport(survey, node));
  const statement = declared?.parent.parent;
  return {
    guarded: isGuarded(survey, node),
    insideFunction: around !== undefined,
    ...(variable !== undefined && { variable }),
    ...(exportedAs !== undefined && { exportedAs }),
    ...(statement && { declaration: { start: startOf(statement, survey.file), end: statement.end } }),
  };
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
  if (t.isCallExpression(node)) return t.isPropertyAccessExpression(node.expression);
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
