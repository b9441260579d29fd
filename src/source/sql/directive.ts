import type { Directive } from "./statement.ts";

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
