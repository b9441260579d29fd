import { exprOfPiece, queryOfPiece } from "./body/piece.ts";
import type { Expr, Query } from "./expression.ts";
import { readTokens } from "./tokens/lexer.ts";
import { readingInPlace } from "./tokens/reading.ts";

/**
 * Reads one SQL expression, such as a policy's `using` text: undefined where it is none. Spans are offsets in `text`.
 */
export function readExpression(text: string): Expr | undefined {
  const tokens = readTokens(text, { start: 0, end: text.length });
  return exprOfPiece(readingInPlace(tokens, 0, text), { first: 0, last: tokens.count - 1 });
}

/**
 * The queries of an SQL text, such as one in code: SELECT, INSERT, UPDATE, DELETE and MERGE. Other statements, and what
 * the grammar refuses, are passed over. Spans are offsets in `text`.
 */
export function readQueries(text: string): Query[] {
  const tokens = readTokens(text, { start: 0, end: text.length });
  const reading = readingInPlace(tokens, 0, text);
  const queries: Query[] = [];
  let first = 0;
  for (const end of [...tokens.ends, tokens.count]) {
    const query =
      end > first ? queryOfPiece(reading, { range: { first, last: end - 1 }, select: false }) : undefined;
    if (query) queries.push(query);
    first = end + 1;
  }
  return queries;
}
