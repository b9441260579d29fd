import type { Node, SelectStmt, WithClause } from "@pgsql/types";
import type { CommonTable, Expr, FromItem, Query, Target } from "../expression.ts";
import { closing, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, type TokenRange } from "../tokens/tokens.ts";
import { cover, readExpr, readExprs } from "./expression.ts";
import { ARM_ENDS, type Ends, Extent, QUERY_ENDS } from "./extent.ts";
import { readFromItem } from "./from.ts";
import { readRelation } from "./name.ts";
import { as, type Draft, itemsOf, kindOf, type NodeOf } from "./node.ts";

/**
 * A query of the tree: SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE; `range` are the tokens it is known to fill,
 * without them its place comes from its parts. Leaves in `reading.first` and `.last` the tokens it begins and ends with.
 */
export function readQuery(reading: Reading, node: Node | undefined, range?: TokenRange): Query {
  return readWithin(reading, node, range, QUERY_ENDS);
}

function readWithin(
  reading: Reading,
  node: Node | undefined,
  range: TokenRange | undefined,
  ends: Ends,
): Query {
  const parts = new Extent(reading);
  const query: DraftQuery = { command: "other", ctes: [], targets: [], from: [], span: NOWHERE };
  fill(reading, node, parts, query);
  const { first, last } = range ?? parts.queryRange(ends);
  query.span = range ? reading.place(first, last) : cover(reading, first, last);
  if (range) {
    reading.first = first;
    reading.last = last;
  }
  return query;
}

type DraftQuery = Draft<Query>;

const NOWHERE = { start: 0, end: 0 };

function fill(reading: Reading, node: Node | undefined, parts: Extent, query: DraftQuery): void {
  switch (node && kindOf(node)) {
    case "SelectStmt":
      fillSelect(reading, as(node, "SelectStmt")!, parts, query);
      break;
    case "InsertStmt":
      fillInsert(reading, as(node, "InsertStmt")!, parts, query);
      break;
    case "UpdateStmt":
      fillUpdate(reading, as(node, "UpdateStmt")!, parts, query);
      break;
    case "DeleteStmt":
      fillDelete(reading, as(node, "DeleteStmt")!, parts, query);
      break;
    case "MergeStmt":
      fillMerge(reading, as(node, "MergeStmt")!, parts, query);
  }
}

function fillSelect(reading: Reading, node: SelectStmt, parts: Extent, query: DraftQuery): void {
  query.command = node.valuesLists ? "values" : "select";
  query.ctes = readCommonTables(reading, node.withClause, parts);
  if (node.op !== undefined && node.op !== "SETOP_NONE") fillSetOperation(reading, node, parts, query);
  else fillPlain(reading, node, parts, query);
  if (node.sortClause) query.orderBy = readList(reading, node.sortClause, parts);
  if (node.limitCount) query.limit = readOne(reading, node.limitCount, parts);
  if (node.limitOffset) query.offset = readOne(reading, node.limitOffset, parts);
  if (node.lockingClause) query.locking = true;
}

function fillPlain(reading: Reading, node: SelectStmt, parts: Extent, query: DraftQuery): void {
  query.targets = readTargets(reading, node.targetList, parts);
  query.from = readFrom(reading, node.fromClause, parts);
  if (node.distinctClause) query.distinct = true;
  if (node.whereClause) query.where = readOne(reading, node.whereClause, parts);
  if (node.groupClause) query.groupBy = readList(reading, node.groupClause, parts);
  if (node.havingClause) query.having = readOne(reading, node.havingClause, parts);
  if (node.valuesLists) query.values = readRows(reading, node.valuesLists, parts);
}

function fillSetOperation(reading: Reading, node: SelectStmt, parts: Extent, query: DraftQuery): void {
  const left = parts.add(readWithin(reading, node.larg && { SelectStmt: node.larg }, undefined, ARM_ENDS));
  const right = parts.add(readWithin(reading, node.rarg && { SelectStmt: node.rarg }, undefined, ARM_ENDS));
  const operator =
    node.op === "SETOP_INTERSECT" ? "intersect" : node.op === "SETOP_EXCEPT" ? "except" : "union";
  query.setOperation = { operator, all: node.all ?? false, left, right };
}

function fillInsert(reading: Reading, node: NodeOf<"InsertStmt">, parts: Extent, query: DraftQuery): void {
  query.command = "insert";
  query.ctes = readCommonTables(reading, node.withClause, parts);
  fillInto(reading, node.relation, parts, query);
  if (node.cols) query.columns = node.cols.map((item) => as(item, "ResTarget")?.name ?? "");
  const select = as(node.selectStmt, "SelectStmt");
  if (select?.valuesLists) query.values = readRows(reading, select.valuesLists, parts);
  else if (select)
    query.from = [{ kind: "query", query: parts.add(readQuery(reading, node.selectStmt)), lateral: false }];
  const conflict = node.onConflictClause;
  if (conflict?.targetList) query.targets = readTargets(reading, conflict.targetList, parts);
  if (conflict?.whereClause) query.where = readOne(reading, conflict.whereClause, parts);
  fillReturning(reading, node, parts, query);
}

