import type { Expr } from "../../source/sql/expression.ts";
import { elementsOf, holdsNothing, isEmptyArray, nullOfArray, ofValue } from "./array.ts";
import { nullOfAny, overChoices } from "./choices.ts";
import { containedIn } from "./contained.ts";
import { and, FALSE, type Formula, is, not, or, TRUE, UNKNOWN } from "./formula.ts";
import { isEmpty, isEmptyText } from "./held.ts";
import { existsIn } from "./membership.ts";
import type { Frame, Reading } from "./reader.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** That `array_position(array, item)` is NULL: the array does not hold it; `array_length(array, 1)`: nor anything. */
export function readMissing(expr: Expr, frame: Frame, reading: Reading): Formula | undefined {
  const isPlace = expr.kind === "call" && /^array_(position|length)$/.test(expr.name.at(-1)!);
  if (!isPlace || !isAsked(expr, expr.name.at(-1)!, frame)) return undefined;
  const held = holdsCounted(expr, frame, reading);
  return held && not(held);
}

const isAsked = (call: Of<"call">, name: string, frame: Frame): boolean =>
  call.name.at(-1) === name && call.args.length === 2 && !frame.meaning.calls.has(call);

/** Whether the array holds what it is asked for, NULL included: never NULL itself. */
function holdsItem(call: Of<"call">, frame: Frame, reading: Reading): Formula | undefined {
  const [array, item] = call.args as [Expr, Expr];
  const { span } = call;
  const equal: Of<"operator"> = { kind: "operator", name: "=", left: item, right: array, span };
  const held = containedIn(array, frame, { expr: equal, all: false, frame, reading });
  const choices = readTerm(item, frame, reading);
  if (choices.every(({ term, from }) => term.kind === "column" && !term.nullable && !from))
    return held && is(held, true);
  const nothing = held && holdsNothing(array, frame, reading);
  return nothing && or([is(held, true), and([nullOfAny(choices), nothing])]);
}

/** `array_position(...) > 0`, `cardinality(...) > 0`: the array holds it, or anything. `coalesce` makes 0 of NULL. */
export function readPlace(expr: Of<"operator">, frame: Frame, reading: Reading): Formula | undefined {
  const { name, left, right } = expr;
  const isEmpty = name === "=" || name === "<>" ? readEmpty(expr, frame, reading) : undefined;
  if (isEmpty) return isEmpty;
  if (right.kind !== "constant") return undefined;
  const asked = `${name} ${right.value}`;
  const isNone = NONE.has(asked);
  if (!isNone && !SOME.has(asked)) return undefined;
  const some = isThere(left, frame, reading);
  return some && (isNone ? not(some) : some);
}

/** That a count is above zero. */
function isThere(left: Expr | undefined, frame: Frame, reading: Reading): Formula | undefined {
  const filled = left?.kind === "coalesce" ? zeroed(left.args) : undefined;
  const call = filled ?? left;
  if (call?.kind !== "call" || frame.meaning.calls.has(call)) return undefined;
  const held = holdsCounted(call, frame, reading);
  if (!held || filled) return held;
  const [counted] = call.args;
  const array =
    counted?.kind === "call" && isAsked(counted, "array_positions", frame) ? counted.args[0] : counted;
  // The others are NULL where there is nothing.
  const nothing = call.name.at(-1) === "cardinality" ? nullOfArray(array!, frame, reading) : TRUE;
  return or([held, and([nothing, UNKNOWN])]);
}

/** `array(select ...) <> '{}'`: there is something to select. */
function readEmpty(expr: Of<"operator">, frame: Frame, reading: Reading): Formula | undefined {
  const { left, right } = expr;
  const array = left && isEmptyArray(right) ? left : left && isEmptyArray(left) ? right : undefined;
  if (!array || !frame.meaning.types.get(array)?.array) return undefined;
  const blocks = elementsOf(array, frame, reading);
  if (!blocks?.every(({ rows }) => rows.every(({ table }) => table !== undefined))) {
    const empty = isEmptyValue(array, frame, reading);
    return empty && (expr.name === "<>" ? not(empty) : empty);
  }
  const isNothing = and([nullOfArray(array, frame, reading), UNKNOWN]);
  const isFilled = or([existsIn(blocks, expr, frame), isNothing]);
  return expr.name === "<>" ? isFilled : not(isFilled);
}

/** An array that is a value, which no rows stand for. */
const isEmptyValue = (array: Expr, frame: Frame, reading: Reading): Formula | undefined =>
  overChoices([readTerm(array, frame, reading)], ([held]) => {
    if (held!.kind === "null") return UNKNOWN;
    return held!.kind === "constant" ? (isEmptyText(held!.value) ? TRUE : FALSE) : isEmpty(held!);
  });

const SOME = new Set(["> 0", ">= 1", "<> 0"]);
const NONE = new Set(["= 0", "< 1", "<= 0"]);

/** Whether what a call counts is there at all. */
function holdsCounted(call: Of<"call">, frame: Frame, reading: Reading): Formula | undefined {
  if (isAsked(call, "array_position", frame)) return holdsItem(call, frame, reading);
  const [array, dimension, ...more] = call.args;
  const isLength =
    call.name.at(-1) === "array_length" && dimension?.kind === "constant" && dimension.value === "1";
  if (!array || more.length || !(isLength || (call.name.at(-1) === "cardinality" && !dimension)))
    return undefined;
  if (array.kind === "call" && isAsked(array, "array_positions", frame))
    return holdsItem(array, frame, reading);
  const empty = ofValue(array, frame, reading, isEmpty);
  if (empty) return is(empty, false);
  const blocks = elementsOf(array, frame, reading);
  return blocks && existsIn(blocks, call, frame);
}

/** `coalesce(call, 0)`. */
function zeroed([first, zero, ...others]: readonly Expr[]): Expr | undefined {
  return zero?.kind === "constant" && zero.value === "0" && !others.length ? first : undefined;
}
