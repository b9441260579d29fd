import type { IndexKey } from "../../source/sql/statement.ts";
import { qualify } from "../catalog.ts";
import { nameOfTarget } from "../resolve/query.ts";
import type { State } from "./state.ts";

const LONGEST = 63;
const encoder = new TextEncoder();
const bytes = (text: string): number =>
  text.length > LONGEST || /[^\x20-\x7e]/.test(text) ? encoder.encode(text).length : text.length;

/** `<table>_<columns>_<label>`, cut to 63 bytes as PostgreSQL does: the longer of the two names loses first. */
export function nameObject(table: string, columns: string, label: string): string {
  const overhead = (columns ? 1 : 0) + label.length + 1;
  let [first, second] = [table, columns];
  while (bytes(first) + bytes(second) + overhead > LONGEST) {
    if (bytes(first) > bytes(second)) first = first.slice(0, -1);
    else second = second.slice(0, -1);
  }
  return [first, ...(columns ? [second] : []), label].join("_");
}

/** The first of `name`, `name1`, `name2` ... that is free. */
export function nameFree(
  table: string,
  columns: string,
  label: string,
  taken: (name: string) => boolean,
): string {
  let name = nameObject(table, columns, label);
  for (let pass = 1; taken(name); pass++) name = nameObject(table, columns, `${label}${pass}`);
  return name;
}

/** Whether a relation of any kind has the name. */
export function isRelationTaken(state: State, schema: string, name: string): boolean {
  const key = qualify(schema, name);
  const { tables, views, indexes, sequences } = state.shelves;
  return tables.has(key) || views.has(key) || indexes.has(key) || sequences.has(key);
}

/** The names of an index's keys, as its own name has them: a call by its function, made different by numbers. */
export function keysLabel(keys: readonly IndexKey[]): string {
  const names: string[] = [];
  for (const { column, expr } of keys) {
    const base = column ?? (expr ? nameOfTarget(expr).replace("?column?", "expr") : "expr");
    let name = base;
    for (let number = 1; names.includes(name); number++) name = `${base}${number}`;
    names.push(name);
  }
  return names.join("_").slice(0, LONGEST);
}
