import type { Node } from "@pgsql/types";
import type { Expr } from "../expression.ts";
import { closing, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isName, isWord } from "../tokens/tokens.ts";
import { cover, readExpr, readExprs } from "./expression.ts";
import { as, type NodeOf, stringOf } from "./node.ts";

/** CASE, simple or searched. */
export function readCase(reading: Reading, node: NodeOf<"CaseExpr">): Expr {
  const first = tokenOf(reading, node.location);
  const arg = node.arg ? readExpr(reading, node.arg) : undefined;
  const whens = (node.args ?? []).map((item) => {
    const when = as(item, "CaseWhen");
    // biome-ignore lint/suspicious/noThenProperty: SQL's own word, and never awaited
    return { when: readExpr(reading, when?.expr), then: readExpr(reading, when?.result) };
  });
  const otherwise = node.defresult ? readExpr(reading, node.defresult) : undefined;
  return {
    kind: "case",
    ...(arg ? { arg } : {}),
    whens,
    ...(otherwise ? { otherwise } : {}),
    span: cover(reading, first, caseEnd(reading, first)),
  };
}

/** The END after what was read last, at the level of CASE. */
function caseEnd(reading: Reading, first: number): number {
  const { tokens } = reading;
  const level = tokens.parent[first];
  for (let i = reading.last + 1; i < tokens.count; i++) {
    if (tokens.parent[i] === level && isWord(tokens, i, "end")) return i;
  }
  return reading.last;
}

type Bracketed = { readonly args?: readonly Node[]; readonly location?: number; readonly what?: string };

/** COALESCE(...), GREATEST(...), ROW(...), (..., ...), ARRAY[...]; or a word alone. */
export function readBracketed(
  reading: Reading,
  kind: "coalesce" | "greatest" | "least" | "array" | "row" | undefined,
  node: Bracketed,
): Expr {
  const args = readExprs(reading, node.args);
  const first = tokenOf(reading, node.location);
  const open = isName(reading.tokens, first) ? first + 1 : first;
  const bracket = isMark(reading.tokens, open, "(") || isMark(reading.tokens, open, "[");
  const span = cover(reading, first, bracket ? closing(reading.tokens, open) : first);
  return kind === undefined ? { kind: "other", what: node.what ?? "", args, span } : { kind, args, span };
}

/** `(arg).field`, `(arg)[1]`, `arg[1].field`: the tree has no place for these but the operand's. */
export function readIndirection(reading: Reading, node: NodeOf<"A_Indirection">): Expr {
  const { tokens } = reading;
  let expr = readExpr(reading, node.arg);
  let first = reading.first;
  let last = reading.last;
  while (isMark(tokens, first - 1, "(") && closing(tokens, first - 1) === last + 1) {
    first--;
    last++;
  }
  for (const part of node.indirection ?? []) {
    const indices = as(part, "A_Indices");
    const index = indices
      ? readExprs(
          reading,
          [indices.lidx, indices.uidx].filter((item) => item !== undefined),
        )
      : [];
    last = indices ? closing(tokens, last + 1) : last + 2;
    const span = cover(reading, first, last);
    const name = as(part, "A_Star") ? "*" : stringOf(part);
    expr = indices ? { kind: "element", arg: expr, index, span } : { kind: "field", arg: expr, name, span };
  }
  return expr;
}
