import type { SubLink } from "@pgsql/types";
import type { Expr } from "../expression.ts";
import { closing, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isWord } from "../tokens/tokens.ts";
import { cover, readExpr } from "./expression.ts";
import { type Draft, stringsOf } from "./node.ts";
import { readQuery } from "./query.ts";

const FORMS = {
  EXISTS_SUBLINK: "exists",
  EXPR_SUBLINK: "scalar",
  ARRAY_SUBLINK: "array",
  ANY_SUBLINK: "any",
  ALL_SUBLINK: "all",
} as const;

/** A sub-select in an expression: EXISTS, IN, ANY, ALL, ARRAY or a scalar one. */
export function readSubLink(reading: Reading, node: SubLink): Expr {
  const form = FORMS[node.subLinkType as keyof typeof FORMS] ?? "scalar";
  const at = tokenOf(reading, node.location);
  let first = at;
  let left: Expr | undefined;
  if (node.testexpr) {
    left = readExpr(reading, node.testexpr);
    first = Math.min(first, reading.first);
  }
  const open = nextBracket(reading, at);
  const last = closing(reading.tokens, open);
  const query = readQuery(reading, node.subselect, { first: open + 1, last: last - 1 });
  const operator = stringsOf(node.operName).at(-1) ?? (form === "any" ? "=" : undefined);
  const span = cover(reading, first, last);
  const subquery: Draft<Extract<Expr, { kind: "subquery" }>> = { kind: "subquery", form, query, span };
  if (operator !== undefined) subquery.operator = operator;
  if (left !== undefined) subquery.left = left;
  return subquery;
}

/** The first opening bracket from a token on: after EXISTS, IN, ANY, ARRAY or an operator. */
function nextBracket(reading: Reading, from: number): number {
  for (let i = from; i < Math.min(from + 10, reading.tokens.count); i++) {
    if (isMark(reading.tokens, i, "(") && !isOperatorBracket(reading, i)) return i;
  }
  return from;
}

/** `= operator(pg_catalog.=) (select ...)`. */
const isOperatorBracket = (reading: Reading, index: number): boolean =>
  isWord(reading.tokens, index - 1, "operator");
