import type { Node } from "@pgsql/types";
import type {
  ColumnDefinition,
  ConstraintDefinition,
  IndexKey,
  StatementBody,
  TableStatement,
} from "../statement.ts";
import { findWord } from "../tokens/locate.ts";
import { type Reading, tokenOf } from "../tokens/reading.ts";
import { isWord, type TokenRange } from "../tokens/tokens.ts";
import { readColumn, readConstraint } from "./column.ts";
import { readExpr } from "./expression.ts";
import { readNameAt, readRelation } from "./name.ts";
import { as, type NodeOf, stringsOf } from "./node.ts";
import { readQuery } from "./query.ts";
import type { StatementReaders } from "./statement.ts";

export const tableReaders: StatementReaders = {
  CreateStmt: (reading, node, range) =>
    readCreate(reading, node, range, node.partspec ? "partitioned" : "ordinary"),
  CreateForeignTableStmt: (reading, node, range) => readCreate(reading, node.base ?? {}, range, "foreign"),
  CreateTableAsStmt: readCreateAs,
  IndexStmt: readIndex,
};

type CreateTable = Extract<TableStatement, { kind: "create-table" }>;

function readCreate(
  reading: Reading,
  node: NodeOf<"CreateStmt">,
  range: TokenRange,
  tableKind: CreateTable["tableKind"],
): CreateTable {
  const parents = (node.inhRelations ?? []).map((item) => readRelation(reading, as(item, "RangeVar")));
  const partitionOf = node.partbound ? parents[0] : undefined;
  const ofType = node.ofTypename && stringsOf(node.ofTypename.names);
  return {
    kind: "create-table",
    name: readRelation(reading, node.relation),
    tableKind,
    temporary: node.relation?.relpersistence === "t",
    ifNotExists: node.if_not_exists ?? false,
    inherits: partitionOf ? [] : parents,
    like: readLikes(reading, node.tableElts),
    ...readElements(reading, node, range),
    ...(partitionOf ? { partitionOf } : {}),
    ...(ofType ? { ofType: readNameAt(reading, ofType, tokenOf(reading, node.ofTypename?.location)) } : {}),
  };
}

/** Columns and constraints in the order they are written; those written with a column count as the table's. */
function readElements(reading: Reading, node: NodeOf<"CreateStmt">, range: TokenRange) {
  const columns: ColumnDefinition[] = [];
  const constraints: ConstraintDefinition[] = [];
  const elements = node.constraints
    ? [...(node.tableElts ?? []), ...node.constraints]
    : (node.tableElts ?? []);
  for (const element of elements) {
    const columnNode = as(element, "ColumnDef");
    if (columnNode) {
      const read = readColumn(reading, columnNode, range);
      columns.push(read.column);
      for (const constraint of read.constraints) constraints.push(constraint);
      continue;
    }
    const constraintNode = as(element, "Constraint");
    const constraint = constraintNode && readConstraint(reading, constraintNode, range);
    if (constraint) constraints.push(constraint);
  }
  return { columns, constraints };
}

const LIKE_CONSTRAINTS = 4;
const LIKE_INDEXES = 64;
const LIKE_ALL = 0x7fffffff;

function readLikes(reading: Reading, elements: readonly Node[] | undefined): CreateTable["like"] {
  const likes = (elements ?? [])
    .map((element) => as(element, "TableLikeClause"))
    .filter((like) => like !== undefined);
  return likes.map((like) => {
    const options = like.options ?? 0;
    return {
      table: readRelation(reading, like.relation),
      all: options === LIKE_ALL,
      indexes: (options & LIKE_INDEXES) !== 0,
      constraints: (options & LIKE_CONSTRAINTS) !== 0,
    };
  });
}

/** CREATE TABLE AS, CREATE MATERIALIZED VIEW and SELECT INTO. */
function readCreateAs(reading: Reading, node: NodeOf<"CreateTableAsStmt">, range: TokenRange): StatementBody {
  const name = readRelation(reading, node.into?.rel);
  const columns = stringsOf(node.into?.colNames);
  const query = readQuery(reading, node.query, queryRange(reading, range));
  if (node.objtype === "OBJECT_MATVIEW") {
    const options = readOptions(node.into?.options);
    return {
      kind: "create-view",
      name,
      materialized: true,
      replace: false,
      temporary: false,
      columns,
      options,
      query,
    };
  }
  return {
    kind: "create-table-as",
    name,
    temporary: node.into?.rel?.relpersistence === "t",
    ifNotExists: node.if_not_exists ?? false,
    query,
    columns,
  };
}

/** From the token after AS to the statement's end, less WITH [NO] DATA and WITH CHECK OPTION. */
export function queryRange(reading: Reading, range: TokenRange): TokenRange {
  const { tokens } = reading;
  const first = Math.min(findWord(reading, range, "as") + 1, range.last);
  let last = range.last;
  if (isWord(tokens, last, "data") || isWord(tokens, last, "option")) {
    const at = [last - 1, last - 2, last - 3].find((index) => isWord(tokens, index, "with"));
    if (at !== undefined) last = at - 1;
  }
  return { first, last: Math.max(first, last) };
}

/** WITH (name = value), lower-case; a bare name is "true". */
export function readOptions(nodes: readonly Node[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (nodes ?? []).map((node) => {
      const option = as(node, "DefElem");
      return [(option?.defname ?? "").toLowerCase(), optionText(option?.arg)];
    }),
  );
}

function optionText(node: Node | undefined): string {
  if (node === undefined) return "true";
  const integer = as(node, "Integer");
  if (integer) return String(integer.ival ?? 0);
  const text = as(node, "String")?.sval ?? as(node, "Float")?.fval;
  return text ?? stringsOf(as(node, "TypeName")?.names).at(-1) ?? "true";
}

function readIndex(reading: Reading, node: NodeOf<"IndexStmt">): TableStatement {
  const where = node.whereClause && readExpr(reading, node.whereClause);
  return {
    kind: "create-index",
    table: readRelation(reading, node.relation),
    unique: node.unique ?? false,
    concurrently: node.concurrent ?? false,
    ifNotExists: node.if_not_exists ?? false,
    method: node.accessMethod ?? "btree",
    keys: (node.indexParams ?? []).map((item) => readKey(reading, as(item, "IndexElem"))),
    include: (node.indexIncludingParams ?? []).map((item) => as(item, "IndexElem")?.name ?? ""),
    ...(node.idxname === undefined ? {} : { name: node.idxname }),
    ...(where ? { where } : {}),
  };
}

const readKey = (reading: Reading, node: NodeOf<"IndexElem"> | undefined): IndexKey =>
  node?.name === undefined ? { expr: readExpr(reading, node?.expr) } : { column: node.name };
