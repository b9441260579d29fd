import { createHash } from "node:crypto";
import { type Catalog, type Column, qualify, type ResolvedType, type Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { activeWhen } from "../project/tenancy/active.ts";

/** Whose a row is: it names this user, and belongs to this tenant. */
export interface Maker {
  readonly user: number;
  readonly tenant: number | undefined;
  readonly role: string | undefined;
}

/**
 * What a column of a maker's row holds, as text; undefined for one that may stay empty. Keys follow from table and
 * maker alone, so that a reference holds what the other row's key does, in whatever order rows are made.
 */
export function columnValue(
  project: Project,
  table: Table,
  column: Column,
  maker: Maker,
): string | undefined {
  return held(project, table, column.name, maker, new Set());
}

/** The key of a user or a tenant, as the caller's token or settings have it. */
export function valueFor(project: Project, who: { user: number } | { tenant: number }): string {
  const { tenancy, catalog } = project;
  const role = "user" in who ? tenancy.user : tenancy.tenant;
  const table = role && catalog.tables.get(role.table);
  const maker = {
    user: "user" in who ? who.user : 0,
    tenant: "tenant" in who ? who.tenant : undefined,
    role: undefined,
  };
  if ("user" in who && project.platform.callerId.length) return uuid(`user ${who.user}`);
  const column = table?.columns.get(role!.column);
  if (table && column) return plainValue(project, table, column.name, column.type, maker) ?? "";
  return "user" in who ? uuid(`user ${who.user}`) : freeTenant(project, who.tenant);
}

function held(
  project: Project,
  table: Table,
  name: string,
  maker: Maker,
  seen: ReadonlySet<string>,
): string | undefined {
  const { tenancy, catalog, platform } = project;
  const column = table.columns.get(name);
  const key = qualify(table.schema, table.name);
  if (!column || seen.has(`${key}.${name}`)) return undefined;
  const [membership] = tenancy.memberships;
  const isUsers = key === tenancy.user?.table;
  if (platform.callerId.length && isUsers && name === (tenancy.user!.identityColumn ?? tenancy.user!.column))
    return uuid(`user ${maker.user}`);
  if (key === membership?.table) {
    const active = activeWhen(catalog, table).find((each) => each.column === name);
    if (active) return activeValue(active.is);
  }
  if (name === membership?.roleColumn && column.type.name === roleType(project)) return maker.role;
  const to = referenceOf(project, key, table, name);
  const scope = tenancy.scopes.get(key);
  if (to) {
    // Where only one row may refer to another, each has its own; the way to the tenant leads over rows that are there.
    const isAlone = isUniqueAlone(table, name) && scope?.path[0]?.column !== name;
    return followed(project, to, maker, new Set([...seen, `${key}.${name}`]), isAlone);
  }
  if (name === scope?.ownerColumn || (scope?.kind === "user" && name === scope.column && !isUsers))
    return ownerValue(project, maker);
  if (scope?.kind === "tenant" && !tenancy.tenant && name === scope.column)
    return maker.tenant === undefined ? undefined : freeTenant(project, maker.tenant);
  const needed = isKey(table, name) || scope?.column === name || isUnique(table, name);
  return needed ? plainValue(project, table, name, column.type, maker) : undefined;
}

/** The row that a column refers to belongs to the same maker. A tenant's key is nobody's where the maker has none. */
function followed(
  project: Project,
  { table, column }: { readonly table: Table; readonly column: string },
  maker: Maker,
  seen: ReadonlySet<string>,
  isAlone = false,
): string | undefined {
  const { tenancy } = project;
  if (table.platform) return uuid(`user ${maker.user}`);
  const key = qualify(table.schema, table.name);
  const isTenant = key === tenancy.tenant?.table;
  if (isTenant && maker.tenant === undefined) return undefined;
  const of = isAlone || key === tenancy.user?.table ? maker : ownerOfParent(project, key, maker);
  const type = table.columns.get(column)?.type;
  return held(project, table, column, of, seen) ?? (type && plainValue(project, table, column, type, of));
}

/** Rows hang on those that are there: the tenant's first, the user's own, or the one that is for everybody. */
function ownerOfParent(project: Project, key: string, maker: Maker): Maker {
  const kind = project.tenancy.scopes.get(key)?.kind;
  if (kind === "user") return maker;
  if (kind === "tenant" && maker.tenant !== undefined)
    return { ...maker, user: maker.tenant * firstTenantSize(project) };
  return { user: 0, tenant: 0, role: undefined };
}

/** More roles than this say nothing new. */
const ROLES = 6;

/** The roles of the first tenant's people, one for each; two people where there are fewer. */
export function rolesOfPeople({ tenancy }: Project): readonly (string | undefined)[] {
  const roles: (string | undefined)[] = tenancy.memberships[0]?.roles.slice(0, ROLES) ?? [];
  while (roles.length < 2) roles.push(roles[0]);
  return roles;
}

const firstTenantSize = (project: Project): number => rolesOfPeople(project).length;

/** What a column refers to: by a foreign key, or as the way to the tenant or user says. */
function referenceOf(
  { catalog, tenancy }: Project,
  key: string,
  table: Table,
  name: string,
): { readonly table: Table; readonly column: string } | undefined {
  for (const { references, columns } of table.constraints) {
    const target = references && catalog.tables.get(references.table);
    const place = columns.indexOf(name);
    if (!target || place < 0 || references.table === key) continue;
    const column =
      references.columns[place] ?? [...target.columns.values()].find(({ primaryKey }) => primaryKey)?.name;
    if (column !== undefined) return { table: target, column };
  }
  const [step] = tenancy.scopes.get(key)?.path ?? [];
  const [membership] = tenancy.memberships;
  if (step?.table === key && step.column === name && step.by !== "referred to")
    return { table: catalog.tables.get(step.to)!, column: step.toColumn };
  const role =
    key !== membership?.table
      ? undefined
      : name === membership.userColumn && key !== tenancy.user?.table
        ? tenancy.user
        : name === membership.tenantColumn
          ? tenancy.tenant
          : undefined;
  return role && role.table !== key
    ? { table: catalog.tables.get(role.table)!, column: role.column }
    : undefined;
}

function ownerValue(project: Project, maker: Maker): string | undefined {
  const { user } = project.tenancy;
  const table = user && project.catalog.tables.get(user.table);
  return table
    ? followed(project, { table, column: user.column }, maker, new Set())
    : valueFor(project, { user: maker.user });
}

function activeValue(is: ReturnType<typeof activeWhen>[number]["is"]): string | undefined {
  if (is === "true") return "true";
  if (is === "not null") return "2024-01-01";
  return typeof is === "object" ? is.value : undefined;
}

const roleType = ({ tenancy, catalog }: Project): string | undefined => {
  const [membership] = tenancy.memberships;
  return catalog.tables.get(membership?.table ?? "")?.columns.get(membership?.roleColumn ?? "")?.type.name;
};

const isKey = (table: Table, name: string): boolean =>
  table.columns.get(name)?.primaryKey === true ||
  table.constraints.some(({ kind, columns }) => kind === "primary key" && columns.includes(name));

const isUnique = (table: Table, name: string): boolean =>
  table.constraints.some(({ kind, columns }) => kind === "unique" && columns.includes(name)) ||
  table.indexes.some(({ unique, keys }) => unique && keys.some(({ column }) => column === name));

const isUniqueAlone = (table: Table, name: string): boolean =>
  table.constraints.some(
    ({ kind, columns }) => kind === "unique" && columns.length === 1 && columns[0] === name,
  ) || table.indexes.some(({ unique, keys }) => unique && keys.length === 1 && keys[0]!.column === name);

/** A tenant that no table holds. */
function freeTenant(project: Project, tenant: number): string {
  const scoped = [...project.tenancy.scopes].find(
    ([, { kind, column }]) => kind === "tenant" && column !== undefined,
  );
  const [key, scope] = scoped ?? [];
  const table = project.catalog.tables.get(scope?.path.at(-1)?.to ?? key ?? "");
  const type = table?.columns.get(scope?.column ?? "")?.type;
  return (type && literalOf(project.catalog, type, "tenant", tenant)) ?? uuid(`tenant ${tenant}`);
}

/** The table whose rows have those of a detail; the table itself elsewhere. */
function havingTable(tenancy: Project["tenancy"], key: string): string {
  const [step] = tenancy.scopes.get(key)?.path ?? [];
  return step?.by === "referred to" ? havingTable(tenancy, step.to) : key;
}

/** A value of one's own for each maker; for each user of what is users' own, for each tenant of the tenant table. */
function plainValue(
  { catalog, tenancy }: Project,
  table: Table,
  name: string,
  type: ResolvedType,
  { user, tenant }: Maker,
): string | undefined {
  const key = qualify(table.schema, table.name);
  const had = havingTable(tenancy, key);
  const isTenant = had === tenancy.tenant?.table && tenant !== undefined;
  const isUsers = had === tenancy.user?.table || tenancy.scopes.get(had)?.kind === "user";
  const who = isTenant ? tenant : isUsers ? user : user * 2 + (tenant ?? 0);
  return literalOf(catalog, type, `${key}.${name}`, who);
}

/** The `n`th value of a type, different for each name; undefined for a type of which none is known. */
function literalOf(catalog: Catalog, type: ResolvedType, name: string, n: number): string | undefined {
  if (type.array) return "{}";
  const values = catalog.types.get(type.name)?.values;
  if (values?.length) return values[n % values.length];
  return LITERALS[type.base ?? type.name]?.(name, n);
}

const uuid = (seed: string): string => {
  const hex = createHash("sha1").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const text = (name: string, n: number): string =>
  `${createHash("sha1").update(name).digest("hex").slice(0, 5)}${n}`;
/** Fits the smallest integer type. */
const number = (name: string, n: number): string =>
  String((createHash("sha1").update(name).digest()[0]! + 1) * 100 + n);
const date = (_: string, n: number): string => `2024-01-${String(n + 1).padStart(2, "0")}`;

const LITERALS: Readonly<Record<string, (name: string, n: number) => string>> = {
  uuid: (name, n) => uuid(`${name} ${n}`),
  text,
  varchar: text,
  citext: text,
  "public.citext": text,
  "extensions.citext": text,
  bpchar: text,
  name: text,
  int2: number,
  int4: number,
  int8: number,
  numeric: number,
  float4: number,
  float8: number,
  oid: number,
  date,
  timestamp: date,
  timestamptz: date,
  bool: (_, n) => String(n % 2 === 0),
  json: (_, n) => String(n),
  jsonb: (_, n) => String(n),
  bytea: (_, n) => `\\x${String(n).padStart(2, "0")}`,
  inet: (_, n) => `10.0.0.${n + 1}`,
  cidr: (_, n) => `10.0.${n}.0/24`,
};
