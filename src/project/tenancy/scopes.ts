import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Declaration } from "../access/declared.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProjectSettings } from "../project.ts";
import type { Scope, Step } from "../tenancy.ts";
import { withDetails } from "./details.ts";
import { findDoubts, findEither, holderOf } from "./either.ts";
import type { Link, Links } from "./links.ts";
import { findFirmPaths, findPaths } from "./paths.ts";
import { readersOf } from "./readers.ts";
import type { Tenants } from "./tenant.ts";
import { findConfigured, type UserColumn, type Users } from "./user.ts";
import {
  isLookupName,
  isOfPayer,
  isSecretColumn,
  isServiceName,
  isSignInName,
  keyStem,
  MAKING,
  namesKey,
  OWNER_STEMS,
  POINTER,
  spelled,
  stem,
} from "./vocabulary.ts";

export interface Found {
  readonly catalog: Catalog;
  readonly links: Links;
  readonly users: Users;
  readonly tenants: Tenants;
  readonly settings: ProjectSettings;
  readonly platform: Platform;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

interface Ways {
  readonly tenant: ReadonlyMap<string, readonly Link[]>;
  /** Where no table holds tenants, the column that names them all the same, by the table that has it. */
  readonly tenantColumns: ReadonlyMap<string, string>;
  readonly user: ReadonlyMap<string, readonly Link[]>;
  /** Tables whose rows may be a user's or a tenant's, and why. */
  readonly either: ReadonlyMap<string, string>;
  /** The same of tables that do lead to a tenant: which of both is meant is asked. */
  readonly doubts: ReadonlyMap<string, string>;
}

/** The scope of every table of the project's own, in the catalog's order. */
export function findScopes(found: Found): Map<string, Scope> {
  const said = findSaid(found);
  const ways = findWays(found, said);
  const scopes = new Map<string, Scope>();
  for (const [key, table] of found.catalog.tables) {
    if (table.platform) continue;
    scopes.set(key, scopeOf(found, ways, key, table));
  }
  inheritFromPartitioned(found.catalog, scopes);
  spread(found, scopes, "public", "it refers to nothing but lookup tables");
  spread(found, scopes, "service", "it refers to nothing but the server's own tables");
  readPolicies(found, scopes);
  for (const [key, { kind, reason }] of said)
    if (scopes.has(key)) scopes.set(key, configuredScope(found, ways, key, kind, reason));
  return scopes;
}

interface Said {
  readonly kind: keyof typeof KINDS;
  readonly reason: string;
}

/** Whose rows tables hold as the user says, by key: what the configuration says stands above words elsewhere. */
function findSaid({ catalog, declarations, settings }: Found): Map<string, Said> {
  const said = new Map<string, Said>();
  for (const [key, { sentence }] of declarations)
    if (sentence.scope) said.set(key, { kind: sentence.scope, reason: "its declared access says so" });
  for (const [name, kind] of Object.entries(settings.scopes)) {
    const key = findConfigured(catalog, name);
    if (key !== undefined) said.set(key, { kind, reason: "the configuration says so" });
  }
  return said;
}

function findWays(found: Found, said: ReadonlyMap<string, Said>): Ways {
  const { catalog, links, users, tenants } = found;
  const tenantColumns = tenants.role ? new Map<string, string>() : findTenantColumns(found);
  const targets = tenants.role ? [tenants.role.table] : [...tenantColumns.keys()];
  const own = tenants.role ? spelled(stem(tenants.role.table.split(".").at(-1)!)) : "";
  // A user's tenant is not that of every row that names the user; the tenant last looked at is nobody's.
  const isUsers = (key: string) => said.get(key)?.kind === "user" && holderOf(users, key) !== undefined;
  const mayLead = (link: Link) =>
    !users.tables.has(link.to) && !isUsers(link.to) && !POINTER.test(stem(link.column));
  const prefer = (link: Link) => (link.to === tenants.role?.table && keyStem(link.column) !== own ? 1 : 0);
  const either = findEither(found.catalog);
  const owned = new Set<string>();
  for (const key of links.from.keys()) if (!either.has(key) && ownerOf(users.columnsOf(key))) owned.add(key);
  const isDetour = findDetours(found, owned, findPaths(links, targets, mayLead, prefer));
  const leads = (link: Link) => mayLead(link) && !isDetour(link);
  const direct = findFirmPaths(links, targets, leads, prefer);
  const isNobodys = (key: string) => !owned.has(key) && !users.tables.has(key);
  const tenant = withDetails(catalog, links, direct, isNobodys, leads);
  const leadsToUser = (link: Link) => !users.tables.has(link.to) && !tenant.has(link.table);
  const isPersonal = (key: string) => (!tenant.has(key) || isUsers(key)) && !users.tables.has(key);
  const ends = [...users.tables, ...[...owned].filter(isPersonal)];
  const user = withDetails(
    catalog,
    links,
    findPaths(links, ends, leadsToUser),
    (key) => isNobodys(key) && !tenant.has(key),
    leadsToUser,
    (key) => tenant.has(key),
  );
  return { tenant, tenantColumns, user, either, doubts: findDoubts(found, tenant, said) };
}

/**
 * Whether a link only some rows have leads from what lies in somebody's own things: a rule of a mailbox is its owner's,
 * also where it may be made after a rule of a tenant. A column that names the tenant itself is no detour.
 */
function findDetours(
  { links, users, tenants }: Found,
  owned: ReadonlySet<string>,
  tenant: ReadonlyMap<string, readonly Link[]>,
): (link: Link) => boolean {
  const own = [...owned].filter(
    (key) =>
      !tenant.has(key) && !users.tables.has(key) && users.columnsOf(key).some((each) => !each.nullable),
  );
  const held = findPaths(links, own, (link) => !link.nullable && !users.tables.has(link.to));
  return ({ nullable, table, to }) =>
    nullable && to !== tenants.role?.table && (held.get(table)?.length ?? 0) > 0;
}

/** Columns called `tenant_id` or alike in several tables, which refer to no table. */
function findTenantColumns({ catalog, links }: Found): Map<string, string> {
  const byStem = new Map<string, Map<string, string>>();
  const tables = new Set([...catalog.tables.values()].map(({ name }) => spelled(stem(name))));
  for (const [key, table] of catalog.tables) {
    if (table.platform) continue;
    const linked = new Set([
      ...(links.from.get(key) ?? []).map(({ column }) => column),
      ...table.constraints.flatMap(({ references, columns }) =>
        references && catalog.tables.has(references.table) ? columns : [],
      ),
    ]);
    for (const { name, type } of table.columns.values()) {
      const called = keyStem(name);
      if (type.array || linked.has(name) || !namesKey(name) || !TENANT_COLUMN.test(called)) continue;
      if (tables.has(called)) continue;
      const columns = byStem.get(called) ?? new Map<string, string>();
      byStem.set(called, columns.set(key, name));
    }
  }
  const most = [...byStem.values()].sort((a, b) => b.size - a.size)[0];
  return most && most.size > 1 ? most : new Map();
}

const TENANT_COLUMN = /^(tenant|tenancy|organization|team|workspace|company|account)$/;

/**
 * The column of a row's owner. One that may be empty must be called after an owner; of what somebody did to the row,
 * only what every row names counts, where nothing better is there.
 */
const ownerOf = (columns: readonly UserColumn[]): UserColumn | undefined =>
  columns.find(
    ({ owns, nullable, column }) => owns && (!nullable || OWNER_STEMS.includes(keyStem(column))),
  ) ?? columns.find(({ nullable }) => !nullable);

function scopeOf(found: Found, ways: Ways, key: string, table: Table): Scope {
  const { users } = found;
  const signsIn = isSignIn(table);
  const tenantPath = signsIn && !isOftenTenants(table.name) ? undefined : ways.tenant.get(key);
  if (tenantPath) return tenantScope(found, ways, key, tenantPath);
  if (users.tables.has(key)) return userTableScope(found, key);
  if (signsIn) return plain("service", `${table.name} holds what signs people in`);
  const either = ways.either.get(key);
  if (either !== undefined) return { ...plain("unknown", either), asked: either };
  const userPath = ways.user.get(key);
  if (userPath) return userScope(found, key, userPath);
  if (isServiceName(table.name))
    return plain("service", `${table.name} is what a server's own bookkeeping is called`);
  if (isLookupName(table.name))
    return plain("public", `${table.name} is what lookup tables are called, and no row belongs to anyone`);
  return plain("unknown", "no column or key leads to a tenant or a user");
}

/** Sessions, accounts at other services, keys and codes: by the name, and by a column that holds a secret. */
const isSignIn = (table: Table): boolean =>
  isSignInName(table.name) && [...table.columns.values()].some(({ name }) => holdsSignIn(table.name, name));

/** Accounts and credentials of other services are a tenant's as often as they sign somebody in. */
const isOftenTenants = (table: string): boolean => /(^|_)(account|credential)$/.test(stem(table));

/** Accounts are many things: those of another service that signs people in hold its tokens. */
function holdsSignIn(table: string, column: string): boolean {
  if (/_code$/.test(stem(table)) && /^code(_hash)?$/.test(stem(column))) return true;
  if (stem(table) === "account") return /^(access|refresh|id)_token$/.test(stem(column));
  return isSecretColumn(column) || (stem(table) === "verification" && stem(column) === "value");
}

const plain = (kind: Scope["kind"], reason: string): Scope => ({
  kind,
  path: [],
  nullable: false,
  reasons: [reason],
});

function tenantScope({ tenants, users }: Found, ways: Ways, key: string, path: readonly Link[]): Scope {
  const last = path.at(-1);
  const column = tenants.role
    ? last && last.by !== "referred to"
      ? last.column
      : tenants.role.column
    : ways.tenantColumns.get(last?.to ?? key);
  const owner = users.tables.has(key)
    ? undefined
    : users.columnsOf(key).find((each) => each.owns || MAKING.test(keyStem(each.column)));
  const asked = ways.doubts.get(key);
  return {
    kind: "tenant",
    path: path.map(toStep),
    ...(column === undefined ? {} : { column }),
    ...(owner ? { ownerColumn: owner.column } : {}),
    ...(asked === undefined ? {} : { asked }),
    nullable: path.some(({ nullable }) => nullable),
    reasons: path.length
      ? path.map(describe)
      : [tenants.role ? "its rows are the tenants" : `${column} names the tenant`],
  };
}

function userTableScope({ users, catalog }: Pick<Found, "users" | "catalog">, key: string): Scope {
  const column =
    [...catalog.tables.get(key)!.columns.values()].find(({ primaryKey }) => primaryKey)?.name ??
    users.role?.column;
  return {
    kind: "user",
    path: [],
    ...(column === undefined ? {} : { column }),
    nullable: false,
    reasons: ["its rows are the users"],
  };
}

/** `path` leads to a table that names its owner; that table's own step to the users is the last. */
function userScope(
  { users, catalog }: Pick<Found, "users" | "catalog">,
  key: string,
  path: readonly Link[],
): Scope {
  const end = path.at(-1)?.to ?? key;
  if (path.length && users.tables.has(end))
    return {
      ...userTableScope({ users, catalog }, end),
      path: path.map(toStep),
      reasons: path.map(describe),
    };
  const owner = ownerOf(users.columnsOf(end));
  const whole = [...path, ...(owner?.link ? [owner.link] : [])];
  return {
    kind: "user",
    path: whole.map(toStep),
    ...(owner ? { column: owner.column } : {}),
    ...(owner && !path.length ? { ownerColumn: owner.column } : {}),
    nullable: whole.some(({ nullable }) => nullable) || (owner?.nullable ?? false),
    reasons: whole.length ? whole.map(describe) : [`${owner?.column} names a user`],
  };
}

const toStep = ({ nullable: _, ...step }: Link): Step => step;

const describe = ({ table, column, to, toColumn, by }: Link): string => {
  if (by === "referred to") return `${to}.${toColumn} refers to each row of ${table}`;
  const how = {
    "foreign key": "",
    "prisma relation": ", as Prisma relates them",
    name: ", going by its name",
  }[by];
  return `${table}.${column} refers to ${to}${how}`;
};

/** A partition holds the rows of its parent. */
function inheritFromPartitioned(catalog: Catalog, scopes: Map<string, Scope>): void {
  for (const [key, { partitionOf }] of catalog.tables) {
    const parent = partitionOf === undefined ? undefined : scopes.get(partitionOf);
    if (parent && scopes.get(key)?.kind === "unknown")
      scopes.set(key, { ...parent, reasons: [`it is a partition of ${partitionOf}`, ...parent.reasons] });
  }
}

/** What refers to lookups alone is a lookup (prices of products), what refers to a server's bookkeeping is part of it. */
function spread(
  { catalog, links }: Found,
  scopes: Map<string, Scope>,
  kind: "public" | "service",
  reason: string,
): void {
  const isSo = (key: string) => scopes.get(key)?.kind === kind;
  const isSomebodys = (key: string) =>
    kind === "public" && [...catalog.tables.get(key)!.columns.values()].some(({ name }) => isOfPayer(name));
  const queue = [...scopes.keys()].filter(isSo);
  for (const found of queue)
    for (const { table } of links.to.get(found) ?? []) {
      const outward = [...new Set((links.from.get(table) ?? []).map(({ to }) => to))];
      if (scopes.get(table)?.kind !== "unknown" || !outward.every(isSo) || isSomebodys(table)) continue;
      scopes.set(table, plain(kind, `${reason}: ${outward.join(", ")}`));
      queue.push(table);
    }
}

/** Where nothing else says whose rows are, policies that let everybody read them do: a table that clients look things up in. */
function readPolicies({ catalog, platform }: Found, scopes: Map<string, Scope>): void {
  for (const [key, { kind }] of scopes) {
    const readers = kind === "unknown" ? readersOf(catalog.tables.get(key)!, platform) : undefined;
    if (readers)
      scopes.set(key, {
        ...plain(
          "public",
          `no column or key leads to a tenant or a user, and its policies let ${readers} read every row`,
        ),
        readers,
      });
  }
}

function configuredScope(
  found: Found,
  ways: Ways,
  key: string,
  kind: keyof typeof KINDS,
  reason: string,
): Scope {
  const tenantPath = kind === "tenant" ? ways.tenant.get(key) : undefined;
  const userPath = kind === "user" ? ways.user.get(key) : undefined;
  const scope = tenantPath
    ? tenantScope(found, ways, key, tenantPath)
    : userPath
      ? userScope(found, key, userPath)
      : found.users.tables.has(key) && kind === "user"
        ? userTableScope(found, key)
        : ownedScope(found, key, kind);
  return { ...scope, reasons: [reason, ...scope.reasons] };
}

const KINDS = { tenant: 0, user: 0, public: 0, service: 0 } as const;

/** A table that was taken for a tenant's may be a user's own all the same. */
function ownedScope({ users }: Found, key: string, kind: keyof typeof KINDS): Scope {
  const columns = users.columnsOf(key);
  const owner = kind === "user" ? (ownerOf(columns) ?? columns[0]) : undefined;
  if (!owner) return { kind, path: [], nullable: false, reasons: [] };
  return {
    kind,
    path: owner.link ? [toStep(owner.link)] : [],
    column: owner.column,
    ownerColumn: owner.column,
    nullable: owner.nullable,
    reasons: [],
  };
}
