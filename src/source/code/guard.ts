import type ts from "typescript";
import { literal } from "../../text/pattern.ts";
import { nameOf } from "./function.ts";
import type { Survey } from "./survey.ts";
import { typescript } from "./typescript.ts";
import { MEMOISING } from "./vocabulary.ts";

/**
 * True where a construction runs once per process: behind `globalThis.prisma ??`, `if (!client)`, an early return of
 * what is there already, a memoising call, or in a function that is only called in such places.
 */
export function isGuarded(survey: Survey, node: ts.Node, deep = 0): boolean {
  const t = typescript();
  for (let child = node, at = node.parent; at; child = at, at = at.parent) {
    if (t.isBinaryExpression(at) && guardsRight(survey, at, child)) return true;
    if (t.isConditionalExpression(at) && guardsArm(survey, at, child)) return true;
    if (t.isIfStatement(at) && child !== at.expression && guardsBranch(survey, at)) return true;
    if (t.isBlock(at) && returnsEarly(survey, at, child)) return true;
    if (isFunctionExpression(at) && isMemoised(survey, at)) return true;
    if (t.isFunctionLike(at)) return deep < 3 && isCalledGuarded(survey, at, deep);
  }
  return false;
}

/** `cached ?? new X()`: the left side is a variable or property that outlives the call, no parameter. */
function guardsRight(survey: Survey, node: ts.BinaryExpression, child: ts.Node): boolean {
  const K = typescript().SyntaxKind;
  if (node.right !== child) return false;
  const kind = node.operatorToken.kind;
  const falls =
    kind === K.QuestionQuestionToken ||
    kind === K.BarBarToken ||
    kind === K.QuestionQuestionEqualsToken ||
    kind === K.BarBarEqualsToken;
  return falls && isLasting(survey, node.left);
}

function isLasting(survey: Survey, node: ts.Expression): boolean {
  const t = typescript();
  if (t.isParenthesizedExpression(node) || t.isAsExpression(node) || t.isNonNullExpression(node))
    return isLasting(survey, node.expression);
  if (t.isPropertyAccessExpression(node) || t.isElementAccessExpression(node))
    return isLasting(survey, node.expression);
  if (node.kind === t.SyntaxKind.ThisKeyword) return true;
  return t.isIdentifier(node) && survey.scopeAt(node).find(node.text)?.origin.from !== "param";
}

/** `cached ? cached : new X()`. */
function guardsArm(survey: Survey, node: ts.ConditionalExpression, child: ts.Node): boolean {
  const other = child === node.whenTrue ? node.whenFalse : node.whenTrue;
  return child !== node.condition && testedIn(survey, node.condition).includes(survey.textOf(other));
}

/** `if (!global.prisma) global.prisma = ...`, and the production branch beside a development branch that is guarded. */
function guardsBranch(survey: Survey, node: ts.IfStatement): boolean {
  const text = survey.textOf(node);
  const keeps = testedIn(survey, node.expression).some((name) => assigns(text, name));
  return (
    keeps || (text.includes("NODE_ENV") && /\bglobal(This)?\b/.test(text) && node.elseStatement !== undefined)
  );
}

const assigns = (text: string, name: string): boolean =>
  new RegExp(`${literal(name)}\\s*(\\?\\?|\\|\\|)?=[^=]`).test(text);

/** `if (client) return client;` before it in the same block. */
function returnsEarly(survey: Survey, block: ts.Block, child: ts.Node): boolean {
  const t = typescript();
  for (const statement of block.statements) {
    if (statement === child) return false;
    if (!t.isIfStatement(statement)) continue;
    const given = /\breturn\s+([^;\s}]+)/.exec(survey.textOf(statement.thenStatement))?.[1];
    if (given !== undefined && testedIn(survey, statement.expression).includes(given)) return true;
  }
  return false;
}

/**
 * What a condition tests the presence of, as text: `x`, `!x`, `x === undefined`, `typeof x === "undefined"`,
 * `"x" in global`. Only what outlives the call counts.
 */
function testedIn(survey: Survey, node: ts.Expression): string[] {
  const t = typescript();
  const K = t.SyntaxKind;
  if (t.isParenthesizedExpression(node) || t.isTypeOfExpression(node))
    return testedIn(survey, node.expression);
  if (t.isPrefixUnaryExpression(node)) return testedIn(survey, node.operand);
  if (t.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === K.AmpersandAmpersandToken || kind === K.BarBarToken)
      return [...testedIn(survey, node.left), ...testedIn(survey, node.right)];
    if (kind === K.InKeyword && t.isStringLiteral(node.left) && isLasting(survey, node.right))
      return [`${survey.textOf(node.right)}.${node.left.text}`];
    const against = node.right.kind;
    const compares =
      against === K.NullKeyword || against === K.StringLiteral || survey.textOf(node.right) === "undefined";
    return compares ? testedIn(survey, node.left) : [];
  }
  return isLasting(survey, node) ? [survey.textOf(node)] : [];
}

function isFunctionExpression(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression {
  const t = typescript();
  return t.isArrowFunction(node) || t.isFunctionExpression(node);
}

function isMemoised(survey: Survey, node: ts.Node): boolean {
  const t = typescript();
  const call = node.parent;
  if (!call || !t.isCallExpression(call)) return false;
  const callee = t.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  return MEMOISING.test(survey.textOf(callee));
}

function isCalledGuarded(survey: Survey, node: ts.Node, deep: number): boolean {
  const t = typescript();
  const name = nameOf(node);
  if (name === undefined) return false;
  const calls = survey.calls.filter(
    (call) => t.isIdentifier(call.expression) && call.expression.text === name,
  );
  return calls.length > 0 && calls.every((call) => isGuarded(survey, call, deep + 1));
}
