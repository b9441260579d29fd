import type { Span } from "../../../text/span.ts";
import type { SqlError } from "../statement.ts";
import { Kind, type TokenRange, type Tokens } from "../tokens/tokens.ts";
import { describeOpenQuote } from "./advice.ts";

/** Where reading goes on behind a quote that nothing closes, and what is said about the quote. */
export interface Resumption extends SqlError {
  readonly at: number;
}

/**
 * A quote left open turns every later quote inside out. Where a refused statement holds a constant that swallowed
 * what looks like the next statement, reading resumes there. Undefined where nothing suggests it.
 */
export function resumptionIn(tokens: Tokens, range: TokenRange): Resumption | undefined {
  for (let i = range.first; i <= range.last; i++) {
    if (tokens.kind[i] !== Kind.string && tokens.kind[i] !== Kind.quoted) continue;
    const start = tokens.start[i]!;
    const at = nextStatement(tokens.text, start, tokens.end[i]!);
    if (at >= 0)
      return {
        at,
        ...openQuoteAt(tokens, i, at),
      };
  }
  return undefined;
}

/** What is said of a quote that nothing closes, at its first line. */
export const openQuoteAt = (tokens: Tokens, index: number, limit: number): SqlError => ({
  span: lineOf(tokens.text, tokens.start[index]!, limit),
  message: describeOpenQuote(tokens, index),
});

/** The same for a comment that is open to the end of the text. */
export function resumptionAfterComment(tokens: Tokens): Resumption | undefined {
  const { open, text } = tokens;
  if (open === undefined || !text.startsWith("/*", open)) return undefined;
  const at = nextStatement(text, open, tokens.stop);
  const message = "The comment that begins here is never closed: end it with */.";
  return { at: at < 0 ? tokens.stop : at, span: { start: open, end: open + 2 }, message };
}

const NEXT =
  /;[^\S\r\n]*(?:--[^\r\n]*)?\r?\n\s*?(?<=\n)(?=(?:create|alter|drop|grant|revoke|comment|insert)\s)/i;

/** A line that begins like a statement, after one that ends like one. */
function nextStatement(text: string, from: number, limit: number): number {
  const found = NEXT.exec(text.slice(from, limit));
  return found && from + found.index + found[0].length < limit ? from + found.index + found[0].length : -1;
}

function lineOf(text: string, start: number, limit: number): Span {
  const line = text.slice(start, limit).search(/[\r\n]/);
  return { start, end: line < 0 ? limit : Math.max(start + 1, start + line) };
}
