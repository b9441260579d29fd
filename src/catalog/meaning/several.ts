import type { Expr, Query } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import { type Aggregate, aggregateOf } from "./aggregate.ts";
import { nullOfAny, overChoices } from "./choices.ts";
import { and, type Formula, not, or, type Ranged, TRUE } from "./formula.ts";
import type { Frame, Reading } from "./reader.ts";
import type { Block } from "./rows.ts";
import { readTerm } from "./term.ts";
import { columnTerm, uniqueKeysOf } from "./value.ts";

/** More rows are not told apart. */
const MOST = 3;

/** So many rows, at least, are there to be counted: each is another one, or has another value where those are counted. */
export function someRows(
  query: Query,
  count: number,
  frame: Frame,
  reading: Reading,
  at: Span | undefined,
): Formula | undefined {
  if (count > MOST) return undefined;
  // Read again for each, so that each has rows of its own.
  const all = Array.from({ length: count }, () => aggregateOf(query, frame, reading));
  const [{ of, distinct } = {} as Partial<Aggregate>] = all;
  const blocks = all.map((each) => (each?.blocks.length === 1 ? each.blocks[0]! : undefined));
  if (!blocks.every((block) => block !== undefined && isOfTables(block))) return undefined;
  const counted = blocks as readonly Block[];
  const apart = counted.flatMap((a, i) =>
    counted.slice(i + 1).map((b) => (distinct && of ? differ(of, a, b, reading) : areOthers(a, b, reading))),
  );
  if (apart.some((each) => each === undefined)) return undefined;
  const given = of ? counted.map((block) => not(nullOfAny(readTerm(of, block.frame, reading)))) : [];
  const rows = counted.flatMap((block) => block.rows);
  const where = and([...counted.map((block) => block.where), ...given, ...(apart as Formula[])]);
  return { kind: "exists", rows, where, match: TRUE, ...(at ? { at } : {}) };
}

const isOfTables = ({ rows }: Block): boolean =>
  rows.length > 0 && rows.every(({ table }) => table !== undefined);

/** Some row of the one is another than that of the other. */
const areOthers = (a: Block, b: Block, reading: Reading): Formula =>
  or(a.rows.map((row, i) => not(isSameRow(row, b.rows[i]!, reading))));

function isSameRow(a: Ranged, b: Ranged, { catalog }: Reading): Formula {
  const table = catalog.tables.get(a.table!);
  const keys = table && uniqueKeysOf(catalog, table);
  const [left, right] = [a, b].map(({ row }) => ({
    ...columnTerm(catalog, row, a.table, PLACE, undefined),
    nullable: false,
    ...(keys?.length ? { keys } : {}),
  }));
  return { kind: "compare", operator: "=", left: left!, right: right! };
}

/** Where a row stands: no two have it in common. */
const PLACE = "ctid";

const differ = (of: Expr, a: Block, b: Block, reading: Reading): Formula | undefined =>
  overChoices([readTerm(of, a.frame, reading), readTerm(of, b.frame, reading)], ([left, right]) =>
    not({ kind: "compare", operator: "=", left: left!, right: right! }),
  );
