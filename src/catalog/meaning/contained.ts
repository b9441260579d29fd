import type { Expr, Query } from "../../source/sql/expression.ts";
import { filledIn, gatheredIn, itemsOfLiteral, nullOfArray, textOf, unwrapArray } from "./array.ts";
import { resultOfCall, unlessSkipped } from "./call.ts";
import { nullOfAny, overChoices } from "./choices.ts";
import { compare, opaque, readComparison } from "./condition.ts";
import { and, FALSE, type Formula, is, not, or, TRUE, UNKNOWN } from "./formula.ts";
import { heldBy, isEmpty, isGiven, OPPOSITES } from "./held.ts";
import { holdsOfAny, holdsOfNone } from "./json.ts";
import { existsIn, someIn } from "./membership.ts";
import { type Frame, type Reading, spanOf } from "./reader.ts";
import { type Block, blocksOf } from "./rows.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** `left operator any (array)` and ALL. */
export function readContains(expr: Of<"operator">, frame: Frame, reading: Reading): Formula {
  const all = expr.quantifier === "all";
  const formula = containedIn(expr.right, frame, { expr, all, frame, reading });
  return formula ?? opaque(expr, frame, reading);
}

/** `array[a, b] <@ other`, `other @> array[a, b]`, `array[a, b] && other`: all of the elements, or one, are in the other. */
export function readElements(expr: Of<"operator">, frame: Frame, reading: Reading): Formula | undefined {
  if (!expr.left || !/^(<@|@>|&&)$/.test(expr.name)) return undefined;
  const [left, right] = [
    writtenArray(expr.left, expr.right, frame),
    writtenArray(expr.right, expr.left, frame),
  ];
  const isTurned = expr.name === "@>" || (expr.name === "&&" && left.kind !== "array");
  const [inside, other] = isTurned ? [right, left] : [left, right];
  if (inside.kind !== "array") return undefined;
  if (!inside.args.length) {
    const isNothing = other.kind === "array" ? FALSE : nullOfAny(readTerm(other, frame, reading));
    return expr.name === "&&" ? holdsOfNone(isNothing) : holdsOfAny(isNothing);
  }
  const arms = inside.args.map((item) => {
    const equal: Of<"operator"> = { ...expr, name: "=", left: item, right: other };
    const arm = containedIn(other, frame, { expr: equal, all: false, frame, reading });
    return arm && is(arm, true);
  });
  if (arms.some((arm) => !arm)) return undefined;
  // No NULL in one is found in the other: only where the other itself is NULL, so is the answer.
  const isNothing = and([nullOfArray(other, frame, reading), UNKNOWN]);
  return or([(expr.name === "&&" ? or : and)(arms as Formula[]), isNothing]);
}

/** `'{a,b}'` beside an array, as the array that it stands for. */
function writtenArray(expr: Expr, beside: Expr, frame: Frame): Expr {
  const part = unwrapArray(expr);
  const type = frame.meaning.types.get(expr.kind === "cast" ? expr : beside);
  const items = part.kind === "constant" && type?.array ? itemsOfLiteral(part.value) : undefined;
  return items ? { kind: "array", span: part.span, args: items.map((value) => textOf(value, part)) } : part;
}

/** What a value is asked of the elements of an array, one or `all`, and where that stands. */
export interface Asked {
  readonly expr: Of<"operator">;
  readonly all: boolean;
  readonly frame: Frame;
  readonly reading: Reading;
}

/** `array` is read in `inner`, which is a helper's body where the array comes from one. */
export function containedIn(array: Expr, inner: Frame, asked: Asked): Formula | undefined {
  const { expr, all, frame, reading } = asked;
  const left = expr.left!;
  const part = unwrapArray(array);
  if (part.kind === "array") {
    const arms = part.args.map((item) => readComparison(expr.name, left, item, expr, frame, reading));
    if (inner !== frame || arms.some((arm) => !arm)) return undefined;
    return (all ? and : or)(arms as Formula[]);
  }
  if (part.kind === "subquery" && part.form === "array") {
    const blocks = blocksOf(part.query, inner, reading);
    return blocks && someIn(blocks, left, expr.name, all, expr, frame, reading);
  }
  if (part.kind === "subquery" && part.form === "scalar") return aggregated(part, false, inner, asked);
  const filled = filledSubquery(part);
  if (filled)
    return filled.form === "scalar"
      ? aggregated(filled, true, inner, asked)
      : containedIn(filled, inner, asked);
  if (part.kind === "call") {
    const called = resultOfCall(part, inner, reading);
    const held = called && containedIn(called.result, called.frame, asked);
    if (called) return held && unlessSkipped(called.skipped, held);
  }
  return containedInTerm(part, inner, asked);
}

