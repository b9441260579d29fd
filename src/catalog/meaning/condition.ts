import type { Expr } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import { readBooleanAggregate, readCount } from "./aggregate.ts";
import { inlineCondition } from "./call.ts";
import { nullOfAny, overChoices, same } from "./choices.ts";
import { readContains, readElements } from "./contained.ts";
import { and, FALSE, type Formula, is, isNull, not, or, type Term, TRUE, UNKNOWN } from "./formula.ts";
import { inOneRow, ofAllRows } from "./grouped.ts";
import { readJsonCall, readJsonOperator } from "./json.ts";
import { readLike } from "./like.ts";
import { readExists, readQuantified, readRowIn } from "./membership.ts";
import { opaqueTerm } from "./opaque.ts";
import { readMissing, readPlace } from "./position.ts";
import { type Choice, type Frame, type Reading, spanOf } from "./reader.ts";
import { blocksOf } from "./rows.ts";
import { readBoolean, readPair, readTerm } from "./term.ts";
import { booleanOf } from "./value.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** A condition as PostgreSQL means it where it stands. Past the bound everything is opaque: a condition nobody knows. */
export function readCondition(expr: Expr, frame: Frame, reading: Reading): Formula {
  if (--reading.left < 0) return opaque(expr, frame, reading);
  switch (expr.kind) {
    case "constant":
      return readConstant(expr, frame, reading);
    case "and":
    case "or": {
      const args = expr.args.map((arg) => readCondition(arg, frame, reading));
      return (expr.kind === "and" ? and : or)(args, spanOf(expr, frame));
    }
    case "not":
      return not(readCondition(expr.arg, frame, reading));
    case "test":
      return readTest(expr, frame, reading);
    case "distinct": {
      const equal = readNotDistinct(expr.left, expr.right, expr, frame, reading);
      return expr.negated ? equal : not(equal);
    }
    case "operator":
      return readOperator(expr, frame, reading);
    case "in": {
      const arms = expr.list.map((item) => compare("=", expr.left, item, expr, frame, reading));
      return expr.negated ? not(or(arms)) : or(arms, spanOf(expr, frame));
    }
    case "between": {
      const low = not(compare("<", expr.arg, expr.low, expr, frame, reading));
      const high = not(compare("<", expr.high, expr.arg, expr, frame, reading));
      return expr.negated ? not(and([low, high])) : and([low, high]);
    }
    case "coalesce":
      return expr.args.map((arg) => readCondition(arg, frame, reading)).reduceRight(coalesce, UNKNOWN);
    case "case":
      return readCase(expr, frame, reading);
    case "cast":
      return expr.type.name === "bool" && isCondition(expr.arg, frame)
        ? readCondition(expr.arg, frame, reading)
        : holds(expr, frame, reading);
    case "subquery":
      return readSubquery(expr, frame, reading);
    case "call":
      return (
        readTaken(expr, frame, reading) ??
        inlineCondition(expr, frame, reading) ??
        readJsonCall(expr, frame, reading) ??
        holds(expr, frame, reading)
      );
    default:
      return holds(expr, frame, reading);
  }
}

function readConstant(expr: Of<"constant">, frame: Frame, reading: Reading): Formula {
  if (expr.type === "null") return UNKNOWN;
  const value = booleanOf(expr.value);
  if (value === undefined) return opaque(expr, frame, reading);
  return value ? TRUE : FALSE;
}

/** The first unless it is NULL, else the other. */
const coalesce = (other: Formula, first: Formula): Formula =>
  first.kind === "truth" && first.value === null
    ? other
    : or([and([not(is(first, null)), first]), and([is(first, null), other])]);

/** A value that is a boolean, as a condition. */
function holds(expr: Expr, frame: Frame, reading: Reading): Formula {
  const formula = overChoices([readBoolean(expr, frame, reading)], ([term]) =>
    holdsTerm(term!, spanOf(expr, frame)),
  );
  return formula ?? opaque(expr, frame, reading);
}

export function holdsTerm(term: Term, at: Span | undefined): Formula {
  if (term.kind === "null") return UNKNOWN;
  if (term.kind === "constant") {
    const value = booleanOf(term.value);
    if (value !== undefined) return value ? TRUE : FALSE;
  }
  return { kind: "holds", term, ...(at ? { at } : {}) };
}

export function opaque(expr: Expr, frame: Frame, reading: Reading): Formula {
  return { kind: "holds", term: opaqueTerm(expr, frame, reading), ...(frame.top ? { at: expr.span } : {}) };
}

