import { findNear } from "../../text/near.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { Names } from "./types.ts";

interface Written {
  readonly schema?: string;
  readonly name: string;
}

/**
 * The table or view that was most likely meant, as it would be written in that place: one with a near name where the
 * name was looked for, else the only one of that very name elsewhere. The platform's own tables are never meant.
 */
export function nearRelation(
  names: Names,
  written: Written,
  searchPath: readonly string[],
): string | undefined {
  const searched = new Set(written.schema === undefined ? searchPath : [written.schema]);
  const inSight = new Set<string>();
  const elsewhere: string[] = [];
  for (const map of [names.tables, names.views])
    for (const { schema, name, platform } of map.values()) {
      if (platform) continue;
      if (searched.has(schema)) inSight.add(name);
      else if (name === written.name) elsewhere.push(schema);
    }
  const near = findNear(written.name, inSight);
  if (near !== undefined && near !== written.name)
    return written.schema === undefined ? quoteIdentifier(near) : quoteQualified(written.schema, near);
  return elsewhere.length === 1 ? quoteQualified(elsewhere[0]!, written.name) : undefined;
}
