import type { Cost, Preview } from "../../database/preview.ts";
import type { PreviewJson } from "../../report/preview-shape.ts";

/** A preview as `media/preview.schema.json` describes it. */
export function renderJson(
  { sql, kind, results }: Preview,
  costs: readonly Cost[],
  incomplete: readonly string[],
): string {
  const json = {
    version: 1,
    sql,
    kind,
    results: results.map((result) => ({ ...result, cost: costOf(result.identity, costs) })),
    incomplete,
  } satisfies Readonlyable<PreviewJson>;
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function costOf(identity: string, costs: readonly Cost[]) {
  const found = costs.find((each) => each.identity === identity);
  if (!found) return null;
  const { identity: _, ...cost } = found;
  return cost;
}

/** The shape is what may be read: nothing here writes to it. */
type Readonlyable<T> = T extends object ? { readonly [Key in keyof T]: Readonlyable<T[Key]> } : T;
