import type { Policy, Table } from "../../catalog/catalog.ts";
import { unwrap, walkExpr } from "../../catalog/walk.ts";
import type { Platform } from "../platform/platform.ts";
import { isOfPayer, isSecretColumn } from "./vocabulary.ts";

/** Whom a table's policies let read every row of it. */
export type Readers = "everyone" | "users";

/**
 * Whom the policies that are there let read every row, where one is for that alone and says so plainly (`for select using
 * (true)`): what somebody wrote down of a table that belongs to nobody. An address or a secret in it makes that doubtful.
 */
export function readersOf(table: Table, platform: Platform): Readers | undefined {
  if (!table.rowSecurity || table.platform || [...table.columns.keys()].some(isDelicate)) return undefined;
  const policies = [...table.policies.values()];
  if (policies.some((each) => !each.permissive || asksOfRow(each))) return undefined;
  const roles = new Set(policies.flatMap((each) => (opensReading(each) ? each.roles : [])));
  if (roles.has("public") || (platform.anonymousRole && roles.has(platform.anonymousRole))) return "everyone";
  return platform.signedInRole && roles.has(platform.signedInRole) ? "users" : undefined;
}

/** A policy that compares what the row says knows whose it is: the one that opens is for something besides. */
function asksOfRow({ using, check }: Policy): boolean {
  let asks = false;
  for (const clause of [using, check])
    if (clause)
      walkExpr(clause.expr, ({ kind }) => {
        asks ||= kind === "column";
        return kind !== "subquery";
      });
  return asks;
}

const isDelicate = (column: string): boolean => isOfPayer(column) || isSecretColumn(column);

function opensReading({ command, refused, using }: Policy): boolean {
  if (command !== "select" || refused || !using) return false;
  const said = unwrap(using.expr);
  return said.kind === "constant" && said.type === "boolean" && said.value === "true";
}
