import type { Finding } from "../text/finding.ts";
import { findLineStarts } from "../text/source-text.ts";
import type { Place, Span } from "../text/span.ts";

/** Changed lines of each file, 1-based, both ends included; `all` where the file is new. */
export type Changed = ReadonlyMap<
  string,
  readonly { readonly first: number; readonly last: number }[] | "all"
>;

/** Says whether a change touches a finding: where it stands, or at a place that explains it. */
export function touchedBy(
  changed: Changed,
  text: (path: string) => string | undefined,
): (finding: Finding) => boolean {
  const spans = new Map<string, readonly Span[]>();
  const touches = ({ path, span }: Place): boolean => {
    const lines = changed.get(path);
    if (!lines || lines === "all") return lines === "all";
    const known = spans.get(path) ?? spansOf(text(path) ?? "", lines);
    spans.set(path, known);
    return known.some(({ start, end }) => span.start < end && start < Math.max(span.end, span.start + 1));
  };
  return ({ at, related }) => touches(at) || (related ?? []).some(({ place }) => touches(place));
}

function spansOf(text: string, lines: readonly { readonly first: number; readonly last: number }[]): Span[] {
  const starts = findLineStarts(text);
  const startOf = (line: number): number => starts[line - 1] ?? text.length + 1;
  return lines.map(({ first, last }) => ({ start: startOf(first), end: startOf(last + 1) }));
}
