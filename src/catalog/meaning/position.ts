import type { Expr } from "../../source/sql/expression.ts";
import { holdsNothing } from "./array.ts";
import { nullOfAny } from "./choices.ts";
import { and, type Formula, is, not, or, TRUE, UNKNOWN } from "./formula.ts";
import { containedIn } from "./membership.ts";
import type { Frame, Reading } from "./reader.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** That `array_position(array, item)` is NULL: the array does not hold it. */
export function readMissing(expr: Expr, frame: Frame, reading: Reading): Formula | undefined {
  if (expr.kind !== "call" || !isAsked(expr, "array_position", frame)) return undefined;
  const held = holdsItem(expr, frame, reading);
  return held && not(held);
}

const isAsked = (call: Of<"call">, name: string, frame: Frame): boolean =>
  call.name.at(-1) === name && call.args.length === 2 && !frame.meaning.calls.has(call);

/** Whether the array holds what it is asked for, NULL included: never NULL itself. */
function holdsItem(call: Of<"call">, frame: Frame, reading: Reading): Formula | undefined {
  const [array, item] = call.args as [Expr, Expr];
  const { span } = call;
  const equal: Of<"operator"> = { kind: "operator", name: "=", left: item, right: array, span };
  const held = containedIn(array, equal, false, frame, frame, reading);
  const choices = readTerm(item, frame, reading);
  if (choices.every(({ term, from }) => term.kind === "column" && !term.nullable && !from))
    return held && is(held, true);
  const nothing = held && holdsNothing(array, frame, reading);
  return nothing && or([is(held, true), and([nullOfAny(choices), nothing])]);
}

/** `array_position(...) > 0` and `cardinality(array_positions(...)) > 0`; `coalesce` makes 0 of NULL. */
export function readPlace(
  { name, left, right }: Of<"operator">,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  if (right.kind !== "constant" || !SOME.has(`${name} ${right.value}`)) return undefined;
  const filled = left?.kind === "coalesce" ? zeroed(left.args) : undefined;
  const call = filled ?? left;
  if (call?.kind !== "call") return undefined;
  const counted = call.name.at(-1) === "cardinality" ? call.args[0] : undefined;
  const places = counted?.kind === "call" && isAsked(counted, "array_positions", frame) ? counted : undefined;
  if (!places && !isAsked(call, "array_position", frame)) return undefined;
  const held = holdsItem(places ?? call, frame, reading);
  if (!held || filled) return held;
  const isNothing = places ? nullOfAny(readTerm(places.args[0]!, frame, reading)) : TRUE;
  return or([held, and([isNothing, UNKNOWN])]);
}

const SOME = new Set(["> 0", ">= 1", "<> 0"]);

/** `coalesce(call, 0)`. */
function zeroed([first, zero, ...others]: readonly Expr[]): Expr | undefined {
  return zero?.kind === "constant" && zero.value === "0" && !others.length ? first : undefined;
}
