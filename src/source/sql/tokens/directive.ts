import type { Directive } from "../statement.ts";
import { readTokens } from "./lexer.ts";
import { constantSpan, Kind, type Tokens } from "./tokens.ts";

const MARK = /[-/*\s]*rowguard-ignore/y;

/** Whether a comment that begins at `start` speaks to Rowguard. */
export function isDirective(text: string, start: number): boolean {
  MARK.lastIndex = start;
  return MARK.test(text);
}

/** The text of a comment without its marks. */
export function readDirective(text: string, start: number, end: number): Directive {
  const comment = text.slice(start, end);
  const inner = comment.startsWith("--") ? comment.replace(/^-+/, "") : comment.replace(/^\/\*+|\*+\/$/g, "");
  return { text: inner.trim(), span: { start, end } };
}

/** Calls `comment` with the comments inside dollar-quoted bodies: code, though a constant to SQL. */
export function directivesInBodies(tokens: Tokens, comment: (start: number, end: number) => void): void {
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind[i] !== Kind.string || tokens.text[tokens.start[i]!] !== "$") continue;
    readTokens(tokens.text, { ...constantSpan(tokens, i), comment });
  }
}
