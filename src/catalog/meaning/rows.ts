import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import type { View } from "../catalog.ts";
import { nameOfTarget } from "../resolve/query.ts";
import { findViewMeaning } from "../resolve/resolve.ts";
import { containsExpr } from "../walk.ts";
import { beside, elementsOf, unnestedIn } from "./array.ts";
import { tableOfCall } from "./call.ts";
import { compareColumns, rowColumn } from "./column.ts";
import { readCondition } from "./condition.ts";
import { and, type Formula, type Ranged, TRUE } from "./formula.ts";
import { conditionsOf, isAggregate } from "./grouped.ts";
import type { Choice, Frame, NamedQuery, Reading, Source } from "./reader.ts";
import { readTerm } from "./term.ts";

/** One SELECT without set operations: the rows it ranges over, their condition, and what it yields. */
export interface Block {
  readonly rows: readonly Ranged[];
  readonly where: Formula;
  /** Of that, what the SELECT's own WHERE says. */
  readonly own: Formula;
  readonly frame: Frame;
  readonly targets: readonly Expr[];
  readonly names: readonly string[];
}

/** Rows and their condition so far, while FROM is read. */
interface Joined {
  readonly rows: readonly Ranged[];
  readonly where: readonly Formula[];
  readonly frame: Frame;
}

/** More arms of UNION are not told apart. */
const MOST = 6;

/**
 * A query as the union of its SELECTs; undefined where what it yields depends on more than single rows (grouping,
 * aggregates, EXCEPT, outer joins) or was not understood.
 */
export function blocksOf(query: Query, frame: Frame, reading: Reading): readonly Block[] | undefined {
  if (isEmpty(query)) return [];
  const inner = { ...frame, named: nameQueries(query, frame) };
  if (query.setOperation) return blocksOfUnion(query.setOperation, inner, reading);
  if (query.command === "values") return query.values?.map((row) => blockOfRow(row, inner));
  if (query.command !== "select" || isSkipped(query) || isLimited(query)) return undefined;
  if (query.having && !query.groupBy?.length) return [blockOfAll(query, query.having, inner, reading)];
  const conditions = conditionsOf(query);
  if (!conditions || query.targets.some(({ expr }) => isAggregate(expr))) return undefined;
  const needed = (item: FromItem) => isNeeded(item, [...targetsOf(query), ...conditions], frame);
  const joined = joinAll(query.from, { rows: [], where: [], frame: inner }, needed, reading);
  const blocks = joined?.map((each): Block => {
    const own = and(conditions.map((condition) => readCondition(condition, each.frame, reading)));
    return { ...yieldOf(query), rows: each.rows, where: and([...each.where, own]), own, frame: each.frame };
  });
  return blocks && spread(blocks, reading);
}

/** The rows of a block that meet a condition from outside. */
export const keepWhere = (block: Block, condition: Formula): Block => ({
  ...block,
  where: and([condition, block.where]),
});

/** HAVING without groups: one row, whatever there is, or none. */
function blockOfAll(query: Query, having: Expr, frame: Frame, reading: Reading): Block {
  const inside = { ...frame, grouped: query, top: false };
  const where = readCondition(having, inside, reading);
  return { ...yieldOf(query), rows: [], where, own: where, frame: inside };
}

const targetsOf = ({ targets }: Query): readonly Expr[] => targets.map(({ expr }) => expr);

const yieldOf = (query: Query): Pick<Block, "targets" | "names"> => ({
  targets: targetsOf(query),
  names: query.targets.map(({ expr, name }) => name ?? nameOfTarget(expr)),
});

/** `select f()` yields every row of a function that gives several, and `select unnest(array)` every element. */
function spread(blocks: readonly Block[], reading: Reading): readonly Block[] | undefined {
  const found: Block[] = [];
  for (const block of blocks) {
    const inner = block.targets.length === 1 ? rowsOfTarget(block.targets[0]!, block, reading) : [block];
    if (!inner) return undefined;
    found.push(...inner);
  }
  return found.length > MOST ? undefined : found;
}

function rowsOfTarget(target: Expr, block: Block, reading: Reading): readonly Block[] | undefined {
  const call = target.kind === "cast" ? target.arg : target;
  const named = (each: Block): Block => ({ ...each, names: block.names });
  const array = unnestedIn(call, block.frame);
  if (array) return elementsOf(array, block.frame, reading)?.map((inner) => named(beside(block, inner)));
  if (call.kind !== "call" || !block.frame.meaning.calls.get(call)?.[0]?.returnsSet) return [block];
  return tableOfCall(call, block.frame, reading)?.blocks.map((inner) => named(beside(block, inner)));
}

