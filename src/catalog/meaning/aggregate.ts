import type { Expr, Query } from "../../source/sql/expression.ts";
import { unwrap } from "../walk.ts";
import { resultOfCall, unlessSkipped } from "./call.ts";
import { nullOf } from "./choices.ts";
import { readCondition } from "./condition.ts";
import { and, FALSE, type Formula, is, NULL_TERM, not, or, TRUE, UNKNOWN } from "./formula.ts";
import { isOneRow, ofAllRows } from "./grouped.ts";
import { opaqueTerm } from "./opaque.ts";
import type { Choice, Frame, Reading } from "./reader.ts";
import { type Block, blocksOf } from "./rows.ts";
import { someRows } from "./several.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

/** One aggregate over rows, in a sub-select that has its one row whatever they are. */
export interface Aggregate {
  readonly name: string;
  /** Undefined for `count(*)`. */
  readonly of: Expr | undefined;
  readonly distinct: boolean;
  readonly blocks: readonly Block[];
}

export function aggregateOf(query: Query, frame: Frame, reading: Reading): Aggregate | undefined {
  const call = query.targets.length === 1 ? unwrap(query.targets[0]!.expr) : undefined;
  if (call?.kind !== "call" || call.extra?.length || !isOneRow(query)) return undefined;
  const blocks = blocksOf({ ...query, targets: [] }, frame, reading);
  const [of] = call.args;
  const isStar = !of || (of.kind === "column" && of.path.at(-1) === "*");
  const distinct = call.distinct === true;
  return blocks && { name: call.name.at(-1)!, of: isStar ? undefined : of, distinct, blocks };
}

/** Some row meets the condition, which is read where the row stands. */
const someRow = (
  blocks: readonly Block[],
  condition: (frame: Frame) => Formula,
  at?: Expr["span"],
): Formula =>
  or(
    blocks.map((block): Formula => {
      const where = and([block.where, condition(block.frame)]);
      if (!block.rows.length) return is(where, true);
      return { kind: "exists", rows: block.rows, where, match: TRUE, ...(at ? { at } : {}) };
    }),
  );

/** Some row has a value there. */
const someValue = ({ of, blocks }: Aggregate, reading: Reading, at?: Expr["span"]): Formula =>
  someRow(
    blocks,
    (frame) => {
      if (!of || of.kind === "constant") return TRUE;
      const nulls = readTerm(of, frame, reading).map((choice) => and([choice.when, nullOf(choice)]));
      return not(or(nulls));
    },
    at,
  );

/** `(select count(*) ...) > 0` and its like are EXISTS, `> 1` is of two rows, and no count is below zero. */
export function readCount(expr: Of<"operator">, frame: Frame, reading: Reading): Formula | undefined {
  const asked = countedIn(expr);
  const counted = asked && subqueryOf(asked.counted, frame, reading);
  if (!asked || !counted) return undefined;
  const { query, frame: inside } = counted;
  const aggregate = aggregateOf(query, inside, reading);
  if (aggregate?.name !== "count") return undefined;
  const at = frame.top ? expr.span : undefined;
  const atLeast = (rows: number): Formula | undefined => {
    if (rows <= 0) return TRUE;
    return rows === 1 ? someValue(aggregate, reading, at) : someRows(query, rows, inside, reading, at);
  };
  const [least, more] = [atLeast(asked.least), asked.below === undefined ? FALSE : atLeast(asked.below)];
  const formula = least && more && and([least, not(more)]);
  return formula && unlessSkipped(counted.skipped, asked.negated ? not(formula) : formula);
}