function readTest(expr: Of<"test">, frame: Frame, reading: Reading): Formula {
  if (expr.test !== "null") {
    const value = expr.test === "unknown" ? null : expr.test === "true";
    const formula = is(readCondition(expr.arg, frame, reading), value);
    return expr.negated ? not(formula) : formula;
  }
  if (expr.arg.kind === "row") {
    // Of a row, IS NULL and IS NOT NULL are both about every field.
    const nulls = expr.arg.args.map((arg) => nullOfAny(readTerm(arg, frame, reading)));
    return and(expr.negated ? nulls.map(not) : nulls);
  }
  const formula = isCondition(expr.arg, frame)
    ? is(readCondition(expr.arg, frame, reading), null)
    : (readMissing(expr.arg, frame, reading) ??
      nullOfAny(readTerm(expr.arg, frame, reading), spanOf(expr, frame)));
  return expr.negated ? not(formula) : formula;
}

/** IS NOT DISTINCT FROM: equal, or both NULL; rows in every field. */
function readNotDistinct(left: Expr, right: Expr, whole: Expr, frame: Frame, reading: Reading): Formula {
  if (left.kind === "row" && right.kind === "row" && left.args.length === right.args.length)
    return and(left.args.map((arg, i) => readNotDistinct(arg, right.args[i]!, whole, frame, reading)));
  const pair = readPair(left, right, frame, reading);
  return notDistinct(pair, spanOf(whole, frame)) ?? opaque(whole, frame, reading);
}

function notDistinct(pair: Pair, at: Span | undefined): Formula | undefined {
  const [left, right] = pair;
  const [a, b] = [nullOfAny(left), nullOfAny(right)];
  const equal = overChoices([left, right], ([x, y]) => compareTerms("=", x!, y!, at));
  return equal && or([and([a, b]), and([not(a), not(b), is(equal, true)])]);
}

type Pair = readonly [readonly Choice[], readonly Choice[]];

function compareTerms(operator: "=" | "<", left: Term, right: Term, at?: Span): Formula {
  if (left.kind === "null" || right.kind === "null") return UNKNOWN;
  if (left.kind === "constant" && right.kind === "constant") {
    const settled = compareConstants(operator, left, right);
    if (settled !== undefined) return settled ? TRUE : FALSE;
  }
  if (operator === "=") {
    const bool = [left, right].find((term) => term.kind === "constant" && term.sort === "bool");
    const other = bool === left ? right : left;
    if (bool?.kind === "constant")
      return bool.value === "t" ? holdsTerm(other, at) : not(holdsTerm(other, at));
  }
  if (left.key === right.key) return sameTerm(operator, left);
  return { kind: "compare", operator, left, right, ...(at ? { at } : {}) };
}

/** `a = a`: true wherever a is not NULL. */
const sameTerm = (operator: "=" | "<", term: Term): Formula =>
  or([and([isNull(term), UNKNOWN]), and([not(isNull(term)), operator === "=" ? TRUE : FALSE])]);

function compareConstants(
  operator: "=" | "<",
  left: Extract<Term, { kind: "constant" }>,
  right: Extract<Term, { kind: "constant" }>,
): boolean | undefined {
  if (left.sort !== right.sort || left.sort === "vague") return undefined;
  if (operator === "=") return left.value === right.value;
  return left.sort === "number" ? Number(left.value) < Number(right.value) : undefined;
}

