import { privilegesOf } from "../catalog/access.ts";
import type { Column, Table } from "../catalog/catalog.ts";
import { containsExpr } from "../catalog/walk.ts";
import type { Project } from "./project.ts";
import { isSecretColumn } from "./tenancy/vocabulary.ts";

/**
 * Whether rows carry what lets in whoever knows it, such as an invitation's token, in a column that the role may read:
 * one that is called so, made at random and no key. The name has to say it, since a second public id is made alike; one that
 * it does not say is passed over.
 */
export function handsOutKeys({ catalog }: Project, table: Table, role: string): boolean {
  const { whole, columns } = privilegesOf(catalog, table, role);
  return [...table.columns.values()].some(
    (column) =>
      isSecretColumn(column.name) &&
      isRandom(column) &&
      !isKey(table, column.name) &&
      (whole.has("select") || columns.get(column.name)?.has("select")),
  );
}

const isRandom = ({ default: value }: Column): boolean =>
  value !== undefined &&
  containsExpr(
    value,
    (part) => part.kind === "call" && /random|^uuid_generate_v4$|nanoid/.test(part.name.at(-1)!),
  );

const isKey = (table: Table, name: string): boolean =>
  table.columns.get(name)?.primaryKey === true ||
  table.constraints.some(
    ({ kind, columns }) => (kind === "primary key" || kind === "foreign key") && columns.includes(name),
  );
