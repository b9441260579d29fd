import type { PreviewResult } from "./result.ts";

/** One row as some identities were given it, with who was and who was not. */
export interface ComparedRow {
  readonly values: readonly (string | null)[];
  /** Whose it is, where that is known. */
  readonly of: string | null;
  /** By result: whether it is among the rows, and whether it is somebody else's. */
  readonly seen: readonly ("own" | "foreign" | "no")[];
}

/**
 * Every different row that anybody was given, in an order that keeps each one's own; undefined where results have
 * different columns. The same row of a table with other values (a column that says who asks) is another row.
 */
export function compareRows(results: readonly PreviewResult[]): readonly ComparedRow[] | undefined {
  const shown = results.filter(({ columns }) => columns.length > 0);
  const [first] = shown;
  if (!first || shown.some(({ columns }) => columns.join("\0") !== first.columns.join("\0")))
    return undefined;
  const merged: Merged[] = [];
  const places = new Map<string, Merged>();
  results.forEach((result, i) => {
    mergeInto(merged, places, result, i, results.length);
  });
  return merged.map(({ values, of, seen }) => ({ values, of, seen }));
}

interface Merged {
  readonly values: ComparedRow["values"];
  of: string | null;
  readonly seen: ("own" | "foreign" | "no")[];
}

/** New rows stand before the next row that others were given too; after the last of those, or where there is none, last. */
function mergeInto(
  merged: Merged[],
  places: Map<string, Merged>,
  result: PreviewResult,
  at: number,
  width: number,
) {
  const repeated = new Map<string, number>();
  let waiting: Merged[] = [];
  let after = merged.length;
  result.rows.forEach((values, i) => {
    const origin = result.origins[i] ?? null;
    const same = JSON.stringify([origin?.key ?? null, values]);
    // Rows that cannot be told apart are as many as there are.
    const turn = (repeated.get(same) ?? 0) + 1;
    repeated.set(same, turn);
    const key = `${turn} ${same}`;
    const known = places.get(key);
    const row = known ?? { values, of: null, seen: Array.from({ length: width }, () => "no" as const) };
    row.of ??= origin?.of ?? null;
    row.seen[at] = origin?.foreign ? "foreign" : "own";
    if (!known) {
      places.set(key, row);
      waiting.push(row);
      return;
    }
    merged.splice(merged.indexOf(known), 0, ...waiting);
    after = merged.indexOf(known) + 1;
    waiting = [];
  });
  merged.splice(after, 0, ...waiting);
}
