import { qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { Scope } from "../project/tenancy.ts";
import { quoteIdentifier } from "../text/quote.ts";
import { callerId } from "./helpers.ts";

/**
 * The condition that a row of a table belongs to one of `tenants` (a SELECT of tenant keys): the column itself, or the
 * set of parents that belong to them, one step after the other. Never correlated by row, so that each set is made once.
 */
export function tenantPredicate(scope: Scope, table: Table, tenants: string): string | undefined {
  const steps = scope.path;
  if (!steps.length) return scope.column && `${quoteIdentifier(scope.column)} in (${tenants})`;
  // The last step leads to the tenant's own key: its column holds the key already.
  let set = tenants;
  for (let n = steps.length - 1; n > 0; n--) {
    const { table: key, column } = steps[n]!;
    const { toColumn } = steps[n - 1]!;
    const alias = key
      .split(".")
      .at(-1)!
      .charAt(0)
      .toLowerCase()
      .replace(/[^a-z]/, "t");
    set = `select ${alias}.${quoteIdentifier(toColumn)} from ${quoteKey(key)} ${alias} where ${alias}.${quoteIdentifier(column)} in (${set})`;
  }
  const { table: key, column } = steps[0]!;
  return key === qualify(table.schema, table.name) ? `${quoteIdentifier(column)} in (${set})` : undefined;
}

/** The condition that a row is the caller's own. */
export function ownerPredicate(project: Project, table: Table, column: string): string | undefined {
  const caller = callerId(project, table.columns.get(column)?.type.name);
  return caller && `${quoteIdentifier(column)} = ${caller}`;
}

const quoteKey = (key: string): string => {
  const dot = key.indexOf(".");
  return `${quoteIdentifier(key.slice(0, dot))}.${quoteIdentifier(key.slice(dot + 1))}`;
};
