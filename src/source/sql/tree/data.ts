import type { Node } from "@pgsql/types";
import type { InsertedValue, OtherStatement, StatementBody } from "../statement.ts";
import type { Reading } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { queryOfCall } from "./call-statement.ts";
import { constantOf, readExpr } from "./expression.ts";
import { readRelation } from "./name.ts";
import { as, itemsOf, type NodeOf } from "./node.ts";
import { readQuery } from "./query.ts";
import type { StatementReaders } from "./statement.ts";

export const dataReaders: StatementReaders = {
  SelectStmt: readSelect,
  InsertStmt: readInsert,
  UpdateStmt: (reading, node) => ({
    kind: "update",
    table: readRelation(reading, node.relation),
    set: Object.fromEntries((node.targetList ?? []).map(assignment)),
    ...equalities(node.whereClause, node.fromClause === undefined),
  }),
  DeleteStmt: (reading, node) => ({
    kind: "delete",
    table: readRelation(reading, node.relation),
    ...equalities(node.whereClause, node.usingClause === undefined),
  }),
  TruncateStmt: (reading, node) => ({
    kind: "truncate",
    tables: (node.relations ?? []).map((item) => readRelation(reading, as(item, "RangeVar"))),
  }),
  CallStmt: (reading, node) => ({
    kind: "select",
    query: queryOfCall(reading, readExpr(reading, { FuncCall: node.funccall ?? {} })),
  }),
};

function readSelect(reading: Reading, node: NodeOf<"SelectStmt">, range: TokenRange): StatementBody {
  const query = readQuery(reading, { SelectStmt: node }, range);
  const into = node.intoClause;
  if (into === undefined) return { kind: "select", query };
  return {
    kind: "create-table-as",
    name: readRelation(reading, into.rel),
    temporary: into.rel?.relpersistence === "t",
    ifNotExists: false,
    query,
    columns: [],
  };
}

/** Rows kept of one INSERT: lookups and buckets fit, seeds of thousands are no facts. */
const ROWS_KEPT = 200;

const CONFLICTS = new Map([
  ["ONCONFLICT_NOTHING", "nothing"],
  ["ONCONFLICT_UPDATE", "update"],
] as const);

function readInsert(reading: Reading, node: NodeOf<"InsertStmt">): OtherStatement {
  const select = as(node.selectStmt, "SelectStmt");
  const lists = select?.valuesLists;
  const table = readRelation(reading, node.relation);
  const isBucket = table.name === "buckets";
  const kept = lists === undefined || isBucket ? lists : lists.slice(0, ROWS_KEPT);
  return {
    kind: "insert",
    table,
    columns: (node.cols ?? []).map((item) => as(item, "ResTarget")?.name ?? ""),
    rows: (kept ?? []).map((row) => itemsOf(row).map(insertedValue)),
    complete: lists !== undefined && kept?.length === lists.length,
    onConflict: CONFLICTS.get(node.onConflictClause?.action as "ONCONFLICT_NOTHING") ?? "none",
    ...(select && !lists ? { query: readQuery(reading, node.selectStmt) } : {}),
  };
}

const assignment = (node: Node): [string, InsertedValue] => {
  const target = as(node, "ResTarget");
  return [target?.name ?? "", insertedValue(target?.val)];
};

/** A constant, through casts; `array['a']` and calls are unknown. */
export function insertedValue(node: Node | undefined): InsertedValue {
  const cast = as(node, "TypeCast");
  if (cast) return insertedValue(cast.arg);
  const constant = as(node, "A_Const");
  if (constant === undefined) return { unknown: true };
  const { type, value } = constantOf(constant);
  if (type === "null") return { value: null };
  if (type === "boolean") return { value: value === "true" };
  if (type !== "number") return { value };
  return { value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
}

/** `column = constant` joined by AND; `exact` when there is nothing else. */
function equalities(
  node: Node | undefined,
  alone: boolean,
): { where: Record<string, string>; exact: boolean } {
  const found: [string, string][] = [];
  const exact = node === undefined || conjuncts(node).every((part) => addEquality(part, found));
  return { where: Object.fromEntries(found), exact: exact && alone };
}

const conjuncts = (node: Node): readonly Node[] => {
  const bool = as(node, "BoolExpr");
  return bool?.boolop === "AND_EXPR" ? (bool.args ?? []) : [node];
};

function addEquality(node: Node, into: [string, string][]): boolean {
  const expr = as(node, "A_Expr");
  if (expr?.kind !== "AEXPR_OP" || as(expr.name?.at(-1), "String")?.sval !== "=") return false;
  const column = as(expr.lexpr, "ColumnRef") ?? as(expr.rexpr, "ColumnRef");
  const value = insertedValue(as(expr.lexpr, "ColumnRef") ? expr.rexpr : expr.lexpr);
  const name = as(column?.fields?.at(-1), "String")?.sval;
  if (name === undefined || !("value" in value) || value.value === null) return false;
  into.push([name, String(value.value)]);
  return true;
}
