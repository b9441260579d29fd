import type { Node } from "@pgsql/types";
import type { Expr, Query } from "../expression.ts";
import { type Parsed, parseTree } from "../grammar.ts";
import { beginAt, type Reading, readingInPlace } from "../tokens/reading.ts";
import type { TokenRange, Tokens } from "../tokens/tokens.ts";
import { queryOfCall } from "../tree/call-statement.ts";
import { readExpr } from "../tree/expression.ts";
import { as, kindOf } from "../tree/node.ts";
import { readQuery } from "../tree/query.ts";
import { resultOf } from "./query-result.ts";
import { refusedIn } from "./refused.ts";

/**
 * A stretch of a body that is SQL, or becomes it with SELECT before it: PL/pgSQL's expressions are SELECTs without
 * the word. `gaps` are INTO clauses, blanked out.
 */
export interface Piece {
  readonly range: TokenRange;
  readonly select: boolean;
  readonly gaps?: readonly TokenRange[];
}

export interface ReadPiece {
  readonly reading: Reading;
  readonly range: TokenRange;
  /** The one statement of the piece. */
  readonly node: Node;
}

const SELECT = "SELECT ";

/** Parses a piece of a body; undefined where it is empty, refused or more than one statement. */
export function parsePiece(body: Reading, piece: Piece): ReadPiece | undefined {
  const { tokens } = body;
  if (piece.range.last < piece.range.first) return undefined;
  const start = tokens.start[piece.range.first]!;
  const plain = tokens.text.slice(start, tokens.end[piece.range.last]);
  const text = piece.select ? SELECT + plain : blankGaps(tokens, piece, start, plain);
  const parsed: Parsed = parseTree(text);
  const from = piece.select ? start - SELECT.length : start;
  if (!("statements" in parsed)) body.refused ??= refusedIn(text, from, piece.range, parsed);
  if (!("statements" in parsed) || parsed.statements.length !== 1) return undefined;
  const node = parsed.statements[0]!.stmt;
  const base = readingInPlace(tokens, from, text);
  if (node === undefined) return undefined;
  const reading = { ...base, place: body.place, ...(body.whole ? { whole: body.whole } : {}) };
  beginAt(reading, piece.range.first);
  return { reading, range: piece.range, node };
}

function blankGaps(tokens: Tokens, piece: Piece, start: number, text: string): string {
  let blanked = text;
  for (const gap of piece.gaps ?? []) {
    const from = tokens.start[gap.first]! - start;
    const to = tokens.end[gap.last]! - start;
    blanked = blanked.slice(0, from) + " ".repeat(to - from) + blanked.slice(to);
  }
  return blanked;
}

const QUERIES = new Set(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);

export const isQuery = (node: Node | undefined): node is Node =>
  node !== undefined && QUERIES.has(kindOf(node) ?? "");

/** A piece as a query, CALL included; undefined for what is none. */
export function queryOfPiece(body: Reading, piece: Piece): Query | undefined {
  const read = parsePiece(body, piece);
  return read && queryOf(read);
}

/** The query of a parsed piece; undefined for another statement and for one nested too deeply. */
export function queryOf({ reading, range, node }: ReadPiece): Query | undefined {
  const call = as(node, "CallStmt")?.funccall;
  try {
    if (call) return queryOfCall(reading, readExpr(reading, { FuncCall: call }));
    return isQuery(node) ? readQuery(reading, node, range) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A piece as an expression: `a = b`, or `count(*) from t` as a scalar sub-select. */
export function exprOfPiece(body: Reading, range: TokenRange): Expr | undefined {
  const query = queryOfPiece(body, { range, select: true });
  return query && resultOf(query);
}
