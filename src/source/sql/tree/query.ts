import type { Node, SelectStmt, WithClause } from "@pgsql/types";
import type { CommonTable, Expr, FromItem, QualifiedName, Query, Target } from "../expression.ts";
import { closing, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, Kind, tokenText } from "../tokens/tokens.ts";
import { cover, readExpr, readExprs } from "./expression.ts";
import { readFromItem } from "./from.ts";
import { readRelation } from "./name.ts";
import { as, itemsOf, kindOf, type NodeOf } from "./node.ts";

/** The tokens a query is known to fill; without them its place comes from its parts. */
export interface TokenRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A query of the tree: SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE. Leaves in `reading.first` and `.last` the
 * tokens it begins and ends with.
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
  const draft = readDraft(reading, node, parts);
  const { first, last } = range ?? parts.queryRange(ends);
  const span = range ? reading.place(first, last) : cover(reading, first, last);
  if (range) {
    reading.first = first;
    reading.last = last;
  }
  return { ...draft, span };
}

type Draft = Omit<Query, "span">;

const EMPTY: Draft = { command: "other", ctes: [], targets: [], from: [] };

function readDraft(reading: Reading, node: Node | undefined, parts: Extent): Draft {
  switch (node && kindOf(node)) {
    case "SelectStmt":
      return readSelect(reading, as(node, "SelectStmt")!, parts);
    case "InsertStmt":
      return readInsert(reading, as(node, "InsertStmt")!, parts);
    case "UpdateStmt":
      return readUpdate(reading, as(node, "UpdateStmt")!, parts);
    case "DeleteStmt":
      return readDelete(reading, as(node, "DeleteStmt")!, parts);
    case "MergeStmt":
      return readMerge(reading, as(node, "MergeStmt")!, parts);
    default:
      return EMPTY;
  }
}

/** The tokens that the parts of a query were seen to fill. */
export class Extent {
  first = Number.MAX_SAFE_INTEGER;
  last = -1;

  constructor(private readonly reading: Reading) {}

  /** Counts what was read last as a part, and passes it on. */
  add<T>(part: T): T {
    if (this.reading.first < this.first) this.first = this.reading.first;
    if (this.reading.last > this.last) this.last = this.reading.last;
    return part;
  }

  /** From the query's first word to the word or bracket that ends it. */
  queryRange(ends: Ends): TokenRange {
    const { tokens } = this.reading;
    if (this.last < 0) return { first: this.reading.origin, last: this.reading.origin };
    const first = this.openingWord();
    const level = tokens.parent[first]!;
    let last = this.last;
    while (tokens.parent[last]! > level) last = closing(tokens, tokens.parent[last]!);
    while (last + 1 < tokens.count && tokens.parent[last + 1] === level && !this.ends(last + 1, ends)) {
      last = closing(tokens, last + 1);
    }
    return { first, last };
  }

  /** SELECT and its kin stand at the level of the query: a deeper one belongs to a part. */
  private openingWord(): number {
    const { tokens, origin } = this.reading;
    let level = tokens.parent[this.first]!;
    for (let i = this.first; i >= origin; i--) {
      if (tokens.parent[i]! < level) level = tokens.parent[i]!;
      if (tokens.parent[i] === level && OPENERS.has(tokenText(tokens, i).toLowerCase())) return i;
    }
    return this.first;
  }

  private ends(at: number, ends: Ends): boolean {
    const { tokens } = this.reading;
    if (isMark(tokens, at, ";") || isMark(tokens, at, ")") || isMark(tokens, at, ",")) return true;
    return tokens.kind[at] === Kind.word && ends.has(tokenText(tokens, at).toLowerCase());
  }
}

const OPENERS = new Set(["select", "values", "with", "insert", "update", "delete", "merge", "table"]);

type Ends = ReadonlySet<string>;

/** Words that stand after a query and are none of it. */
const QUERY_ENDS: Ends = new Set(["union", "intersect", "except", "on", "returning"]);

