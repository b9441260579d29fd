import type { Catalog, Column, Table } from "../../catalog/catalog.ts";
import type { Expr } from "../../source/sql/expression.ts";
import type { Membership } from "../tenancy.ts";
import type { Link, Links } from "./links.ts";
import type { UserColumn, Users } from "./user.ts";
import { isRoleColumn, MEMBER_WORDS, NO_MEMBER_WORDS, POINTER, spelled, stem } from "./vocabulary.ts";

/**
 * Tables that say who belongs to which row of `tenant`: a join table of the two, or a column of the user table. Where
 * one is called so or has roles, tables that merely hold one row for each user and tenant are none.
 */
export function findMemberships(
  catalog: Catalog,
  links: Links,
  users: Users,
  tenant: string,
): readonly Membership[] {
  const joined = new Set((links.to.get(tenant) ?? []).map(({ table }) => table));
  const found: Membership[] = [];
  for (const key of joined) {
    const table = catalog.tables.get(key)!;
    const tenantLinks = (links.from.get(key) ?? []).filter((link) => link.to === tenant);
    const membership = users.tables.has(key)
      ? ownColumn(catalog, table, key, tenantLinks)
      : joinTable(catalog, table, key, tenantLinks, users, isCalledMembers(key, tenant));
    if (membership) found.push(membership);
  }
  const plain = found.filter(
    ({ table, roleColumn }) =>
      roleColumn !== undefined || users.tables.has(table) || isCalledMembers(table, tenant),
  );
  return plain.length ? plain : found;
}

/** `organization_members`, `memberships`, `account_user`, `users_teams`. */
function isCalledMembers(table: string, tenant: string): boolean {
  const name = nameIn(table);
  const of = nameIn(tenant);
  return /member/.test(name) || name === `${of}_user` || name === `user_${of}` || name === `users_${of}`;
}

const nameIn = (key: string): string =>
  stem(key.slice(key.indexOf(".") + 1))
    .split("_")
    .map(spelled)
    .join("_");

/** `users.organization_id`: one tenant per user. A column that remembers the tenant last looked at is none. */
function ownColumn(
  catalog: Catalog,
  table: Table,
  key: string,
  tenantLinks: readonly Link[],
): Membership | undefined {
  const link = tenantLinks.find(({ column }) => !POINTER.test(stem(column)));
  const userColumn = [...table.columns.values()].find(({ primaryKey }) => primaryKey)?.name;
  return link && userColumn ? withRoles(catalog, table, key, userColumn, link.column) : undefined;
}

function joinTable(
  catalog: Catalog,
  table: Table,
  key: string,
  tenantLinks: readonly Link[],
  users: Users,
  called: boolean,
): Membership | undefined {
  const name = stem(table.name);
  const owners = users.columnsOf(key).filter(({ owns }) => owns);
  if (NO_MEMBER_WORDS.test(name) || !owners.length) return undefined;
  const unique = uniqueColumns(table);
  for (const user of owners)
    for (const { column } of tenantLinks) {
      const together = unique.some(
        (columns) => columns.length <= 3 && columns.includes(column) && columns.includes(user.column),
      );
      const withRole = [...table.columns.values()].some((each) => isRoleColumn(each.name));
      if (together || called || (MEMBER_WORDS.test(name) && (withRole || /member/.test(name))))
        return { ...withRoles(catalog, table, key, user.column, column), ...otherKey(users, user) };
    }
  return undefined;
}

const otherKey = ({ role }: Users, { link }: UserColumn): { userKey?: string } =>
  link && link.to === role?.table && link.toColumn !== role.column ? { userKey: link.toColumn } : {};

/** Sets of columns that tell rows apart: keys, unique constraints, unique indexes over plain columns. */
export function uniqueColumns(table: Table): (readonly string[])[] {
  const constraints = table.constraints
    .filter(({ kind }) => kind === "primary key" || kind === "unique")
    .map(({ columns }) => columns);
  const indexes = table.indexes
    .filter(({ unique, where, keys }) => unique && !where && keys.every(({ column }) => column !== undefined))
    .map(({ keys }) => keys.map(({ column }) => column!));
  const primary = [...table.columns.values()].filter((column) => column.primaryKey).map(({ name }) => name);
  return [...constraints, ...indexes, primary];
}

function withRoles(
  catalog: Catalog,
  table: Table,
  key: string,
  userColumn: string,
  tenantColumn: string,
): Membership {
  const role = [...table.columns.values()].find(({ name }) => isRoleColumn(name));
  const common = { table: key, userColumn, tenantColumn };
  if (!role) return { ...common, roles: [] };
  return { ...common, roleColumn: role.name, roles: rolesOf(catalog, table, role) };
}

/** The roles there can be: values of the column's enum, or those that a check constraint allows. */
function rolesOf(catalog: Catalog, table: Table, column: Column): readonly string[] {
  const type = catalog.types.get(column.type.base ?? column.type.name) ?? catalog.types.get(column.type.name);
  if (type?.values.length) return type.values;
  for (const { check } of table.constraints) {
    const values = check ? allowedValues(check, column.name) : [];
    if (values.length) return values;
  }
  return [];
}

/** `role in ('a', 'b')` and `role = any (array['a', 'b'])`. */
function allowedValues(check: Expr, column: string): string[] {
  if (check.kind === "in" && !check.negated && isColumn(check.left, column))
    return check.list.flatMap(constants);
  if (check.kind === "operator" && check.name === "=" && check.left && isColumn(check.left, column))
    return constants(check.right);
  return [];
}

function isColumn(expr: Expr, name: string): boolean {
  if (expr.kind === "cast") return isColumn(expr.arg, name);
  return expr.kind === "column" && expr.path.at(-1) === name;
}

function constants(expr: Expr): string[] {
  if (expr.kind === "cast") return constants(expr.arg);
  if (expr.kind === "array") return expr.args.flatMap(constants);
  return expr.kind === "constant" && expr.type === "string" ? [expr.value] : [];
}
