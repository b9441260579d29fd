import type { Alias, Node } from "@pgsql/types";
import type { FromItem } from "../expression.ts";
import { nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { cover, readExpr, readExprs } from "./expression.ts";
import { readRelation } from "./name.ts";
import { as, itemsOf, kindOf, type NodeOf, stringsOf } from "./node.ts";
import { readQuery } from "./query.ts";

/** One item of a FROM clause. */
export function readFromItem(reading: Reading, node: Node): FromItem {
  switch (kindOf(node)) {
    case "RangeVar":
      return readTable(reading, as(node, "RangeVar")!);
    case "RangeSubselect":
      return readSubselect(reading, as(node, "RangeSubselect")!);
    case "RangeFunction":
      return readFunction(reading, as(node, "RangeFunction")!);
    case "JoinExpr":
      return readJoin(reading, as(node, "JoinExpr")!);
    case "RangeTableSample":
      return readFromItem(reading, as(node, "RangeTableSample")!.relation ?? { RangeVar: {} });
    default:
      return readTableFunction(reading, node);
  }
}

function readTable(reading: Reading, node: NodeOf<"RangeVar">): FromItem {
  const name = readRelation(reading, node);
  reading.first = tokenOf(reading, node.location);
  reading.last = nameEnd(reading.tokens, reading.first);
  return { kind: "table", name, ...aliasOf(node.alias) };
}

function readSubselect(reading: Reading, node: NodeOf<"RangeSubselect">): FromItem {
  const query = readQuery(reading, node.subquery);
  return { kind: "query", query, lateral: node.lateral ?? false, ...aliasOf(node.alias) };
}

/** `f(1)`, or the first of ROWS FROM (f(1), g(2)) with the others as its arguments. */
function readFunction(reading: Reading, node: NodeOf<"RangeFunction">): FromItem {
  const calls = (node.functions ?? []).map((item) => itemsOf(item)[0]).filter((call) => call !== undefined);
  const exprs = readExprs(reading, calls);
  const span = cover(reading, reading.first, reading.last);
  const call =
    exprs.length === 1 ? exprs[0]! : { kind: "other" as const, what: "rows from", args: exprs, span };
  return { kind: "function", call, ...aliasOf(node.alias), ...(node.ordinality ? { ordinality: true } : {}) };
}

/** XMLTABLE and JSON_TABLE. */
function readTableFunction(reading: Reading, node: Node): FromItem {
  const call = readExpr(reading, node);
  const content = Object.values(node)[0] as { alias?: Alias } | undefined;
  return { kind: "function", call, ...aliasOf(content?.alias) };
}

const JOINS = { JOIN_LEFT: "left", JOIN_RIGHT: "right", JOIN_FULL: "full" } as const;

function readJoin(reading: Reading, node: NodeOf<"JoinExpr">): FromItem {
  const left = readFromItem(reading, node.larg ?? { RangeVar: {} });
  const first = reading.first;
  const right = readFromItem(reading, node.rarg ?? { RangeVar: {} });
  const on = node.quals ? readExpr(reading, node.quals) : undefined;
  cover(reading, Math.min(first, reading.first), reading.last);
  const using = stringsOf(node.usingClause);
  return {
    kind: "join",
    type: JOINS[node.jointype as keyof typeof JOINS] ?? "inner",
    left,
    right,
    ...(on ? { on } : {}),
    ...(using.length > 0 ? { using } : {}),
    ...(node.isNatural ? { natural: true } : {}),
    ...aliasOf(node.alias ?? node.join_using_alias),
  };
}

function aliasOf(alias: Alias | undefined): { alias?: string; columns?: string[] } {
  if (alias?.aliasname === undefined) return {};
  const columns = stringsOf(alias.colnames);
  return columns.length > 0 ? { alias: alias.aliasname, columns } : { alias: alias.aliasname };
}