/** An arm of UNION leaves ORDER BY and its kin to the whole. */
const ARM_ENDS: Ends = new Set([...QUERY_ENDS, "order", "limit", "offset", "fetch", "for"]);

function readSelect(reading: Reading, node: SelectStmt, parts: Extent): Draft {
  const ctes = readCommonTables(reading, node.withClause, parts);
  if (node.op !== undefined && node.op !== "SETOP_NONE")
    return { ...readSetOperation(reading, node, parts), ctes };
  const targets = readTargets(reading, node.targetList, parts);
  const from = readFrom(reading, node.fromClause, parts);
  const where = readOptional(reading, node.whereClause, parts);
  const groupBy = readList(reading, node.groupClause, parts);
  const having = readOptional(reading, node.havingClause, parts);
  const values = node.valuesLists?.map((row) => readList(reading, itemsOf(row), parts));
  return {
    command: values ? "values" : "select",
    ctes,
    targets,
    from,
    ...(where ? { where } : {}),
    ...(groupBy.length > 0 ? { groupBy } : {}),
    ...(having ? { having } : {}),
    ...(values ? { values } : {}),
    ...readTail(reading, node, parts),
  };
}

function readSetOperation(reading: Reading, node: SelectStmt, parts: Extent): Draft {
  const left = parts.add(readWithin(reading, node.larg && { SelectStmt: node.larg }, undefined, ARM_ENDS));
  const right = parts.add(readWithin(reading, node.rarg && { SelectStmt: node.rarg }, undefined, ARM_ENDS));
  const operator =
    node.op === "SETOP_INTERSECT" ? "intersect" : node.op === "SETOP_EXCEPT" ? "except" : "union";
  return {
    ...EMPTY,
    command: "select",
    setOperation: { operator, all: node.all ?? false, left, right },
    ...readTail(reading, node, parts),
  };
}

/** ORDER BY, LIMIT, OFFSET, FOR UPDATE. */
function readTail(reading: Reading, node: SelectStmt, parts: Extent): Partial<Draft> {
  const orderBy = readList(reading, node.sortClause, parts);
  const limit = readOptional(reading, node.limitCount, parts);
  const offset = readOptional(reading, node.limitOffset, parts);
  return {
    ...(orderBy.length > 0 ? { orderBy } : {}),
    ...(limit ? { limit } : {}),
    ...(offset ? { offset } : {}),
    ...(node.lockingClause ? { locking: true } : {}),
  };
}

function readInsert(reading: Reading, node: NodeOf<"InsertStmt">, parts: Extent): Draft {
  const ctes = readCommonTables(reading, node.withClause, parts);
  const into = readInto(reading, node.relation, parts);
  const columns = (node.cols ?? []).map((item) => as(item, "ResTarget")?.name ?? "");
  const select = as(node.selectStmt, "SelectStmt");
  const values = select?.valuesLists?.map((row) => readList(reading, itemsOf(row), parts));
  const from: FromItem[] =
    select && !values
      ? [{ kind: "query", query: parts.add(readQuery(reading, node.selectStmt)), lateral: false }]
      : [];
  const targets = readTargets(reading, node.onConflictClause?.targetList, parts);
  const where = readOptional(reading, node.onConflictClause?.whereClause, parts);
  const returning = readTargets(reading, node.returningClause?.exprs, parts);
  return {
    command: "insert",
    ctes,
    targets,
    from,
    into,
    ...(columns.length > 0 ? { columns } : {}),
    ...(values ? { values } : {}),
    ...(where ? { where } : {}),
    ...(returning.length > 0 ? { returning } : {}),
  };
}

function readUpdate(reading: Reading, node: NodeOf<"UpdateStmt">, parts: Extent): Draft {
  const ctes = readCommonTables(reading, node.withClause, parts);
  const into = readInto(reading, node.relation, parts);
  const targets = readTargets(reading, node.targetList, parts);
  const from = readFrom(reading, node.fromClause, parts);
  return { command: "update", ctes, targets, from, into, ...readEnd(reading, node, parts) };
}

