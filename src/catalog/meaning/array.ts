import type { Expr } from "../../source/sql/expression.ts";
import { elementOf } from "../resolve/types.ts";
import { unwrap } from "../walk.ts";
import { resultOfCall } from "./call.ts";
import { always, nullOfAny, overChoices } from "./choices.ts";
import { readCondition } from "./condition.ts";
import {
  and,
  FALSE,
  type Formula,
  is,
  isNull,
  not,
  or,
  type Ranged,
  type Term,
  TRUE,
  UNKNOWN,
} from "./formula.ts";
import { heldBy, holdsNull } from "./held.ts";
import { existsIn } from "./membership.ts";
import type { Frame, Reading } from "./reader.ts";
import { type Block, blocksOf, keepWhere } from "./rows.ts";
import { readTerm } from "./term.ts";
import { columnTerm } from "./value.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** `unnest(array)`, of one array. */
export const unnestedIn = (expr: Expr, frame: Frame): Expr | undefined =>
  expr.kind === "call" &&
  expr.name.at(-1) === "unnest" &&
  expr.args.length === 1 &&
  !frame.meaning.calls.has(expr)
    ? expr.args[0]
    : undefined;

/** The rows that `unnest` gives of an array: none of NULL. Undefined where it was not understood. */
export function elementsOf(array: Expr, frame: Frame, reading: Reading): readonly Block[] | undefined {
  const part = unwrapArray(array);
  if (part.kind === "array") return part.args.map((item) => blockOf(item, frame));
  const filled = filledIn(part);
  if (filled) return elementsOf(filled, frame, reading);
  if (part.kind === "subquery" && part.form === "array") return blocksOf(part.query, frame, reading);
  if (part.kind === "subquery" && part.form === "scalar") return elementsOfScalar(part, frame, reading);
  const rest = removedFrom(part, frame);
  if (rest) return elementsLeft(rest, part, frame, reading);
  const called = part.kind === "call" ? resultOfCall(part, frame, reading) : undefined;
  if (called)
    return elementsOf(called.result, called.frame, reading)?.map((each) =>
      keepWhere(each, not(called.skipped)),
    );
  return elementsOfTerm(part, frame, reading);
}

/** `array_remove(array, item)`: its elements that are distinct from the item, NULL too. */
const removedFrom = (expr: Expr, frame: Frame): readonly [array: Expr, item: Expr] | undefined =>
  expr.kind === "call" &&
  expr.name.at(-1) === "array_remove" &&
  expr.args.length === 2 &&
  !frame.meaning.calls.has(expr)
    ? [expr.args[0]!, expr.args[1]!]
    : undefined;

function elementsLeft(
  [array, item]: readonly [Expr, Expr],
  { span }: Expr,
  frame: Frame,
  reading: Reading,
): readonly Block[] | undefined {
  const removed = { name: undefined, choices: readTerm(item, frame, reading) };
  return elementsOf(array, frame, reading)?.map((block) => {
    const args = [...block.frame.args, removed];
    const right: Expr = { kind: "parameter", number: args.length, span };
    const left = block.targets[0]!;
    const isLeft: Expr = { kind: "distinct", left, right, negated: false, span };
    const inside = { ...block.frame, args, top: false };
    return { ...block, where: and([block.where, readCondition(isLeft, inside, reading)]) };
  });
}

const blockOf = (item: Expr, frame: Frame, rows: readonly Ranged[] = [], where: Formula = TRUE): Block => ({
  rows,
  where,
  own: TRUE,
  frame,
  targets: [item],
  names: ["unnest"],
});

/** `(select array_agg(x) from ...)` holds the rows, `(select items from ...)` what the array of its row does. */
function elementsOfScalar(
  { query }: Of<"subquery">,
  frame: Frame,
  reading: Reading,
): readonly Block[] | undefined {
  const target = query.targets.length === 1 ? query.targets[0]!.expr : undefined;
  const gathered = target && gatheredIn(target);
  if (gathered) return blocksOf({ ...query, targets: [{ expr: gathered.item }] }, frame, reading);
  const found: Block[] = [];
  const blocks = target && blocksOf(query, frame, reading);
  for (const block of blocks ?? []) {
    const inner = elementsOf(block.targets[0]!, block.frame, reading);
    if (!inner) return undefined;
    found.push(...inner.map((each) => beside(block, each)));
  }
  return blocks && found;
}

/** What `array_agg` gathers, and whether an empty array stands in for no rows at all. */
export function gatheredIn(target: Expr): { readonly item: Expr; readonly filled: boolean } | undefined {
  const part = unwrapArray(target);
  const inner = filledIn(part);
  const call = inner ?? part;
  if (call.kind !== "call" || call.name.at(-1) !== "array_agg") return undefined;
  return call.extra?.length || call.args.length !== 1
    ? undefined
    : { item: call.args[0]!, filled: inner !== undefined };
}

