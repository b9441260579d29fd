import type { Node } from "@pgsql/types";
import type { Expr } from "../expression.ts";
import { closing, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isWord } from "../tokens/tokens.ts";
import { cover, predicateEnd, readExprs } from "./expression.ts";
import { as, type NodeOf, stringsOf } from "./node.ts";

/** A function call, in whichever of SQL's forms: `f(a, b)`, `extract(year from a)`, `a at time zone b`. */
export function readCall(reading: Reading, node: NodeOf<"FuncCall">): Expr {
  const parts = node.args ?? [];
  const args = readExprs(reading, parts);
  const argFirst = parts.length > 0 ? reading.first : Number.MAX_SAFE_INTEGER;
  const argLast = parts.length > 0 ? reading.last : -1;
  if (node.agg_star) args.push(readStar(reading, node.location));
  const extra = readExprs(reading, callExtras(node));
  const at = tokenOf(reading, node.location);
  const name = stringsOf(node.funcname);
  const last = callEnd(reading, at);
  const infix = last < 0 || argFirst < at;
  const span = infix
    ? cover(reading, Math.min(at, argFirst), Math.max(argLast, predicateEnd(reading, at)))
    : cover(reading, at, last);
  return {
    kind: "call",
    name: node.funcformat === "COERCE_SQL_SYNTAX" ? name.slice(-1) : name,
    args,
    ...argumentNames(parts),
    ...(node.agg_distinct ? { distinct: true } : {}),
    ...(node.over ? { over: true } : {}),
    ...(extra.length > 0 ? { extra } : {}),
    span,
  };
}

function readStar(reading: Reading, location: number | undefined): Expr {
  const at = nameEnd(reading.tokens, tokenOf(reading, location)) + 2;
  return { kind: "column", path: ["*"], span: reading.place(at, at) };
}

/** What counts in FILTER, ORDER BY and OVER. */
function callExtras(node: NodeOf<"FuncCall">): Node[] {
  const filter = node.agg_filter ? [node.agg_filter] : [];
  return [
    ...filter,
    ...(node.agg_order ?? []),
    ...(node.over?.partitionClause ?? []),
    ...(node.over?.orderClause ?? []),
  ];
}

function argumentNames(args: readonly Node[]): { argumentNames?: (string | null)[] } {
  const names = args.map((arg) => as(arg, "NamedArgExpr")?.name ?? null);
  return names.some((name) => name !== null) ? { argumentNames: names } : {};
}

/** The last token of `name(...) within group (...) filter (...) over (...)`; -1 where no bracket follows the name. */
function callEnd(reading: Reading, first: number): number {
  const { tokens } = reading;
  let last = nameEnd(tokens, first);
  if (!isMark(tokens, last + 1, "(")) return -1;
  last = closing(tokens, last + 1);
  if (isWord(tokens, last + 1, "within") && isMark(tokens, last + 3, "(")) last = closing(tokens, last + 3);
  if (isWord(tokens, last + 1, "filter") && isMark(tokens, last + 2, "(")) last = closing(tokens, last + 2);
  if (!isWord(tokens, last + 1, "over")) return last;
  return isMark(tokens, last + 2, "(") ? closing(tokens, last + 2) : last + 2;
}

/** `current_user`, `current_timestamp(3)`: SVFOP_CURRENT_TIMESTAMP_N is the latter. */
export function readValueFunction(reading: Reading, node: NodeOf<"SQLValueFunction">): Expr {
  const first = tokenOf(reading, node.location);
  const name = (node.op ?? "")
    .replace(/^SVFOP_/, "")
    .replace(/_N$/, "")
    .toLowerCase();
  const last = isMark(reading.tokens, first + 1, "(") ? closing(reading.tokens, first + 1) : first;
  return { kind: "call", name: [name], args: [], bare: true, span: cover(reading, first, last) };
}
