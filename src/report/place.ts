import type { Report } from "../lint/report.ts";
import { findLineStarts, type Position, positionAt } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface SourceLines {
  readonly text: string;
  readonly starts: readonly number[];
}

/** Turns the spans of one report into lines and columns; each source is cut into lines once. */
export interface Locator {
  range(place: Place): Range;
  /** Undefined where the source's text is not known. */
  lines(path: string): SourceLines | undefined;
}

export function createLocator(report: Report): Locator {
  const cut = new Map<string, SourceLines | undefined>();
  const lines = (path: string) => {
    if (!cut.has(path)) cut.set(path, cutLines(report.text(path)));
    return cut.get(path);
  };
  return {
    lines,
    range({ path, span }) {
      const source = lines(path);
      const length = source?.text.length ?? 0;
      const at = (offset: number) => positionAt(source?.starts ?? [0], source ? Math.min(offset, length) : 0);
      return { start: at(span.start), end: at(Math.max(span.start, span.end)) };
    },
  };
}

const cutLines = (text: string | undefined): SourceLines | undefined =>
  text === undefined ? undefined : { text, starts: findLineStarts(text) };

/** Line `number` (1-based) without its line end; empty past the end. */
export function lineText({ text, starts }: SourceLines, number: number): string {
  const start = starts[number - 1];
  if (start === undefined) return "";
  return text.slice(start, starts[number] ?? text.length).replace(/[\r\n]+$/, "");
}