/** For each row of the one, the rows of the other. */
export const beside = (outer: Block, inner: Block): Block => ({
  ...inner,
  rows: [...outer.rows, ...inner.rows],
  where: and([outer.where, inner.where]),
  own: outer.own,
});

/** Of an array that is a value, the elements are rows of no table: each is one of those it holds. */
function elementsOfTerm(array: Expr, frame: Frame, reading: Reading): readonly Block[] | undefined {
  const choices = readTerm(array, frame, reading);
  const held = choices.length === 1 && !choices[0]!.from ? choices[0]!.term : undefined;
  if (held?.kind === "constant")
    return itemsOfLiteral(held.value)?.map((item) => blockOf(textOf(item, array), frame));
  if (!held || held.kind === "null") return held && [];
  const row = reading.nextRow++;
  const type = held.type && elementOf(held.type);
  const element = {
    ...columnTerm(reading.catalog, row, undefined, "unnest", undefined),
    ...(type ? { type } : {}),
  };
  const args = [...frame.args, { name: undefined, choices: always(element) }];
  const item: Expr = { kind: "parameter", number: args.length, span: array.span };
  const isAny = heldBy("any =", element, held, undefined);
  const isNothing = and([isNull(element), holdsNull(held)]);
  return [blockOf(item, { ...frame, args }, [{ row, table: undefined }], or([isAny, isNothing]))];
}

/** Whether an array holds a NULL. */
export function holdsNothing(array: Expr, frame: Frame, reading: Reading): Formula | undefined {
  const value = ofValue(array, frame, reading, holdsNull);
  if (value) return is(value, true);
  const blocks = elementsOf(array, frame, reading);
  return (
    blocks &&
    or(
      blocks.map((block): Formula => {
        const where = and([block.where, nullOfAny(readTerm(block.targets[0]!, block.frame, reading))]);
        return block.rows.length ? { kind: "exists", rows: block.rows, where, match: TRUE } : is(where, true);
      }),
    )
  );
}

/** A question about an array that is a value, which no rows stand for; NULL of none. */
export function ofValue(
  array: Expr,
  frame: Frame,
  reading: Reading,
  ask: (held: Term) => Formula,
): Formula | undefined {
  const part = unwrap(array);
  if (part.kind !== "column" && part.kind !== "parameter") return undefined;
  const choices = readTerm(part, frame, reading);
  if (choices.some(({ term }) => term.kind === "constant")) return undefined;
  return overChoices([choices], ([held]) => (held!.kind === "null" ? UNKNOWN : ask(held!)));
}

/** That there is no array: NULL, of rows that are gathered where there are none. */
export function nullOfArray(array: Expr, frame: Frame, reading: Reading): Formula {
  const part = unwrapArray(array);
  if (part.kind === "array" || filledIn(part) || (part.kind === "subquery" && part.form === "array"))
    return FALSE;
  const rest = removedFrom(part, frame);
  if (rest) return nullOfArray(rest[0], frame, reading);
  const called = part.kind === "call" ? resultOfCall(part, frame, reading) : undefined;
  if (called) return or([called.skipped, nullOfArray(called.result, called.frame, reading)]);
  const target = part.kind === "subquery" && part.query.targets.length === 1 && part.query.targets[0]!.expr;
  const gathered = target ? gatheredIn(target) : undefined;
  if (gathered?.filled) return FALSE;
  const blocks = gathered && elementsOf(part, frame, reading);
  return blocks ? not(existsIn(blocks, part, frame)) : nullOfAny(readTerm(part, frame, reading));
}

export const unwrapArray = (expr: Expr): Expr => (expr.kind === "cast" ? unwrapArray(expr.arg) : expr);

/** The array of `coalesce(array, '{}')`. */
export const filledIn = (part: Expr): Expr | undefined =>
  part.kind === "coalesce" && part.args.length === 2 && isEmptyArray(part.args[1]!)
    ? unwrapArray(part.args[0]!)
    : undefined;

export const isEmptyArray = (expr: Expr): boolean => {
  const part = unwrapArray(expr);
  return part.kind === "array" ? !part.args.length : part.kind === "constant" && part.value.trim() === "{}";
};

/** `'{a,b}'`, where nothing in it is quoted. */
export const itemsOfLiteral = (text: string): string[] | undefined => {
  const inner = /^\s*\{([^{}"\\]*)\}\s*$/.exec(text)?.[1];
  if (inner === undefined || /\bnull\b/i.test(inner)) return undefined;
  return inner.trim() === "" ? [] : inner.split(",").map((item) => item.trim());
};

export const textOf = (value: string, { span }: Expr): Expr => ({
  kind: "constant",
  type: "string",
  value,
  span,
});
