import type { Table } from "../catalog/catalog.ts";
import type { Scope } from "../project/tenancy.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { fitName } from "./names.ts";

/** An index that generated policies want. */
export interface WantedIndex {
  readonly column: string;
  readonly name: string;
  readonly sql: string;
}

/** An index that begins with the compared column, where none does; called as Prisma would call it. */
export function indexFor(table: Table, scope: Scope): WantedIndex | undefined {
  const column = scope.path[0]?.column ?? scope.column;
  if (column === undefined || (scope.kind !== "tenant" && scope.kind !== "user")) return undefined;
  if (!table.columns.has(column) || table.kind === "foreign" || leads(table, column)) return undefined;
  const name = fitName(`${table.name}_${column}`, "_idx");
  const on = `${quoteQualified(table.schema, table.name)} (${quoteIdentifier(column)})`;
  return { column, name, sql: `create index if not exists ${quoteIdentifier(name)} on ${on};` };
}

const leads = (table: Table, column: string): boolean =>
  table.indexes.some((index) => index.keys[0]?.column === column && !index.where) ||
  table.constraints.some(
    ({ kind, columns }) => (kind === "primary key" || kind === "unique") && columns[0] === column,
  ) ||
  [...table.columns.values()].filter(({ primaryKey }) => primaryKey)[0]?.name === column;
