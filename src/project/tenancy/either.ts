import type { Catalog } from "../../catalog/catalog.ts";
import { keyStem, namesKey, spelled, stem, TENANT_NAMES } from "./vocabulary.ts";

/** What belongs to the holder; an `entity_id` names what a row is about. */
const isHolder = (name: string): boolean => name === "owner" || TENANT_NAMES.has(name);

/** `owner_id` beside `owner_type`, an enum of `USER` and `TEAM`: whose a row is changes from row to row. By table, why. */
export function findEither(catalog: Catalog): Map<string, string> {
  const tables = new Set([...catalog.tables.values()].map(({ name }) => spelled(stem(name))));
  const either = new Map<string, string>();
  for (const [key, { columns }] of catalog.tables) {
    const holders = [...columns.keys()].filter((name) => namesKey(name) && isHolder(keyStem(name)));
    for (const { name, type } of holders.length ? columns.values() : []) {
      const column = holders.find((each) => `${keyStem(each)}_type` === stem(name));
      const values = column === undefined ? [] : (catalog.types.get(type.name)?.values ?? []);
      if (values.length > 1 && values.every((value) => tables.has(spelled(stem(value)))))
        either.set(key, `${column} names a row of ${values.join(" or ")}, as ${name} says`);
    }
  }
  return either;
}