/** `any (select array_agg(x) from ...)`: the rows, and NULL where there are none. */
function aggregated(
  part: Of<"subquery">,
  outerFilled: boolean,
  inner: Frame,
  asked: Asked,
): Formula | undefined {
  const { expr, all, frame, reading } = asked;
  const target = part.query.targets.length === 1 ? unwrapArray(part.query.targets[0]!.expr) : undefined;
  if (!target) return undefined;
  const gathered = gatheredIn(target);
  if (!gathered) {
    const blocks = blocksOf(part.query, inner, reading);
    const only = blocks?.length === 1 ? blocks[0]! : undefined;
    if (!only?.rows.length) return only && containedIn(target, only.frame, asked);
    return target.kind === "column" ? heldInRow(target, only, outerFilled, asked) : undefined;
  }
  const query: Query = { ...part.query, targets: [{ expr: gathered.item }] };
  const blocks = blocksOf(query, inner, reading);
  const some = blocks && someIn(blocks, expr.left!, expr.name, all, expr, frame, reading);
  if (!some || gathered.filled || outerFilled) return some;
  const filled = existsIn(blocks, expr, { ...frame, top: false });
  return or([and([filled, some]), and([not(filled), UNKNOWN])]);
}

/** `any ((select x.items from ...))`: the array of the one row; filled, an empty one where there is none. */
function heldInRow(
  target: Expr,
  { rows, where, frame: inner }: Block,
  filled: boolean,
  asked: Asked,
): Formula | undefined {
  const { expr, all, frame, reading } = asked;
  const match = containedInTerm(target, inner, asked);
  if (!match) return undefined;
  const at = spanOf(expr, frame);
  const one: Formula = { kind: "one", rows, where, match, ...(at ? { at } : {}) };
  if (!filled) return one;
  const isEmpty = nullOfAny(readTerm(target, inner, reading));
  const given: Formula = { kind: "exists", rows, where: and([where, not(isEmpty)]), match: TRUE };
  return or([and([given, one]), and([not(given), all ? TRUE : FALSE])]);
}

/** `coalesce((select ...), '{}')`: its sub-select. */
function filledSubquery(part: Expr): Of<"subquery"> | undefined {
  const first = filledIn(part);
  return first?.kind === "subquery" && (first.form === "array" || first.form === "scalar")
    ? first
    : undefined;
}

/** An array that is a value: whether it holds the other one is a question of its own. */
function containedInTerm(array: Expr, inner: Frame, asked: Asked): Formula | undefined {
  const { expr, all, frame, reading } = asked;
  // Of all elements: of none of them otherwise.
  const otherwise = all ? OPPOSITES[expr.name] : undefined;
  if (otherwise !== undefined) {
    const opposite: Asked = { ...asked, expr: { ...expr, name: otherwise }, all: false };
    const some = containedInTerm(array, inner, opposite);
    return some && not(some);
  }
  const choices = readTerm(array, inner, reading);
  const only = choices.length === 1 ? choices[0]!.term : undefined;
  const items = only?.kind === "constant" ? itemsOfLiteral(only.value) : undefined;
  if (items) {
    const arms = items.map((value) => compare("=", expr.left!, textOf(value, array), expr, frame, reading));
    if (expr.name === "=" && !all) return or(arms);
    if (items.length) return undefined;
  }
  const at = spanOf(expr, frame);
  const name = `${all ? "all" : "any"} ${expr.name}`;
  return overChoices([readTerm(expr.left!, frame, reading), choices], ([left, held]) => {
    if (held!.kind === "constant" && itemsOfLiteral(held!.value)?.length === 0) return all ? TRUE : FALSE;
    if (held!.kind === "null") return UNKNOWN;
    const found = left!.kind === "null" ? UNKNOWN : heldBy(name, left!, held!, at);
    if (held!.kind === "constant" || isGiven(left!)) return found;
    // Nothing is compared with the elements of an empty array, NULL neither.
    return all ? or([isEmpty(held!), found]) : and([not(isEmpty(held!)), found]);
  });
}
