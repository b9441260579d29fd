import type { Expr } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import type { ResolvedType } from "../catalog.ts";
import { operatorSpan, reportMismatch } from "./problem.ts";
import type { Ground } from "./scope.ts";
import { BOOL, comparable, familyOf, LITERAL, nameOfType, TEXT, wider } from "./types.ts";

type Operator = Extract<Expr, { kind: "operator" }>;
type Typed = readonly [Expr, ResolvedType | undefined];

const COMPARISONS = new Set(["=", "<>", "!=", "<", ">", "<=", ">="]);
export const isComparison = (operator: string): boolean => COMPARISONS.has(operator);
const PATTERNS = new Set(["~~", "~~*", "!~~", "!~~*", "~", "~*", "!~", "!~*", "^@"]);
const PATHS = new Set(["->", "->>", "#>", "#>>"]);
const TESTS = new Set(["@>", "<@", "&&", "?", "?|", "?&", "@?", "@@"]);
const ARITHMETIC = new Set(["+", "-", "*", "/", "%"]);

/** The type an operator gives; reports where no such operator takes its operands. */
export function operatorType(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType | undefined {
  const { name } = expr;
  if (expr.quantifier) return quantified(ground, expr, left, right);
  if (COMPARISONS.has(name)) return compared(ground, expr, left, right);
  if (PATTERNS.has(name)) return matched(ground, expr, left, right);
  if (PATHS.has(name)) return followed(ground, expr, left);
  if (TESTS.has(name)) return tested(ground, expr, left, right);
  if (name === "||") return joined(left, right);
  if (ARITHMETIC.has(name)) return calculated(left, right);
  return undefined;
}

function compared(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType {
  if (expr.left && isRefused(left, right)) {
    const at = operatorSpan(ground, expr.name, expr.left.span, expr.span);
    checkComparison(ground, expr.name, [expr.left, left], [expr.right, right], at);
  }
  return BOOL;
}

/** `x = any (array)`; the array may be a string whose type the left side decides. */
function quantified(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType {
  if (!expr.left || !right?.array || !COMPARISONS.has(expr.name)) return BOOL;
  const element = { ...right, array: false };
  if (!comparable(left, element)) {
    const at = operatorSpan(ground, expr.name, expr.left.span, expr.span);
    reportMismatch(
      ground,
      expr.name,
      { type: left!, expr: expr.left },
      { type: element, expr: expr.right },
      at,
    );
  }
  return BOOL;
}

/** Reports where two values surely cannot be compared. */
export function checkComparison(
  ground: Ground,
  operator: string,
  [leftExpr, left]: Typed,
  [rightExpr, right]: Typed,
  at: Span,
): void {
  if (!isRefused(left, right)) return;
  reportMismatch(ground, operator, { type: left!, expr: leftExpr }, { type: right!, expr: rightExpr }, at);
}

const isRefused = (left: ResolvedType | undefined, right: ResolvedType | undefined): boolean =>
  left !== undefined && right !== undefined && !comparable(left, right);

function matched(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType {
  const wrong = [left, right].find((type) => type && isKnown(type) && familyOf(type) !== "string");
  if (wrong && expr.left) reportOperator(ground, expr, left, right);
  return BOOL;
}

function followed(ground: Ground, expr: Operator, left: ResolvedType | undefined): ResolvedType | undefined {
  const family = familyOf(left);
  if (left && isKnown(left) && family !== "json" && family !== "jsonb")
    reportOperator(ground, expr, left, LITERAL);
  return expr.name.endsWith(">>") ? TEXT : left;
}

function tested(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType {
  const arrays = left?.array && right?.array;
  if (arrays && !comparable(left, right)) reportOperator(ground, expr, left, right);
  return BOOL;
}

/** `text || anything` is text; two of a kind stay what they are. */
function joined(left: ResolvedType | undefined, right: ResolvedType | undefined): ResolvedType | undefined {
  const strings = [left, right].some((type) => familyOf(type) === "string" && !type?.array);
  if (strings) return left?.array || right?.array ? undefined : TEXT;
  // `'user:' || id`: a string without a type of its own beside a value that has no `||` is text.
  if ((left === LITERAL && isScalar(right)) || (right === LITERAL && isScalar(left))) return TEXT;
  return left === right && left !== LITERAL ? left : undefined;
}

const isScalar = (type: ResolvedType | undefined): boolean =>
  !type?.array && /^(uuid|number|bool|time|enum .*)$/.test(familyOf(type) ?? "");

function calculated(
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): ResolvedType | undefined {
  const families = [familyOf(left), familyOf(right)];
  if (families.every((family) => family === "number")) return wider(left!, right!);
  return undefined;
}

/** What AND, OR, NOT, WHERE and a policy take. */
export function checkCondition(
  ground: Ground,
  word: string,
  expr: Expr,
  type: ResolvedType | undefined,
): void {
  if (!type || !isKnown(type) || (familyOf(type) === "bool" && !type.array)) return;
  const message = `${word} takes a boolean, and this is ${nameOfType(type)}.`;
  reportMismatch(ground, word, { type, expr }, { type: BOOL }, expr.span, message);
}

/** COALESCE and its kin want one type. */
export function checkMember(
  ground: Ground,
  word: string,
  first: { readonly expr: Expr; readonly type: ResolvedType | undefined },
  other: { readonly expr: Expr; readonly type: ResolvedType | undefined },
): void {
  const [a, b] = [first.type, other.type];
  if (!a || !b || !isKnown(a) || !isKnown(b) || (familyOf(a) === familyOf(b) && a.array === b.array)) return;
  const message = `${word.toUpperCase()} cannot match ${nameOfType(a)} and ${nameOfType(b)}.`;
  reportMismatch(
    ground,
    word,
    { type: a, expr: first.expr },
    { type: b, expr: other.expr },
    other.expr.span,
    message,
  );
}

/** The type of CASE, COALESCE, ARRAY: the first that says something. */
export function commonType(types: readonly (ResolvedType | undefined)[]): ResolvedType | undefined {
  if (types.includes(undefined)) return undefined;
  const known = types.filter((type) => type !== LITERAL);
  if (known.length === 0) return types.length ? LITERAL : undefined;
  return known.reduce((a, b) => (familyOf(a) === "number" && familyOf(b) === "number" ? wider(a!, b!) : a));
}

function reportOperator(
  ground: Ground,
  expr: Operator,
  left: ResolvedType | undefined,
  right: ResolvedType | undefined,
): void {
  if (!left || !right) return;
  const at = expr.left ? operatorSpan(ground, expr.name, expr.left.span, expr.span) : expr.span;
  const leftSide = expr.left ? { type: left, expr: expr.left } : { type: left };
  reportMismatch(ground, expr.name, leftSide, { type: right, expr: expr.right }, at);
}

/** A type of which it is known what it can be used with. */
const isKnown = (type: ResolvedType): boolean => type !== LITERAL && familyOf(type) !== undefined;
