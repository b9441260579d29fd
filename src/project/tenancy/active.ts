import type { Catalog, Column, Table } from "../../catalog/catalog.ts";

/** A column by which a membership is in force, and what it must hold. */
export interface ActiveWhen {
  readonly column: string;
  readonly is: "true" | "null" | "not null" | { readonly value: string };
}

/** Whether a row of a membership table counts: an invitation not yet accepted and a member who left are no members. */
export function activeWhen(catalog: Catalog, table: Table): readonly ActiveWhen[] {
  return [...table.columns.values()].flatMap((column) => {
    const is = conditionOf(catalog, column);
    return is ? [{ column: column.name, is }] : [];
  });
}

function conditionOf(catalog: Catalog, column: Column): ActiveWhen["is"] | undefined {
  const name = column.name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  const { type } = column;
  if (type.name === "bool" && /^(is_)?(accepted|active|enabled|confirmed)$/.test(name)) return "true";
  if (/^timestamp|^date/.test(type.name)) {
    if (/^(deleted|removed|left|revoked|disabled|deactivated|archived)_(at|on)$/.test(name)) return "null";
    if (/^accepted_(at|on)$/.test(name) && !column.notNull) return "not null";
  }
  if (!/^(status|state)$/.test(name) || type.kind !== "enum") return undefined;
  const value = catalog.types.get(type.name)?.values.find((each) => /^(active|accepted)$/i.test(each));
  return value === undefined ? undefined : { value };
}
