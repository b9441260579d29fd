/** A half-open range of UTF-16 offsets in one source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span in a named source; `path` is relative to the workspace root, with forward slashes. */
export interface Place {
  readonly path: string;
  readonly span: Span;
}

export const covers = (outer: Span, inner: Span): boolean =>
  outer.start <= inner.start && inner.end <= outer.end;