/** LIMIT 0 leaves nothing. */
export const isEmpty = ({ limit }: Query): boolean =>
  limit?.kind === "constant" && limit.type === "number" && Number(limit.value) === 0;

/** LIMIT 1 changes nothing where one row is as good as another; LIMIT ALL and LIMIT NULL limit nothing. */
const isLimited = ({ limit }: Query): boolean =>
  limit !== undefined && !(limit.kind === "constant" && (limit.type === "null" || Number(limit.value) >= 1));

const isSkipped = ({ offset }: Query): boolean =>
  offset !== undefined &&
  !(offset.kind === "constant" && (offset.type === "null" || Number(offset.value) === 0));

function blocksOfUnion(
  { operator, left, right }: NonNullable<Query["setOperation"]>,
  frame: Frame,
  reading: Reading,
): readonly Block[] | undefined {
  if (operator !== "union") return undefined;
  const [first, second] = [blocksOf(left, frame, reading), blocksOf(right, frame, reading)];
  return first && second && first.length + second.length <= MOST ? [...first, ...second] : undefined;
}

const blockOfRow = (row: readonly Expr[], frame: Frame): Block => ({
  rows: [],
  where: TRUE,
  own: TRUE,
  frame,
  targets: row,
  names: row.map((_, i) => `column${i + 1}`),
});

function nameQueries(query: Query, frame: Frame): NamedQuery | undefined {
  let { named } = frame;
  for (const { name, query: inner, columns, recursive } of query.ctes) {
    const itself = recursive && inner.setOperation !== undefined;
    named = { name, query: inner, columns, frame: { ...frame, named }, recursive: itself, outer: named };
  }
  return named;
}

type Needed = (item: FromItem) => boolean;

function joinAll(
  items: readonly FromItem[],
  start: Joined,
  needed: Needed,
  reading: Reading,
): readonly Joined[] | undefined {
  let all: readonly Joined[] | undefined = [start];
  for (const item of items) {
    const next: Joined[] = [];
    for (const each of all) {
      const joined = join(item, each, needed, reading);
      if (!joined || next.length + joined.length > MOST) return undefined;
      next.push(...joined);
    }
    all = next;
  }
  return all;
}

function join(item: FromItem, to: Joined, needed: Needed, reading: Reading): readonly Joined[] | undefined {
  switch (item.kind) {
    case "table":
      return joinTable(item, to, reading);
    case "query":
      return joinQuery(item, item.query, item.columns, to, to.frame, reading);
    case "function":
      return joinFunction(item, to, reading);
    case "join":
      return joinJoin(item, to, needed, reading);
  }
}

function joinTable(
  item: Extract<FromItem, { kind: "table" }>,
  to: Joined,
  reading: Reading,
): readonly Joined[] | undefined {
  const key = to.frame.meaning.relations.get(item);
  if (key === undefined) {
    const named = findNamed(to.frame.named, item.name.name);
    if (!named || named.recursive || item.name.schema !== undefined) return undefined;
    return joinQuery(item, named.query, item.columns ?? named.columns, to, named.frame, reading);
  }
  const view = reading.catalog.views.get(key);
  if (view && !view.materialized) return joinView(item, key, view, to, reading);
  if (item.columns?.length) return undefined;
  const row = reading.nextRow++;
  if (!to.frame.definer) reading.looked = true;
  const sees = to.frame.definer ? undefined : reading.sees?.(key);
  return [
    {
      rows: [...to.rows, { row, table: key }],
      where: sees ? [...to.where, { kind: "about", row, arg: sees }] : to.where,
      frame: withSource(to.frame, item, { kind: "row", row, table: key }),
    },
  ];
}

function findNamed(named: NamedQuery | undefined, name: string): NamedQuery | undefined {
  for (let at = named; at; at = at.outer) if (at.name === name) return at;
  return undefined;
}

/** A view is its query, read as the view's owner unless it says otherwise. */
function joinView(
  item: FromItem & { readonly kind: "table" },
  key: string,
  view: View,
  to: Joined,
  reading: Reading,
): readonly Joined[] | undefined {
  if (to.frame.inside.includes(key) || to.frame.inside.length > DEEPEST) return undefined;
  const frame: Frame = {
    meaning: findViewMeaning(reading.catalog, view),
    sources: new Map(),
    named: undefined,
    args: [],
    top: false,
    inside: [...to.frame.inside, key],
    definer: to.frame.definer || !/^(true|on|1|yes)$/i.test(view.options.security_invoker ?? ""),
  };
  return joinQuery(item, view.query, item.columns ?? view.columns, to, frame, reading);
}

export const DEEPEST = 6;

