import type ts from "typescript";
import { readRequired } from "./modules.ts";
import type { FunctionNode, Origin, Scope, Steps } from "./scope.ts";
import { type Survey, startOf, type TypeNode } from "./survey.ts";
import { typescript } from "./typescript.ts";

export function declareNamed(
  survey: Survey,
  node: ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration,
  scope: Scope,
  origin: Origin,
): void {
  if (node.name) scope.declare({ name: node.name.text, origin, steps: [], assigned: [] });
  exportNamed(survey, node, node.name?.text);
}

/** `export function f`, `export default class`. */
function exportNamed(survey: Survey, node: ts.Statement, name: string | undefined): void {
  const t = typescript();
  if (node.parent !== survey.file || !t.canHaveModifiers(node)) return;
  const marks = t.getModifiers(node)?.map((mark) => mark.kind);
  if (!marks?.includes(t.SyntaxKind.ExportKeyword)) return;
  if (marks.includes(t.SyntaxKind.DefaultKeyword)) survey.exported.push({ name: "default", what: node });
  else if (name !== undefined) survey.exported.push({ name, what: name });
}

export function declareVariable(survey: Survey, node: ts.VariableDeclaration, scope: Scope): void {
  const t = typescript();
  if (readRequired(survey, node, scope)) return;
  const list = node.parent;
  const loop = list.parent;
  let origin: Origin = node.initializer ? { from: "value", init: node.initializer } : { from: "value" };
  if (t.isCatchClause(list)) origin = { from: "nothing" };
  else if (loop && t.isForOfStatement(loop)) origin = { from: "each", of: loop.expression, loop };
  else if (loop && t.isForInStatement(loop)) origin = { from: "nothing" };
  const isBlockScoped = (list.flags & t.NodeFlags.BlockScoped) !== 0;
  const home = isBlockScoped || t.isCatchClause(list) ? scope : scope.functionScope;
  declarePattern(node.name, origin, [], node.type, home, survey.file);
  if (node.initializer && t.isObjectBindingPattern(node.name)) survey.patterns.push(node);
  if (loop && t.isVariableStatement(loop)) exportVariable(survey, loop, node.name);
}

function exportVariable(survey: Survey, statement: ts.VariableStatement, name: ts.BindingName): void {
  const t = typescript();
  if (statement.parent !== survey.file) return;
  if (!statement.modifiers?.some((mark) => mark.kind === t.SyntaxKind.ExportKeyword)) return;
  for (const each of namesIn(name)) survey.exported.push({ name: each, what: each });
}

function namesIn(name: ts.BindingName): string[] {
  const t = typescript();
  if (t.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) => (t.isBindingElement(each) ? namesIn(each.name) : []));
}

function declarePattern(
  name: ts.BindingName,
  origin: Origin,
  steps: Steps,
  type: ts.TypeNode | undefined,
  scope: Scope,
  file: ts.SourceFile,
  fallback?: ts.Expression,
): void {
  const t = typescript();
  if (t.isIdentifier(name)) {
    scope.declare({ name: name.text, origin, steps, assigned: [], type, fallback });
    return;
  }
  name.elements.forEach((element, index) => {
    if (!t.isBindingElement(element)) return;
    const step = stepOf(name, element, index, file);
    if (step === undefined) declarePattern(element.name, { from: "nothing" }, [], undefined, scope, file);
    else declarePattern(element.name, origin, [...steps, step], type, scope, file, element.initializer);
  });
}

function stepOf(
  pattern: ts.BindingPattern,
  element: ts.BindingElement,
  index: number,
  file: ts.SourceFile,
): Steps[number] | undefined {
  const t = typescript();
  if (element.dotDotDotToken) return undefined;
  if (t.isArrayBindingPattern(pattern)) return index;
  const key = element.propertyName ?? element.name;
  if (t.isIdentifier(key)) return { name: key.text, at: startOf(key, file) };
  return t.isStringLiteral(key) ? { name: key.text, at: startOf(key, file) + 1 } : undefined;
}

export function declareParams(survey: Survey, node: FunctionNode, scope: Scope): void {
  const t = typescript();
  node.parameters.forEach((param, index) => {
    const rest = param.dotDotDotToken !== undefined;
    declarePattern(param.name, { from: "param", of: node, index, rest }, [], param.type, scope, survey.file);
  });
  if (t.isFunctionExpression(node) && node.name)
    scope.declare({ name: node.name.text, origin: { from: "nothing" }, steps: [], assigned: [] });
}

export function declareType(survey: Survey, node: TypeNode): void {
  const known = survey.types.get(node.name.text);
  if (known) known.push(node);
  else survey.types.set(node.name.text, [node]);
  exportNamed(survey, node, node.name.text);
}
