import type { Catalog } from "../../catalog/catalog.ts";
import { keyStem, namesKey, spelled, stem, TENANT_NAMES } from "./vocabulary.ts";

/** What belongs to the holder; an `entity_id` names what a row is about. */
const isHolder = (name: string): boolean => name === "owner" || TENANT_NAMES.has(name);

/** `owner_id` beside `owner_type`, an enum of `USER` and `TEAM`: whose a row is changes from row to row. By table, why. */
export function findEither(catalog: Catalog): Map<string, string> {
  const tables = new Set([...catalog.tables.values()].map(({ name }) => spelled(stem(name))));
  const namesTables = (values: readonly string[]) =>
    values.length > 1 && values.every((value) => tables.has(spelled(stem(value))));
  const either = new Map<string, string>();
  for (const [key, { columns }] of catalog.tables) {
    const typed = [...columns.values()].flatMap(({ name, type }): [string, string, readonly string[]][] => {
      const values = /_type$/.test(stem(name)) ? catalog.types.get(type.name)?.values : undefined;
      return values && namesTables(values) ? [[stem(name), name, values]] : [];
    });
    for (const [called, name, values] of typed)
      for (const column of columns.keys())
        if (namesKey(column) && isHolder(keyStem(column)) && `${keyStem(column)}_type` === called)
          either.set(key, `${column} names a row of ${values.join(" or ")}, as ${name} says`);
  }
  return either;
}
