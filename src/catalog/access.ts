import type { Privilege } from "../source/sql/statement.ts";
import type { Catalog, Column, Func, Grant, Membership, Role, Schema, Table, View } from "./catalog.ts";
import { derived } from "./derived.ts";
import { remember } from "./remember.ts";

/** What a role may do with a table or view. Privileges it has on the whole object are not repeated by column. */
export interface Privileges {
  readonly whole: ReadonlyMap<Privilege, Grant>;
  /** Column -> privileges on it alone. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<Privilege, Grant>>;
  /** The role owns it, is a member of its owner, or is a superuser: it may do everything, granted or not. */
  readonly owner: boolean;
}

/** A role and the privileges by which it reaches an object. */
export interface Reaching {
  readonly role: string;
  readonly privileges: Privileges;
}

type Grantable = Pick<Table | View, "schema" | "grants"> & {
  readonly owner?: string;
  readonly columns: Table["columns"] | View["columns"];
};

/**
 * What `role` may do with a table or view: by grants to itself, to PUBLIC and to roles it inherits from, on the whole
 * or on columns. Nothing where it may not use the schema.
 */
export const privilegesOf = derived((catalog: Catalog, object: Grantable, role: string): Privileges => {
  const roles = rolesOf(catalog, role);
  const owner = isSuperuser(catalog, role) || (object.owner !== undefined && roles.has(object.owner));
  if (!owner && !mayUseSchema(catalog, object.schema, role)) return NOTHING;
  const whole = grantsFor(object.grants, roles);
  const columns = columnsOf(object).flatMap((column): [string, ReadonlyMap<Privilege, Grant>][] => {
    if (!column.grants.length) return [];
    const own = [...grantsFor(column.grants, roles)].filter(([privilege]) => !whole.has(privilege));
    return own.length ? [[column.name, new Map(own)]] : [];
  });
  return { whole, columns: new Map(columns), owner };
});

/** Whether the role has the privilege on the object or, for what columns can have, on any of its columns. */
export function mayDo(privileges: Privileges, privilege: Privilege): boolean {
  if (privileges.owner || privileges.whole.has(privilege)) return true;
  for (const column of privileges.columns.values()) if (column.has(privilege)) return true;
  return false;
}

/** Those of `roles` that reach the object by some privilege, with the privileges. */
export function rolesReaching(catalog: Catalog, object: Grantable, roles: Iterable<string>): Reaching[] {
  const reaching: Reaching[] = [];
  for (const role of roles) {
    const privileges = privilegesOf(catalog, object, role);
    if (privileges.owner || privileges.whole.size || privileges.columns.size)
      reaching.push({ role, privileges });
  }
  return reaching;
}

/** The roles named in the grants by which any of `roles` reaches the object: those themselves, others they inherit from, PUBLIC. */
export function granteesFor(catalog: Catalog, object: Grantable, roles: Iterable<string>): readonly string[] {
  const theirs = new Set([...roles].flatMap((role) => [...rolesOf(catalog, role)]));
  const grants = [...object.grants, ...columnsOf(object).flatMap((column) => column.grants)];
  return [...new Set(grants.map(({ role }) => role).filter((role) => theirs.has(role)))];
}

/** What decides who clients are, and through which schemas they come: the project's settings and its platform. */
export interface ClientSettings {
  readonly clientRoles: readonly string[];
  readonly exposedSchemas: readonly string[];
}

/** The client roles that reach a table or view. Behind an API only the exposed schemas count. */
export function clientRolesReaching(
  catalog: Catalog,
  object: Grantable,
  platform: { readonly clientsUseApi: boolean },
  settings: ClientSettings,
): Reaching[] {
  if (platform.clientsUseApi && !settings.exposedSchemas.includes(object.schema)) return [];
  return rolesReaching(catalog, object, settings.clientRoles);
}

/** Whether `role` may call the function: EXECUTE is PUBLIC's until revoked. */
export function mayExecute(catalog: Catalog, func: Func, role: string): boolean {
  if (isSuperuser(catalog, role)) return true;
  const roles = rolesOf(catalog, role);
  if (func.owner !== undefined && roles.has(func.owner)) return true;
  if (!mayUseSchema(catalog, func.schema, role)) return false;
  return func.publicExecute || grantsFor(func.grants, roles).has("execute");
}

