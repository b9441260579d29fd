import type { Span } from "../text/span.ts";

interface Extent {
  readonly span: Span;
}

/**
 * What a comment speaks of: behind code the line that it ends, where that is all; else what comes next. `blocks` are
 * SQL statements or Prisma models; `extents` are the expressions of code.
 */
export function coveredBy(
  text: string,
  comment: Span,
  blocks: readonly Extent[],
  extents: readonly Extent[],
): Span {
  const line = lineBefore(text, comment, blocks);
  const within = blocks.find(({ span }) => span.start < comment.start && comment.end <= span.end);
  if (line && !within && !GOES_ON.test(text.slice(line.start, comment.start).trimEnd())) return line;
  const next = (!line && !within && nextBlock(blocks, comment)) || nextCode(text, comment, extents);
  return line ? { start: line.start, end: next.end } : next;
}

/** Code that is not at its end: what the next line says belongs to it. */
const GOES_ON = /(?:[[{(=?:]|=>|&&|\|\|)$/;

/**
 * The code before a comment that ends its line, from where the block begins that ends there. Undefined where there is
 * none, and between the children of JSX.
 */
function lineBefore(text: string, comment: Span, blocks: readonly Extent[]): Span | undefined {
  const first = text.lastIndexOf("\n", comment.start - 1) + 1;
  const isLast = !text.slice(comment.end, endOfLine(text, comment.end)).trim();
  if (!isLast || !text.slice(first, comment.start).trim()) return undefined;
  const ending = blocks.filter(({ span }) => span.end > first && span.end <= comment.start);
  return { start: Math.min(first, ...ending.map(({ span }) => span.start)), end: comment.start };
}

/** The next block. Undefined after the last. */
function nextBlock(blocks: readonly Extent[], comment: Span): Span | undefined {
  let next: Span | undefined;
  for (const { span } of blocks)
    if (span.start >= comment.end && (!next || span.start < next.start)) next = span;
  return next && { start: comment.end, end: next.end };
}

/** The next line that is neither blank nor a comment, and the expressions that begin on it, to their ends. */
function nextCode(text: string, comment: Span, extents: readonly Extent[]): Span {
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