function fillUpdate(reading: Reading, node: NodeOf<"UpdateStmt">, parts: Extent, query: DraftQuery): void {
  query.command = "update";
  query.ctes = readCommonTables(reading, node.withClause, parts);
  fillInto(reading, node.relation, parts, query);
  query.targets = readTargets(reading, node.targetList, parts);
  query.from = readFrom(reading, node.fromClause, parts);
  if (node.whereClause) query.where = readOne(reading, node.whereClause, parts);
  fillReturning(reading, node, parts, query);
}

function fillDelete(reading: Reading, node: NodeOf<"DeleteStmt">, parts: Extent, query: DraftQuery): void {
  query.command = "delete";
  query.ctes = readCommonTables(reading, node.withClause, parts);
  fillInto(reading, node.relation, parts, query);
  query.from = readFrom(reading, node.usingClause, parts);
  if (node.whereClause) query.where = readOne(reading, node.whereClause, parts);
  fillReturning(reading, node, parts, query);
}

function fillMerge(reading: Reading, node: NodeOf<"MergeStmt">, parts: Extent, query: DraftQuery): void {
  query.command = "merge";
  query.ctes = readCommonTables(reading, node.withClause, parts);
  fillInto(reading, node.relation, parts, query);
  query.from = readFrom(reading, node.sourceRelation && [node.sourceRelation], parts);
  if (node.joinCondition) query.where = readOne(reading, node.joinCondition, parts);
  query.targets = (node.mergeWhenClauses ?? []).flatMap((item) =>
    readWhen(reading, as(item, "MergeWhenClause"), parts),
  );
  fillReturning(reading, node, parts, query);
}

/** The condition, the values and the assignments of one WHEN of MERGE. */
function readWhen(reading: Reading, node: NodeOf<"MergeWhenClause"> | undefined, parts: Extent): Target[] {
  const condition = readList(reading, node?.condition && [node.condition], parts);
  const values = readList(reading, node?.values, parts);
  const assigned = (node?.targetList ?? []).filter((item) => as(item, "ResTarget")?.val !== undefined);
  return [...[...condition, ...values].map((expr) => ({ expr })), ...readTargets(reading, assigned, parts)];
}

type Returning = { readonly returningClause?: { readonly exprs?: readonly Node[] } };

function fillReturning(reading: Reading, node: Returning, parts: Extent, query: DraftQuery): void {
  if (node.returningClause) query.returning = readTargets(reading, node.returningClause.exprs, parts);
}

function fillInto(
  reading: Reading,
  relation: NodeOf<"RangeVar"> | undefined,
  parts: Extent,
  query: DraftQuery,
): void {
  const first = tokenOf(reading, relation?.location);
  parts.addTokens(first, first);
  query.into = readRelation(reading, relation);
  if (relation?.alias?.aliasname !== undefined) query.intoAlias = relation.alias.aliasname;
}

function readCommonTables(reading: Reading, clause: WithClause | undefined, parts: Extent): CommonTable[] {
  return (clause?.ctes ?? []).map((item) => {
    const node = as(item, "CommonTableExpr");
    const first = tokenOf(reading, node?.location);
    const open = queryBracket(reading, first);
    const close = closing(reading.tokens, open);
    const query = readQuery(reading, node?.ctequery, { first: open + 1, last: close - 1 });
    parts.addTokens(first, close);
    const table: Draft<CommonTable> = {
      name: node?.ctename ?? "",
      recursive: clause?.recursive ?? false,
      query,
    };
    if (node?.aliascolnames) table.columns = node.aliascolnames.map((name) => as(name, "String")?.sval ?? "");
    return table;
  });
}

/** The bracket after AS of `name (columns) as materialized (`. */
function queryBracket(reading: Reading, first: number): number {
  const { tokens } = reading;
  let at = first + 1;
  if (isMark(tokens, at, "(")) at = closing(tokens, at) + 1;
  while (at < tokens.count && !isMark(tokens, at, "(")) at++;
  return Math.min(at, tokens.count - 1);
}

function readTargets(reading: Reading, nodes: readonly Node[] | undefined, parts: Extent): Target[] {
  return (nodes ?? []).map((node) => {
    const target = as(node, "ResTarget");
    const expr = parts.add(readExpr(reading, target ? target.val : node));
    if (target?.location !== undefined) parts.addTokens(tokenOf(reading, target.location), -1);
    return target?.name === undefined ? { expr } : { expr, name: target.name };
  });
}

const readFrom = (reading: Reading, nodes: readonly Node[] | undefined, parts: Extent): FromItem[] =>
  (nodes ?? []).map((node) => parts.add(readFromItem(reading, node)));

const readOne = (reading: Reading, node: Node, parts: Extent): Expr => parts.add(readExpr(reading, node));

const readRows = (reading: Reading, lists: readonly Node[], parts: Extent): Expr[][] =>
  lists.map((row) => readList(reading, itemsOf(row), parts));

const readList = (reading: Reading, nodes: readonly Node[] | undefined, parts: Extent): Expr[] =>
  nodes === undefined || nodes.length === 0 ? [] : parts.add(readExprs(reading, nodes));
