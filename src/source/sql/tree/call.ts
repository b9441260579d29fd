import type { Node } from "@pgsql/types";
import type { Expr } from "../expression.ts";
import { closing, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isWord } from "../tokens/tokens.ts";
import { cover, predicateEnd, readExprs } from "./expression.ts";
import { as, type Draft, type NodeOf, stringsOf } from "./node.ts";

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
  const call: Draft<Call> = {
    kind: "call",
    name: node.funcformat === "COERCE_SQL_SYNTAX" ? name.slice(-1) : name,
    args,
    span,
  };
  const names = argumentNames(parts);
  if (names) call.argumentNames = names;
  if (node.agg_distinct) call.distinct = true;
  if (node.over) call.over = true;
  if (extra.length > 0) call.extra = extra;
  return call;
}

type Call = Extract<Expr, { kind: "call" }>;

function readStar(reading: Reading, location: number | undefined): Expr {
  const at = nameEnd(reading.tokens, tokenOf(reading, location)) + 2;
  return { kind: "column", path: ["*"], span: reading.place(at, at) };
}

/** What counts in FILTER, ORDER BY and OVER. */
function callExtras(node: NodeOf<"FuncCall">): readonly Node[] {
  const { agg_filter, agg_order, over } = node;
  if (!agg_filter && !agg_order && !over) return [];
  const filter = agg_filter ? [agg_filter] : [];
  return [...filter, ...(agg_order ?? []), ...(over?.partitionClause ?? []), ...(over?.orderClause ?? [])];
}

/** The names of arguments where any is named. */
function argumentNames(args: readonly Node[]): (string | null)[] | undefined {
  if (!args.some((arg) => as(arg, "NamedArgExpr"))) return undefined;
  return args.map((arg) => as(arg, "NamedArgExpr")?.name ?? null);
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
  const last = isMark(reading.tokens, first + 1, "(") ? closing(reading.tokens, first + 1) : first;
  return {
    kind: "call",
    name: [valueName(node.op ?? "")],
    args: [],
    bare: true,
    span: cover(reading, first, last),
  };
}

const valueName = (op: string): string =>
  op.slice("SVFOP_".length, op.endsWith("_N") ? -2 : undefined).toLowerCase();
