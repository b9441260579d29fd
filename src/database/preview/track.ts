import type { Node, RangeVar, SelectStmt } from "@pgsql/types";
import { readTokens } from "../../source/sql/tokens/lexer.ts";
import { offsetsOf } from "../../source/sql/tokens/offsets.ts";
import { isWord, tokenAt } from "../../source/sql/tokens/tokens.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { PreviewStatement } from "../session/statement.ts";

/** A query whose rows are rows of tables, one by one: no groups, no DISTINCT, no UNION. */
export interface SimpleQuery {
  /** The query with two more columns for each source: which table and which row of it. */
  readonly tracked: string;
  readonly sources: readonly Source[];
  /** Without row-level security it would give more rows, never others: no LIMIT. */
  readonly unlimited: boolean;
  /** No function in its columns could be an aggregate. */
  readonly plain: boolean;
}

/** A table in FROM. */
export interface Source {
  readonly schema?: string;
  readonly name: string;
  readonly alias: string;
}

/** How the rows of a query can be followed to their tables; undefined where its rows are no rows of tables. */
export function readSimpleQuery({ sql, query }: PreviewStatement): SimpleQuery | undefined {
  if (!query || !isSimple(query.select)) return undefined;
  const { select, start } = query;
  const commonTables = new Set((select.withClause?.ctes ?? []).map(commonTableName));
  const ranges = (select.fromClause ?? []).flatMap(tablesOf);
  const followed = ranges.filter(({ schemaname, relname }) => schemaname || !commonTables.has(relname));
  const from = ranges[0]?.location === undefined ? undefined : findFrom(sql, ranges[0].location - start);
  if (!followed.length || from === undefined) return undefined;
  const sources = followed.map(sourceOf);
  const columns = sources.flatMap(({ alias }) =>
    ["tableoid", "ctid"].map((column) => `${quoteIdentifier(alias)}.${column}`),
  );
  const comma = select.targetList?.length ? "," : "";
  return {
    tracked: `${sql.slice(0, from)}${comma} ${columns.join(", ")} ${sql.slice(from)}`,
    sources,
    unlimited: !select.limitCount && !select.limitOffset,
    plain: !JSON.stringify(select.targetList ?? []).includes('"FuncCall"'),
  };
}

const isSimple = (select: SelectStmt): boolean =>
  !select.targetList?.some(isAggregate) &&
  !select.distinctClause?.length &&
  !select.groupClause?.length &&
  !select.havingClause &&
  !select.valuesLists?.length &&
  !select.intoClause &&
  (select.op ?? "SETOP_NONE") === "SETOP_NONE";

/** A column that is an aggregate PostgreSQL comes with: it need not be asked to know that it has no row of a table. */
function isAggregate(node: Node): boolean {
  let value = "ResTarget" in node ? node.ResTarget.val : undefined;
  while (value && "TypeCast" in value) value = value.TypeCast.arg;
  const call = value && "FuncCall" in value ? value.FuncCall : undefined;
  const name = call?.funcname?.at(-1);
  return !!call && !call.over && !!name && "String" in name && AGGREGATES.test(name.String.sval ?? "");
}

const AGGREGATES =
  /^(?:count|sum|avg|min|max|(?:array|string|xml|jsonb?|jsonb?_object)_agg|bool_(?:and|or)|every|bit_(?:and|or|xor))$/;

const commonTableName = (node: Node): string | undefined =>
  "CommonTableExpr" in node ? node.CommonTableExpr.ctename : undefined;

/** Tables of an entry of FROM, joins looked into; leftmost first. */
function tablesOf(node: Node): RangeVar[] {
  if ("RangeVar" in node) return [node.RangeVar];
  if (!("JoinExpr" in node)) return [];
  const { larg, rarg } = node.JoinExpr;
  return [...(larg ? tablesOf(larg) : []), ...(rarg ? tablesOf(rarg) : [])];
}

const sourceOf = ({ schemaname, relname = "", alias }: RangeVar): Source => ({
  ...(schemaname && { schema: schemaname }),
  name: relname,
  alias: alias?.aliasname ?? relname,
});

/** Where the word FROM stands before the first table: between them are at most ONLY and brackets. */
function findFrom(sql: string, location: number): number | undefined {
  const tokens = readTokens(sql, { start: 0, end: sql.length });
  let at = tokenAt(tokens, offsetsOf(sql).fromByte(location)) - 1;
  while (at >= 0 && !(tokens.parent[at] === -1 && isWord(tokens, at, "from"))) at--;
  return at < 0 ? undefined : tokens.start[at]!;
}
