import type { Span } from "./span.ts";

/** A replacement of one span of one source. An empty span inserts. */
export interface Edit {
  readonly path: string;
  readonly span: Span;
  readonly text: string;
}

/** A file that a fix creates. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Applies the edits of one source to its text. Overlapping edits: the first by start wins, later ones are dropped,
 * so that the outcome is never a mixture.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let out = "";
  let at = 0;
  for (const edit of ordered) {
    if (edit.span.start < at) continue;
    out += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return out + text.slice(at);
}