/** The scalar sub-select that a value is: as it stands, in a helper's body, or an aggregate of the query around. */
function subqueryOf(
  expr: Expr,
  frame: Frame,
  reading: Reading,
): { readonly query: Query; readonly frame: Frame; readonly skipped: Formula } | undefined {
  const within = ofAllRows(expr, frame);
  if (within) return { query: within.taken.query, frame: within.frame, skipped: FALSE };
  const part = unwrap(expr);
  if (part.kind === "subquery")
    return part.form === "scalar" ? { query: part.query, frame, skipped: FALSE } : undefined;
  if (part.kind === "coalesce" && part.args[0]) {
    const first = subqueryOf(part.args[0], frame, reading);
    // A count is never NULL.
    return first?.skipped === FALSE ? first : undefined;
  }
  const called = part.kind === "call" ? resultOfCall(part, frame, reading) : undefined;
  const inner = called && subqueryOf(called.result, called.frame, reading);
  return inner && { ...inner, skipped: or([called.skipped, inner.skipped]) };
}

/** What stands beside a constant that says how many there are to be counted: at least so many, and below so many. */
export function countedIn({ name, left, right }: Of<"operator">): Counted | undefined {
  if (!left) return undefined;
  const [counted, limit, operator] =
    right.kind === "constant" ? [left, right, name] : [right, left, TURNED[name]];
  if (limit.kind !== "constant" || !/^-?\d{1,9}$/.test(limit.value)) return undefined;
  const range = rangeOf(operator, Number(limit.value));
  return range && { ...range, counted: counted.kind === "cast" ? counted.arg : counted };
}

interface Counted {
  readonly counted: Expr;
  readonly least: number;
  readonly below?: number;
  readonly negated: boolean;
}

/** There is something to count, and nothing more is asked. */
export const isSome = ({ least, below, negated }: Counted): boolean =>
  negated ? least === 0 && below === 1 : least === 1 && below === undefined;

const TURNED: Readonly<Record<string, string>> = {
  ">": "<",
  "<": ">",
  ">=": "<=",
  "<=": ">=",
  "=": "=",
  "<>": "<>",
};

function rangeOf(operator: string | undefined, limit: number): Omit<Counted, "counted"> | undefined {
  switch (operator) {
    case ">":
      return { least: limit + 1, negated: false };
    case ">=":
      return { least: limit, negated: false };
    case "<":
      return { least: 0, below: limit, negated: false };
    case "<=":
      return { least: 0, below: limit + 1, negated: false };
    case "=":
    case "<>":
      return { least: limit, below: limit + 1, negated: operator === "<>" };
    default:
      return undefined;
  }
}

/** What an aggregate gives: never NULL of a count, else NULL without a value, or without a row, to take. */
export function readAggregate(
  expr: Of<"subquery">,
  frame: Frame,
  reading: Reading,
): readonly Choice[] | undefined {
  const aggregate = aggregateOf(expr.query, frame, reading);
  if (!aggregate) return undefined;
  const term = { ...opaqueTerm(expr, frame, reading), nullable: false };
  if (aggregate.name === "count") return [{ when: TRUE, term }];
  const taken = TAKING_ROWS.has(aggregate.name)
    ? someRow(aggregate.blocks, () => TRUE)
    : TAKING_VALUES.has(aggregate.name)
      ? someValue(aggregate, reading)
      : undefined;
  return (
    taken && [
      { when: taken, term },
      { when: not(taken), term: NULL_TERM },
    ]
  );
}

const TAKING_VALUES = new Set(["sum", "avg", "min", "max", "any_value"]);
const TAKING_ROWS = new Set(["array_agg", "json_agg", "jsonb_agg"]);

/** `bool_or(x)`: true where some row has it, false where all others have a value. `bool_and` the other way round. */
export function readBooleanAggregate(query: Query, frame: Frame, reading: Reading): Formula | undefined {
  const aggregate = aggregateOf(query, frame, reading);
  const every = aggregate?.name === "bool_and" || aggregate?.name === "every";
  if (!aggregate?.of || !(every || aggregate.name === "bool_or")) return undefined;
  const { of, blocks } = aggregate;
  const has = (value: boolean | null) =>
    someRow(blocks, (inner) => is(readCondition(of, inner, reading), value));
  const some = or([has(true), has(false)]);
  return every ? and([not(has(false)), or([some, UNKNOWN])]) : or([has(true), and([not(some), UNKNOWN])]);
}