function readDelete(reading: Reading, node: NodeOf<"DeleteStmt">, parts: Extent): Draft {
  const ctes = readCommonTables(reading, node.withClause, parts);
  const into = readInto(reading, node.relation, parts);
  const from = readFrom(reading, node.usingClause, parts);
  return { command: "delete", ctes, targets: [], from, into, ...readEnd(reading, node, parts) };
}

/** WHERE and RETURNING of UPDATE and DELETE. */
function readEnd(
  reading: Reading,
  node: NodeOf<"UpdateStmt"> | NodeOf<"DeleteStmt">,
  parts: Extent,
): Partial<Draft> {
  const where = readOptional(reading, node.whereClause, parts);
  const returning = readTargets(reading, node.returningClause?.exprs, parts);
  return { ...(where ? { where } : {}), ...(returning.length > 0 ? { returning } : {}) };
}

function readMerge(reading: Reading, node: NodeOf<"MergeStmt">, parts: Extent): Draft {
  const ctes = readCommonTables(reading, node.withClause, parts);
  const into = readInto(reading, node.relation, parts);
  const from = node.sourceRelation ? readFrom(reading, [node.sourceRelation], parts) : [];
  const where = readOptional(reading, node.joinCondition, parts);
  const targets = (node.mergeWhenClauses ?? []).flatMap((item) => {
    const clause = as(item, "MergeWhenClause");
    const condition = readList(reading, clause?.condition ? [clause.condition] : [], parts);
    const values = readList(reading, clause?.values, parts);
    const assigned = readTargets(reading, clause?.targetList, parts).filter(
      (target) => target.expr.kind !== "other",
    );
    return [...[...condition, ...values].map((expr) => ({ expr })), ...assigned];
  });
  const returning = readTargets(reading, node.returningClause?.exprs, parts);
  return {
    command: "merge",
    ctes,
    targets,
    from,
    into,
    ...(where ? { where } : {}),
    ...(returning.length > 0 ? { returning } : {}),
  };
}

function readInto(reading: Reading, relation: NodeOf<"RangeVar"> | undefined, parts: Extent): QualifiedName {
  const first = tokenOf(reading, relation?.location);
  reading.first = first;
  reading.last = first;
  parts.add(undefined);
  return readRelation(reading, relation);
}

function readCommonTables(reading: Reading, clause: WithClause | undefined, parts: Extent): CommonTable[] {
  return (clause?.ctes ?? []).map((item) => {
    const table = as(item, "CommonTableExpr");
    const first = tokenOf(reading, table?.location);
    const open = queryBracket(reading, first);
    const query = readQuery(reading, table?.ctequery, {
      first: open + 1,
      last: closing(reading.tokens, open) - 1,
    });
    reading.first = first;
    reading.last = closing(reading.tokens, open);
    parts.add(undefined);
    const columns = (table?.aliascolnames ?? []).map((name) => as(name, "String")?.sval ?? "");
    const named = { name: table?.ctename ?? "", recursive: clause?.recursive ?? false, query };
    return columns.length > 0 ? { ...named, columns } : named;
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
    const first = tokenOf(reading, target?.location);
    if (target?.location !== undefined && first < parts.first) parts.first = first;
    return target?.name === undefined ? { expr } : { expr, name: target.name };
  });
}

function readFrom(reading: Reading, nodes: readonly Node[] | undefined, parts: Extent): FromItem[] {
  return (nodes ?? []).map((node) => parts.add(readFromItem(reading, node)));
}

function readOptional(reading: Reading, node: Node | undefined, parts: Extent): Expr | undefined {
  return node === undefined ? undefined : parts.add(readExpr(reading, node));
}

function readList(reading: Reading, nodes: readonly Node[] | undefined, parts: Extent): Expr[] {
  if (nodes === undefined || nodes.length === 0) return [];
  return parts.add(readExprs(reading, nodes));
}