function joinQuery(
  item: FromItem,
  query: Query,
  renames: readonly string[] | undefined,
  to: Joined,
  frame: Frame,
  reading: Reading,
): readonly Joined[] | undefined {
  return blocksOf(query, frame, reading)?.map((block) => joinBlock(item, block, renames, to, reading));
}

function joinBlock(
  item: FromItem,
  block: Block,
  renames: readonly string[] | undefined,
  to: Joined,
  reading: Reading,
): Joined {
  const columns = new Map<string, readonly Choice[]>();
  for (const [name, choices] of columnsOfBlock(block, reading))
    columns.set(renames?.[columns.size] ?? name, choices);
  return {
    rows: [...to.rows, ...block.rows],
    where: [...to.where, block.where],
    frame: withSource(to.frame, item, { kind: "columns", columns }),
  };
}

/** What a block yields by name; `*` is every column of what it ranges over, which has its own. */
export function columnsOfBlock(block: Block, reading: Reading): [string, readonly Choice[]][] {
  return block.targets.flatMap((target, i): [string, readonly Choice[]][] => {
    if (target.kind !== "column" || target.path.at(-1) !== "*")
      return [[block.names[i]!, readTerm(target, block.frame, reading)]];
    return [...block.frame.sources.values()].flatMap((source) => columnsOfSource(source, reading));
  });
}

function columnsOfSource(source: Source, reading: Reading): [string, readonly Choice[]][] {
  if (source.kind === "columns") return [...source.columns];
  const table = source.table === undefined ? undefined : reading.catalog.tables.get(source.table);
  return [...(table?.columns.values() ?? [])].map(({ name }) => [
    name,
    rowColumn(source.row, source.table, name, reading),
  ]);
}

const withSource = (frame: Frame, item: FromItem, source: Source): Frame => ({
  ...frame,
  sources: new Map(frame.sources).set(item, source),
});

function joinFunction(
  item: Extract<FromItem, { kind: "function" }>,
  to: Joined,
  reading: Reading,
): readonly Joined[] | undefined {
  const called = calledIn(item, to.frame, reading);
  if (!called || called.blocks.length > MOST) return undefined;
  const single = called.blocks.every(({ names }) => names.length === 1);
  const renames = item.columns?.length
    ? item.columns
    : (called.columns ?? (single && item.alias !== undefined ? [item.alias] : undefined));
  return called.blocks.map((block) => joinBlock(item, block, renames, to, reading));
}

/** The rows of a function, or of `unnest(array)`, which has one column. */
function calledIn(
  { call, ordinality }: Extract<FromItem, { kind: "function" }>,
  frame: Frame,
  reading: Reading,
): ReturnType<typeof tableOfCall> {
  if (call.kind !== "call" || ordinality) return undefined;
  const array = unnestedIn(call, frame);
  if (!array) return tableOfCall(call, frame, reading);
  const blocks = elementsOf(array, frame, reading);
  return blocks && { blocks: blocks.map((each) => ({ ...each, names: ["unnest"] })), columns: undefined };
}

function joinJoin(
  item: Extract<FromItem, { kind: "join" }>,
  to: Joined,
  needed: Needed,
  reading: Reading,
): readonly Joined[] | undefined {
  if (item.natural || item.alias !== undefined) return undefined;
  if (item.type !== "inner") return joinOuter(item, to, needed, reading);
  return joinAll([item.left, item.right], to, needed, reading)?.map((joined) => ({
    ...joined,
    where: [
      ...joined.where,
      ...(item.on ? [readCondition(item.on, joined.frame, reading)] : []),
      ...(item.using ?? []).map((name) => compareColumns(item, name, joined.frame, reading)),
    ],
  }));
}

/** An outer join whose optional side nothing else names adds no condition and takes no row away. */
function joinOuter(
  item: Extract<FromItem, { kind: "join" }>,
  to: Joined,
  needed: Needed,
  reading: Reading,
): readonly Joined[] | undefined {
  const [kept, optional] = item.type === "left" ? [item.left, item.right] : [item.right, item.left];
  if (item.type === "full" || needed(optional)) return undefined;
  return joinAll([kept], to, needed, reading);
}

/** Whether parts of the query, its targets and conditions, name a column of the item. */
function isNeeded(item: FromItem, parts: readonly Expr[], frame: Frame): boolean {
  const inside = itemsIn(item);
  return parts.some((part) =>
    containsExpr(part, (each) => {
      if (each.kind === "column" && each.path.at(-1) === "*") return true;
      const relation = frame.meaning.columns.get(each)?.relation;
      const source = relation && frame.meaning.sources.get(relation);
      return source !== undefined && inside.includes(source);
    }),
  );
}

export const itemsIn = (item: FromItem): readonly FromItem[] =>
  item.kind === "join" ? [...itemsIn(item.left), ...itemsIn(item.right)] : [item];
