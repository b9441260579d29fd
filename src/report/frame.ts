import type { Span } from "../text/span.ts";
import { lineText, type Range, type SourceLines } from "./place.ts";
import { printable } from "./printable.ts";
import { characters, widthOf } from "./width.ts";

/** A line of source and the marks below it, cut to fit, as plain printable text. */
export interface Frame {
  readonly line: number;
  readonly code: string;
  /** The line on which the span begins, where that is another one. */
  readonly above?: { readonly line: number; readonly code: string };
  /** Columns before the marks. */
  readonly indent: number;
  readonly marks: string;
  /** Lines that the span goes on for after this one. */
  readonly more: number;
}

/** Longer lines are cut before anything else looks at them: a minified file is one line of a megabyte. */
const LONGEST = 2000;

/** Undefined where there is nothing to show: the source is not known or the line is blank. */
export function renderFrame(source: SourceLines | undefined, range: Range, width: number): Frame | undefined {
  if (!source) return undefined;
  const last = lastLine(range);
  const line = tellingLine(source, range, last);
  const raw = lineText(source, line);
  if (!raw.trim()) return undefined;
  const { before, marked, code } = fitLine(raw, spanInLine(raw, range, line), width);
  return {
    line,
    code,
    indent: widthOf(before),
    marks: "^".repeat(Math.max(1, widthOf(marked))),
    more: last - line,
    ...(line > range.start.line && { above: lineAbove(source, range, width) }),
  };
}

function lineAbove(source: SourceLines, range: Range, width: number) {
  const { line } = range.start;
  const raw = lineText(source, line);
  return { line, code: fitLine(raw, spanInLine(raw, range, line), width).code };
}

/** Where the span begins with a lone parenthesis, the line after it says more. */
function tellingLine(source: SourceLines, range: Range, last: number): number {
  const first = range.start.line;
  for (let line = first; line <= Math.min(last, first + 3); line++) {
    const raw = lineText(source, line);
    const { start, end } = spanInLine(raw, range, line);
    if (/[\p{L}\p{N}]/u.test(raw.slice(start, end))) return line;
  }
  return first;
}

/** The part of a line that the span covers, without the blanks around it. */
function spanInLine(raw: string, { start, end }: Range, line: number): Span {
  const from = line === start.line ? start.column - 1 : raw.length - raw.trimStart().length;
  const to = line === end.line ? end.column - 1 : raw.trimEnd().length;
  const begin = Math.min(from, raw.length);
  return { start: begin, end: Math.max(begin, to) };
}

/** A span that ends at the very start of a line does not reach into it. */
const lastLine = ({ start, end }: Range): number =>
  end.column === 1 && end.line > start.line ? end.line - 1 : end.line;

function fitLine(raw: string, span: Span, width: number) {
  const parts = fitParts(raw, span, width);
  return { ...parts, code: (parts.before + parts.marked + parts.after).trimEnd() };
}

function fitParts(raw: string, span: Span, width: number) {
  const from = raw.length > LONGEST ? Math.max(0, span.start - LONGEST / 2) : 0;
  const to = raw.length > LONGEST ? span.start + LONGEST / 2 : raw.length;
  const before = printable(raw.slice(from, span.start));
  const marked = printable(raw.slice(span.start, Math.min(span.end, to)));
  const after = printable(raw.slice(span.end, Math.max(span.end, to)));
  const fits = (head: string) => widthOf(head) + widthOf(marked) + widthOf(after) <= width;
  if (fits(before)) return { before, marked, after };
  // Indentation is the first thing that nobody misses.
  const head = before.trimStart();
  if (fits(head)) return { before: head, marked, after };
  const aside = Math.floor(width / 4);
  const roomBefore = width - widthOf(marked) - Math.min(widthOf(after), aside);
  const shownBefore = keepEnd(head, Math.max(roomBefore, aside));
  const shownMarked = keepStart(marked, width - widthOf(shownBefore));
  const left = width - widthOf(shownBefore) - widthOf(shownMarked);
  return { before: shownBefore, marked: shownMarked, after: left > 0 ? keepStart(after, left) : "" };
}

function keepStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${takeWhile(characters(text), width - 1).join("")}…`;
}

function keepEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `…${takeWhile(characters(text).reverse(), width - 1)
    .reverse()
    .join("")}`;
}

function takeWhile(list: readonly string[], width: number): string[] {
  let used = 0;
  let taken = 0;
  for (const each of list) {
    used += widthOf(each);
    if (used > width) break;
    taken++;
  }
  return list.slice(0, taken);
}
