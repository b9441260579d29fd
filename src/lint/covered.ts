import type { Span } from "../text/span.ts";

/**
 * What a comment between blocks (SQL statements, Prisma models) speaks of: the next block. Undefined where the comment
 * stands inside a block, or after the last.
 */
export function nextBlock(blocks: readonly { readonly span: Span }[], comment: Span): Span | undefined {
  let next: Span | undefined;
  for (const { span } of blocks) {
    if (span.start < comment.start && comment.end <= span.end) return undefined;
    if (span.start >= comment.end && (!next || span.start < next.start)) next = span;
  }
  return next && { start: comment.end, end: next.end };
}

/**
 * What a comment inside code speaks of: the next line that is neither blank nor a comment, and the expressions that
 * begin on it, to their ends.
 */
export function nextCode(text: string, comment: Span, extents: readonly { readonly span: Span }[]): Span {
  let start = endOfLine(text, comment.end);
  while (
    start < text.length &&
    /^\s*($|\/\/|--|#|\*|\/\*|\{\/\*)/.test(text.slice(start, endOfLine(text, start)))
  )
    start = endOfLine(text, start);
  const lineEnd = endOfLine(text, start);
  let end = lineEnd;
  for (const { span } of extents)
    if (span.start >= start && span.start < lineEnd) end = Math.max(end, span.end);
  return { start: comment.end, end };
}

function endOfLine(text: string, from: number): number {
  const lineBreak = text.indexOf("\n", from);
  return lineBreak < 0 ? text.length : lineBreak + 1;
}
