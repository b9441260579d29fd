import type { Catalog, CatalogEvent } from "../catalog/catalog.ts";

/** Fewer may be misspelt. */
const FEWEST = 3;

/**
 * The first statement about each table that a history alters and never made, where there are so many that the history
 * must begin after them: a dump that was left out, tables made by hand, another tool. Empty where it begins at the
 * beginning. What such a history does not have may exist all the same.
 */
export function tablesMadeElsewhere({ events, tables }: Catalog): readonly Unknown[] {
  const missing = new Map<string, Unknown>();
  for (const event of events) {
    if (event.kind !== "target-unknown" || event.near !== undefined || event.ifExists) continue;
    const key = `${event.schema}.${event.name}`;
    if (!missing.has(key)) missing.set(key, event);
  }
  let own = 0;
  for (const table of tables.values()) if (!table.platform) own++;
  return missing.size >= FEWEST && missing.size * 2 >= own ? [...missing.values()] : [];
}

type Unknown = Extract<CatalogEvent, { kind: "target-unknown" }>;