/** Two expressions compared; booleans by their conditions, rows field by field. */
export function compare(
  operator: "=" | "<",
  left: Expr,
  right: Expr,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula {
  if (left.kind === "row" && right.kind === "row" && left.args.length === right.args.length)
    return compareRows(operator, left.args, right.args, whole, frame, reading);
  if (operator === "=" && (isCondition(left, frame) || isCondition(right, frame)))
    return same(readCondition(left, frame, reading), readCondition(right, frame, reading));
  const at = spanOf(whole, frame);
  const formula = overChoices(readPair(left, right, frame, reading), ([a, b]) =>
    compareTerms(operator, a!, b!, at),
  );
  return formula ?? opaque(whole, frame, reading);
}

/** Equal in every field; or before the other in the first field that differs. */
function compareRows(
  operator: "=" | "<",
  left: readonly Expr[],
  right: readonly Expr[],
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula {
  const field = (of: "=" | "<", i: number) => compare(of, left[i]!, right[i]!, whole, frame, reading);
  if (operator === "=") return and(left.map((_, i) => field("=", i)));
  return left.reduceRight<Formula>((rest, _, i) => or([field("<", i), and([field("=", i), rest])]), FALSE);
}

/** A part that has a structure of its own as a condition, rather than being a value that happens to be boolean. */
export function isCondition(expr: Expr, frame: Frame): boolean {
  switch (expr.kind) {
    case "and":
    case "or":
    case "not":
    case "test":
    case "distinct":
    case "in":
    case "between":
      return true;
    case "subquery":
      if (expr.form !== "scalar") return expr.form !== "array";
      return expr.query.targets.length === 1 && isCondition(expr.query.targets[0]!.expr, frame);
    case "operator":
    case "call":
    case "case":
    case "coalesce":
      return isBool(expr, frame);
    default:
      return false;
  }
}

function isBool(expr: Expr, frame: Frame): boolean {
  const type = frame.meaning.types.get(expr);
  return type?.name === "bool" && !type.array;
}

function readOperator(expr: Of<"operator">, frame: Frame, reading: Reading): Formula {
  const { name, left, right } = expr;
  if (!left) return holds(expr, frame, reading);
  if (expr.quantifier) return readContains(expr, frame, reading);
  const contents =
    readCount(expr, frame, reading) ??
    readPlace(expr, frame, reading) ??
    readElements(expr, frame, reading) ??
    readJsonOperator(expr, frame, reading);
  if (contents) return contents;
  const simple = readComparison(name, left, right, expr, frame, reading);
  return simple ?? holds(expr, frame, reading);
}

/** A comparison by the name of its operator; undefined for operators of other kinds. */
export function readComparison(
  name: string,
  left: Expr,
  right: Expr,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  switch (name) {
    case "=":
      return compare("=", left, right, whole, frame, reading);
    case "<>":
    case "!=":
      return not(compare("=", left, right, whole, frame, reading));
    case "<":
      return compare("<", left, right, whole, frame, reading);
    case ">":
      return compare("<", right, left, whole, frame, reading);
    case "<=":
      return not(compare("<", right, left, whole, frame, reading));
    case ">=":
      return not(compare("<", left, right, whole, frame, reading));
    case "~~":
      return readLike(left, right, whole, frame, reading);
    case "!~~":
      return not(readLike(left, right, whole, frame, reading));
    default:
      return undefined;
  }
}

/** `having bool_or(...)`. */
function readTaken(expr: Of<"call">, frame: Frame, reading: Reading): Formula | undefined {
  const of = ofAllRows(expr, frame);
  return of && readSubquery(of.taken, of.frame, reading);
}

function readCase(expr: Of<"case">, frame: Frame, reading: Reading): Formula {
  let rest = expr.otherwise ? readCondition(expr.otherwise, frame, reading) : UNKNOWN;
  for (const { when, then } of [...expr.whens].reverse()) {
    const condition = is(
      expr.arg
        ? compare("=", expr.arg, when, expr, { ...frame, top: false }, reading)
        : readCondition(when, frame, reading),
      true,
    );
    rest = or([and([condition, readCondition(then, frame, reading)]), and([not(condition), rest])]);
  }
  return rest;
}

function readSubquery(expr: Of<"subquery">, frame: Frame, reading: Reading): Formula {
  switch (expr.form) {
    case "exists":
      return readExists(expr.query, expr, frame, reading) ?? opaque(expr, frame, reading);
    case "any":
    case "all":
      return expr.left?.kind === "row"
        ? (readRowIn(expr, frame, reading) ?? opaque(expr, frame, reading))
        : readQuantified(expr, frame, reading);
    case "scalar":
      return readScalar(expr, frame, reading) ?? opaque(expr, frame, reading);
    case "array":
      return opaque(expr, frame, reading);
  }
}

/** A sub-select of one boolean: its condition for its row, NULL without one. */
function readScalar(expr: Of<"subquery">, frame: Frame, reading: Reading): Formula | undefined {
  const aggregated = readBooleanAggregate(expr.query, frame, reading);
  if (aggregated) return aggregated;
  const one = inOneRow(expr.query, frame);
  if (one) return readCondition(one.target, one.frame, reading);
  const blocks = blocksOf(expr.query, frame, reading);
  if (blocks?.length === 0) return UNKNOWN;
  if (blocks?.length !== 1 || blocks[0]!.targets.length !== 1) return undefined;
  const { rows, where, frame: inner, targets } = blocks[0]!;
  const match = readCondition(targets[0]!, inner, reading);
  if (!rows.length && where.kind === "truth" && where.value) return match;
  const at = spanOf(expr, frame);
  return { kind: "one", rows, where, match, ...(at ? { at } : {}) };
}
