import type { RawStmt } from "@pgsql/types";
import { type Reading, tokenOf } from "./reading.ts";
import { isMark, type TokenRange } from "./tokens.ts";

/** The tokens of one statement of a parsed text, without its semicolon; `limit` is the last token of the text. */
export function rangeOf(reading: Reading, raw: RawStmt, limit: number): TokenRange {
  const first = tokenOf(reading, raw.stmt_location ?? 0);
  const end = raw.stmt_len === undefined ? limit + 1 : reading.token((raw.stmt_location ?? 0) + raw.stmt_len);
  let last = Math.min(end - 1, limit);
  while (last > first && isMark(reading.tokens, last, ";")) last--;
  return { first, last: Math.max(first, last) };
}
