import type { Catalog, Table } from "../../catalog/catalog.ts";
import { listOf } from "../words.ts";
import type { Link, Links } from "./links.ts";
import type { Tenants } from "./tenant.ts";
import type { UserColumn, Users } from "./user.ts";
import {
  isLogName,
  isReceivedName,
  keyStem,
  namesKey,
  POINTER,
  spelled,
  stem,
  TENANT_NAMES,
} from "./vocabulary.ts";

type Ways = ReadonlyMap<string, readonly Link[]>;

interface Known {
  readonly catalog: Catalog;
  readonly links: Links;
  readonly users: Users;
  readonly tenants: Tenants;
}

/** Tables whose rows are one holder's or another's, as a column of theirs says of each row. By table, why. */
export function findEither(catalog: Catalog): Map<string, string> {
  const tables = new Set([...catalog.tables.values()].map(({ name }) => spelled(stem(name))));
  const either = new Map<string, string>();
  for (const [key, table] of catalog.tables) {
    const why = saidByKind(catalog, tables, table);
    if (why !== undefined) either.set(key, why);
  }
  return either;
}

/**
 * Tables of which rows may lack the way to the tenant, and may have another holder in its place: no one column says who
 * is to see a row, and both together not what is meant. With what hangs on them; `said` is whose rows the user says a
 * table holds, which is not asked again. By table, why.
 */
export function findDoubts(
  known: Known,
  tenant: Ways,
  said: { has(key: string): boolean },
): Map<string, string> {
  const members = new Set(known.tenants.memberships.map(({ table }) => table));
  const doubts = new Map<string, string>();
  for (const [key, [first]] of tenant) {
    const { name } = known.catalog.tables.get(key)!;
    if (!first?.nullable || members.has(key) || said.has(key) || isLogName(name) || isReceivedName(name))
      continue;
    const why = ofUserOrTenant(known, key, first) ?? ofSeveral(known, key);
    if (why !== undefined) doubts.set(key, why);
  }
  const roots = new Set(doubts.keys());
  for (const [key, path] of roots.size ? tenant : []) {
    const root = path.find(({ to }) => roots.has(to))?.to;
    if (root !== undefined && !doubts.has(key) && !said.has(key))
      doubts.set(key, `its rows are those of ${root}, and whose those are is not known`);
  }
  return doubts;
}

/** `owner_id` beside `owner_type`, an enum of `USER` and `TEAM`. */
function saidByKind(catalog: Catalog, tables: ReadonlySet<string>, { columns }: Table): string | undefined {
  const holders = [...columns.keys()].filter((name) => namesKey(name) && isHolder(keyStem(name)));
  for (const { name, type } of holders.length ? columns.values() : []) {
    const column = holders.find((each) => `${keyStem(each)}_type` === stem(name));
    const values = column === undefined ? [] : (catalog.types.get(type.name)?.values ?? []);
    if (values.length > 1 && values.every((value) => tables.has(spelled(stem(value)))))
      return `${column} names a row of ${values.join(" or ")}, as ${name} says`;
  }
  return undefined;
}

/** What belongs to the holder; an `entity_id` names what a row is about. */
const isHolder = (name: string): boolean => name === "owner" || TENANT_NAMES.has(name);

/** `user_id` beside `team_id`, and neither in every row. */
function ofUserOrTenant({ users }: Known, key: string, { column, to }: Link): string | undefined {
  const owner = holderOf(users, key);
  if (!owner || users.columnsOf(key).some(({ owns, nullable }) => owns && !nullable)) return undefined;
  return `${owner.column} names a user and ${column} a row of ${to}, and a row may lack either`;
}

/** The column that names the user who has a row, not one who is to do something with it. */
export const holderOf = (users: Users, key: string): UserColumn | undefined =>
  users.tables.has(key)
    ? undefined
    : users
        .columnsOf(key)
        .find(({ owns, column }) => owns && /^(user|owner|owner_user)$/.test(keyStem(column)));

/** `organization_id` beside `project_id`, both tables that people are members of, and neither in every row. */
function ofSeveral({ links, tenants }: Known, key: string): string | undefined {
  const holders = new Set([tenants.role?.table, ...tenants.candidates.map(({ table }) => table)]);
  const named = (links.from.get(key) ?? []).filter(
    ({ to, column }) => holders.has(to) && !POINTER.test(stem(column)),
  );
  if (new Set(named.map(({ to }) => to)).size < 2 || named.some(({ nullable }) => !nullable))
    return undefined;
  return `${listOf(named.map(({ column, to }) => `${column} names a row of ${to}`))}, and a row may lack each`;
}
