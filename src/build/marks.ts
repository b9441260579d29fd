import type { Severity } from "../text/finding.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";

/** A finding as a fixture shows it: offsets into the text without its mark lines. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** Absent where it is the rule's own. */
  readonly severity?: Severity;
  readonly message: string;
}

const MARK = /^(\s*(?:--|\/\/|#)?\s*)(\^+|\|)(…?)(?:[ \t]+(?:(error|warning|info): )?(\S.*))?\s*$/;

/**
 * Takes the mark lines out of a fixture's file. A mark line stands below its code: an optional comment sign, carets
 * under the exact place, the severity where it is not the rule's own, and the whole message.
 */
export function readMarks(marked: string): { text: string; marks: Mark[] } {
  const lines = marked.split("\n");
  const kept: string[] = [];
  const marks: { start: number; end: number; severity?: Severity; message: string }[] = [];
  const open: number[] = [];
  let lineStart = 0;
  let nextStart = 0;
  for (const line of lines) {
    const found = kept.length ? MARK.exec(line) : null;
    if (!found) {
      lineStart = nextStart;
      nextStart += line.length + 1;
      kept.push(line);
      continue;
    }
    const start = lineStart + found[1]!.length;
    const end = start + (found[2] === "|" ? 0 : found[2]!.length);
    if (found[5] === undefined) {
      const index = open.pop();
      if (index === undefined) throw new Error(`A mark ends what none begins: ${line}`);
      marks[index]!.end = end;
      continue;
    }
    marks.push({
      start,
      end,
      message: found[5].trimEnd(),
      ...(found[4] ? { severity: found[4] as Severity } : {}),
    });
    if (found[3]) open.push(marks.length - 1);
  }
  return { text: kept.join("\n"), marks };
}

/** Writes marks below the lines they speak of; the opposite of `readMarks`. `comment` is the language's line comment. */
export function writeMarks(text: string, marks: readonly Mark[], comment: string): string {
  const starts = findLineStarts(text);
  const below = new Map<number, { ends: string[]; begins: string[] }>();
  const at = (line: number) => {
    const entry = below.get(line) ?? { ends: [], begins: [] };
    below.set(line, entry);
    return entry;
  };
  const ordered = [...marks].sort(
    (a, b) => a.start - b.start || b.end - a.end || (a.message < b.message ? -1 : 1),
  );
  for (const mark of ordered) {
    const from = positionAt(starts, mark.start);
    const to = positionAt(starts, Math.max(mark.start, mark.end - 1));
    const words = ` ${mark.severity ? `${mark.severity}: ` : ""}${mark.message}`;
    const lineEnd = (starts[from.line] ?? text.length + 1) - 1;
    const carets =
      mark.start === mark.end
        ? "|"
        : from.line === to.line
          ? "^".repeat(mark.end - mark.start)
          : `${"^".repeat(Math.max(1, lineEnd - mark.start))}…`;
    at(from.line).begins.push(place(comment, from.column - 1, carets) + words);
    if (from.line !== to.line) at(to.line).ends.push(place(comment, to.column - 1, "^"));
  }
  const out: string[] = [];
  text.split("\n").forEach((line, index) => {
    const entry = below.get(index + 1);
    out.push(line, ...(entry?.ends ?? []), ...(entry?.begins ?? []));
  });
  return out.join("\n");
}

/** A comment sign does not fit before a mark in the first columns; such a mark stands bare. */
const place = (comment: string, column: number, sign: string): string =>
  column >= comment.length ? comment + " ".repeat(column - comment.length) + sign : " ".repeat(column) + sign;
