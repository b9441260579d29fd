import type { Expr } from "../expression.ts";
import { closing, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark } from "../tokens/tokens.ts";
import { cover, readExpr, readItems } from "./expression.ts";
import { type Draft, type NodeOf, stringsOf } from "./node.ts";

type Node = NodeOf<"A_Expr">;

/** PostgreSQL's A_Expr: operators, LIKE, IN, BETWEEN, IS DISTINCT FROM, NULLIF. */
export function readOperator(reading: Reading, node: Node): Expr {
  switch (node.kind) {
    case "AEXPR_NULLIF":
      return readNullIf(reading, node);
    case "AEXPR_IN":
      return readIn(reading, node);
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT":
      return readDistinct(reading, node);
    case "AEXPR_BETWEEN":
    case "AEXPR_NOT_BETWEEN":
    case "AEXPR_BETWEEN_SYM":
    case "AEXPR_NOT_BETWEEN_SYM":
      return readBetween(reading, node);
    default:
      return readPlain(reading, node);
  }
}

const nameOf = (node: Node): string => stringsOf(node.name).at(-1) ?? "";

function readPlain(reading: Reading, node: Node): Expr {
  const left = node.lexpr ? readExpr(reading, node.lexpr) : undefined;
  const first = left ? reading.first : tokenOf(reading, node.location);
  const right = readExpr(reading, node.rexpr);
  const span = cover(reading, Math.min(first, reading.first), reading.last);
  const operator: Draft<Extract<Expr, { kind: "operator" }>> = {
    kind: "operator",
    name: nameOf(node),
    right,
    span,
  };
  if (left) operator.left = left;
  if (node.kind === "AEXPR_OP_ANY") operator.quantifier = "any";
  else if (node.kind === "AEXPR_OP_ALL") operator.quantifier = "all";
  return operator;
}

function readNullIf(reading: Reading, node: Node): Expr {
  const left = readExpr(reading, node.lexpr);
  const right = readExpr(reading, node.rexpr);
  const first = tokenOf(reading, node.location);
  const last = isMark(reading.tokens, first + 1, "(") ? closing(reading.tokens, first + 1) : reading.last;
  return { kind: "nullif", left, right, span: cover(reading, first, last) };
}

function readIn(reading: Reading, node: Node): Expr {
  const left = readExpr(reading, node.lexpr);
  const first = reading.first;
  const list = readItems(reading, node.rexpr);
  const end = node.rexpr_list_end === undefined ? reading.last : tokenOf(reading, node.rexpr_list_end);
  const span = cover(reading, first, Math.max(end, reading.last));
  return { kind: "in", negated: nameOf(node) === "<>", left, list, span };
}

function readDistinct(reading: Reading, node: Node): Expr {
  const left = readExpr(reading, node.lexpr);
  const first = reading.first;
  const right = readExpr(reading, node.rexpr);
  const negated = node.kind === "AEXPR_NOT_DISTINCT";
  return { kind: "distinct", negated, left, right, span: cover(reading, first, reading.last) };
}

function readBetween(reading: Reading, node: Node): Expr {
  const arg = readExpr(reading, node.lexpr);
  const first = reading.first;
  const [low, high] = readItems(reading, node.rexpr);
  const negated = node.kind?.startsWith("AEXPR_NOT") ?? false;
  const span = cover(reading, first, reading.last);
  return { kind: "between", negated, arg, low: low!, high: high!, span };
}