/** Whether `role` may use the schema. One that no source creates is taken as usable: nothing is known of it. */
export function mayUseSchema(catalog: Catalog, schema: string, role: string): boolean {
  const found = catalog.schemas.get(schema);
  if (!found || isSuperuser(catalog, role)) return true;
  const roles = rolesOf(catalog, role);
  return owns(found, roles) || grantsFor(found.grants, roles).has("usage");
}

const owns = (schema: Schema, roles: ReadonlySet<string>): boolean =>
  schema.owner !== undefined && roles.has(schema.owner);

/** Whether policies do not apply to the role: a superuser or BYPASSRLS. Membership does not pass either on. */
export function isBypass(catalog: Catalog, role: string): boolean {
  const options = catalog.roles.get(role)?.options;
  return options !== undefined && (options.superuser || options.bypassRls);
}

const isSuperuser = (catalog: Catalog, role: string): boolean =>
  catalog.roles.get(role)?.options.superuser ?? false;

/** Roles whose privileges `role` has as it is: itself, PUBLIC, and what it inherits from, at any depth. */
export const rolesOf = (catalog: Catalog, role: string): ReadonlySet<string> =>
  remembered(inherited, catalog, role, () =>
    reach(catalog, role, (membership) => membership.inherit).add("public"),
  );

/** Roles that `role` may become with SET ROLE, itself included. */
export const rolesOpenTo = (catalog: Catalog, role: string): ReadonlySet<string> =>
  remembered(settable, catalog, role, () =>
    isSuperuser(catalog, role)
      ? new Set(catalog.roles.keys())
      : reach(catalog, role, (membership) => membership.set),
  );

function reach(catalog: Catalog, role: string, passes: (membership: Membership) => boolean): Set<string> {
  const found = new Set([role]);
  for (const name of found)
    for (const membership of catalog.roles.get(name)?.memberOf ?? [])
      if (passes(membership)) found.add(membership.role);
  return found;
}

/** Roles rarely change between two catalogs, and every rule asks of them: kept as long as the map of roles is the same. */
type RoleMemory = WeakMap<ReadonlyMap<string, Role>, Map<string, ReadonlySet<string>>>;
const inherited: RoleMemory = new WeakMap();
const settable: RoleMemory = new WeakMap();

function remembered(
  memory: RoleMemory,
  catalog: Catalog,
  role: string,
  make: () => ReadonlySet<string>,
): ReadonlySet<string> {
  return remember(
    remember(memory, catalog.roles, () => new Map()),
    role,
    make,
  );
}

/** Tables made alike share one list of grants, so that it is worth remembering what the list gives to whom. */
const granted = new WeakMap<readonly Grant[], WeakMap<ReadonlySet<string>, ReadonlyMap<Privilege, Grant>>>();

function grantsFor(grants: readonly Grant[], roles: ReadonlySet<string>): ReadonlyMap<Privilege, Grant> {
  if (!grants.length) return NONE;
  const known = remember(granted, grants, () => new WeakMap());
  return remember(known, roles, () => selectGrants(grants, roles));
}

/** Where several grants give one privilege, the one that says it most clearly counts. */
function selectGrants(grants: readonly Grant[], roles: ReadonlySet<string>): ReadonlyMap<Privilege, Grant> {
  const found = new Map<Privilege, Grant>();
  for (const grant of grants) {
    if (!roles.has(grant.role)) continue;
    const before = found.get(grant.privilege);
    if (!before || CLARITY[grant.origin] > CLARITY[before.origin]) found.set(grant.privilege, grant);
  }
  return found;
}

/** How plainly a source says that it wants a grant. */
export const CLARITY: Readonly<Record<Grant["origin"], number>> = {
  assumed: 0,
  "default-privileges": 1,
  all: 2,
  explicit: 3,
};

const columnsOf = (object: Grantable): readonly Column[] =>
  object.columns instanceof Map ? [...object.columns.values()] : [];

const NONE: ReadonlyMap<Privilege, Grant> = new Map();
const NOTHING: Privileges = { whole: NONE, columns: new Map(), owner: false };
