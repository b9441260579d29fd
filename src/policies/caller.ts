import type { Column, ResolvedType, Table } from "../catalog/catalog.ts";
import type { Audience } from "../project/access/audience.ts";
import { callerSettingsOf } from "../project/caller-settings.ts";
import type { Project } from "../project/project.ts";
import { activeWhen } from "../project/tenancy/active.ts";
import { quoteIdentifier, quoteLiteral } from "../text/quote.ts";
import { type Functions, fromTable, keyOf } from "./functions.ts";
import { spokenOf, typeSql, wordOf } from "./names.ts";

type Roles = Extract<Audience, { kind: "members" }>;

/** How SQL names who asks, in a project's own terms. */
export interface Caller {
  /** The caller's id as the column has it: a user's key, or the platform's own id where the column refers to that. */
  id(table: Table, column: string): string;
  /** A call that gives the tenants of the caller, or those where he has one of some roles. */
  tenants(members: Roles): string;
  /** What a column of the caller's own row of the user table holds now. */
  own(table: Table, keyColumn: string, column: string): string;
}

/** Why no SQL can name the caller of this project, or undefined where it can. */
export function whyNoCaller(project: Project, needs: "tenant" | "user"): string | undefined {
  const { tenancy, platform, catalog } = project;
  if (needs === "tenant") {
    const { style } = tenancy;
    if (style.kind === "undecided")
      return 'nothing says which users belong to which tenant: name the claim that holds the tenant in the configuration, "tenancy": { "tenantClaim": ... }, or the tenant table itself';
    if (style.kind === "claim")
      return /user_metadata/.test(style.claim?.[0] ?? "")
        ? `users can write ${style.claim!.join(".")} themselves: it says nothing about their tenant`
        : undefined;
  }
  const users = tenancy.user && catalog.tables.get(tenancy.user.table);
  const key = users?.columns.get(tenancy.user!.column);
  if (!platform.callerId.length || !key || users?.platform || tenancy.user!.identityColumn !== undefined)
    return undefined;
  if (!TEXTS.has(key.type.name) && key.type.name !== platform.callerIdType)
    return `the key of ${tenancy.user!.table} is ${key.type.name}, and ${platform.callerId[0]}() gives ${platform.callerIdType}: nothing says which user the caller is`;
  const model = project.modelOfTable.get(tenancy.user!.table);
  const made = model?.fieldOfColumn.get(key.name)?.attributes.find(({ name }) => name === "default");
  return made && /^(cuid|nanoid|ulid|autoincrement)\b/.test(made.args[0]?.text ?? "")
    ? `the keys of ${tenancy.user!.table} are made by ${made.args[0]!.text}, and are not the ids that ${platform.callerId[0]}() gives: nothing says which user the caller is`
    : undefined;
}

const TEXTS = new Set(["text", "varchar", "bpchar", "citext"]);

/** Functions that name the caller are asked for in `functions` as policies come to need them. */
export function createCaller(project: Project, functions: Functions): Caller {
  const { platform, tenancy, catalog } = project;
  const [callerFunction] = platform.callerId;
  const users = tenancy.user && catalog.tables.get(tenancy.user.table);
  const userKey = users?.columns.get(tenancy.user!.column);

  /** What the platform or the server says, as text or as `platform.callerIdType`. */
  const said = (column: Column): string => {
    if (!callerFunction) return settingAs(callerSettingsOf(project).user, column.type);
    const call = `(select ${callerFunction}())`;
    return column.type.name === platform.callerIdType ? call : `${call}::${typeSql(column.type)}`;
  };

  function id(table: Table, name: string): string {
    const column = table.columns.get(name)!;
    const other = users && keyOf(table) !== keyOf(users) ? otherKey(project, table, name) : undefined;
    if (other !== undefined)
      return cast(own(users!, tenancy.user!.column, other), users!.columns.get(other)!.type, column.type);
    const identity = tenancy.user?.identityColumn;
    if (!callerFunction) {
      const type = userKey?.type ?? column.type;
      const call = functions.call("id", "current_user_id", () => ({
        says: "The id of the caller, as the server set it for this transaction",
        returns: type,
        set: false,
        select: `select ${settingAs(callerSettingsOf(project).user, type)}`,
        definer: false,
      }));
      return cast(`(select ${call})`, type, column.type);
    }
    if (!users || identity === undefined || name === identity || refersToPlatform(project, table, name))
      return said(column);
    const call = functions.call("id", "current_user_id", () => ({
      says: `The id that the caller has in ${tenancy.user!.table}`,
      returns: userKey!.type,
      set: false,
      select: `select r.${quoteIdentifier(userKey!.name)} from ${fromTable(users)} where r.${quoteIdentifier(identity)} = ${said(users.columns.get(identity)!)}`,
      definer: true,
    }));
    return cast(`(select ${call})`, userKey!.type, column.type);
  }

  function tenants(members: Roles): string {
    const tenants = tenancy.tenant ? catalog.tables.get(tenancy.tenant.table)?.name : undefined;
    const word = wordOf(tenants ?? "tenants");
    const name = members.roles
      ? `current_user_${word}_as_${wordOf(members.name).replace(/s$/, "")}`
      : `current_user_${word}`;
    return functions.call(`tenants ${members.roles?.join() ?? ""}`, name, () => ({
      says: `The ${spokenOf(tenants ?? "tenants")} that the caller belongs to${members.roles ? ` as ${members.roles.join(" or ")}` : ""}`,
      returns: tenantType(project),
      set: true,
      ...selectTenants(project, members, id),
    }));
  }

  function own(table: Table, keyColumn: string, name: string): string {
    const column = table.columns.get(name)!;
    const call = functions.call(`own ${keyOf(table)}.${name}`, `current_user_${wordOf(name)}`, () => ({
      says: `The ${name} of the caller as it is now`,
      returns: column.type,
      set: false,
      select: `select r.${quoteIdentifier(name)} from ${fromTable(table)} where r.${quoteIdentifier(keyColumn)} = ${id(table, keyColumn)}`,
      definer: true,
    }));
    return `(select ${call})`;
  }

  return { id, tenants, own };
}

/** The SELECT that gives the caller's tenants, by the project's style. */
function selectTenants(
  project: Project,
  { roles }: Roles,
  id: Caller["id"],
): { readonly select: string; readonly definer: boolean } {
  const { style, memberships } = project.tenancy;
  const type = tenantType(project);
  const [membership] = memberships;
  if (style.kind === "claim") {
    const tenant = `nullif(${claimText(project, style.claim!)}, '')::${typeSql(type)}`;
    const role = style.roleClaim ? claimText(project, style.roleClaim) : undefined;
    const where = roles && role ? ` where ${role} in (${roles.map(quoteLiteral).join(", ")})` : "";
    return { select: `select ${tenant}${where}`, definer: false };
  }
  const table = membership && project.catalog.tables.get(membership.table);
  const setting = settingAs(callerSettingsOf(project).tenant, type);
  if (style.kind === "setting" && !roles) return { select: `select ${setting}`, definer: false };
  if (!membership || !table) return { select: `select ${setting}`, definer: false };
  const conditions = [
    `r.${quoteIdentifier(membership.userColumn)} = ${id(table, membership.userColumn)}`,
    ...(style.kind === "setting" ? [`r.${quoteIdentifier(membership.tenantColumn)} = ${setting}`] : []),
    ...inForce(project, table),
    ...(roles && membership.roleColumn
      ? [`r.${quoteIdentifier(membership.roleColumn)} in (${roles.map(quoteLiteral).join(", ")})`]
      : []),
  ];
  return {
    select: `select r.${quoteIdentifier(membership.tenantColumn)} from ${fromTable(table)}\n  where ${conditions.join("\n    and ")}`,
    definer: true,
  };
}

const inForce = ({ catalog }: Project, table: Table): string[] =>
  activeWhen(catalog, table).map(({ column, is }) => {
    const name = `r.${quoteIdentifier(column)}`;
    if (is === "true") return name;
    return typeof is === "object" ? `${name} = ${quoteLiteral(is.value)}` : `${name} is ${is}`;
  });

/** The type of a tenant's key, as the column that the policies compare has it. */
export function tenantType({ tenancy, catalog }: Project): ResolvedType {
  const columnOf = (key: string | undefined, column: string | undefined) =>
    key === undefined || column === undefined
      ? undefined
      : catalog.tables.get(key)?.columns.get(column)?.type;
  const [membership] = tenancy.memberships;
  const scoped = [...tenancy.scopes].find(
    ([, scope]) => scope.kind === "tenant" && scope.column !== undefined,
  );
  return (
    columnOf(tenancy.tenant?.table, tenancy.tenant?.column) ??
    columnOf(membership?.table, membership?.tenantColumn) ??
    columnOf(scoped?.[1].path.at(-1)?.to ?? scoped?.[0], scoped?.[1].column) ?? {
      name: "text",
      array: false,
      kind: "builtin",
    }
  );
}

/** `auth.jwt() -> 'app_metadata' ->> 'org_id'`. */
function claimText({ platform }: Project, path: readonly string[]): string {
  const token = platform.callerToken ?? "current_setting('request.jwt.claims', true)::jsonb";
  return path.reduce(
    (sql, key, i) => `${sql} ${i === path.length - 1 ? "->>" : "->"} ${quoteLiteral(key)}`,
    `(select ${token})`,
  );
}

const settingAs = (name: string, type: ResolvedType): string => {
  const value = `nullif(current_setting(${quoteLiteral(name)}, true), '')`;
  return type.name === "text" ? value : `${value}::${typeSql(type)}`;
};

/** PostgreSQL compares text with uuid not at all: what is not the column's type is made so, on the caller's side. */
export const cast = (sql: string, from: ResolvedType, to: ResolvedType): string =>
  from.name === to.name ? sql : `${sql}::${typeSql(to)}`;

/** The users' column that a column refers to, where that is not their key: who is named by his address. */
function otherKey({ catalog, tenancy }: Project, table: Table, name: string): string | undefined {
  const { table: users, column } = tenancy.user!;
  const named = table.constraints.flatMap(({ references, columns }) =>
    references?.table === users && columns.length === 1 && columns[0] === name ? references.columns : [],
  )[0];
  const membership = tenancy.memberships.find((each) => each.table === keyOf(table));
  const other = named ?? (membership?.userColumn === name ? membership.userKey : undefined);
  return other !== column && catalog.tables.get(users)?.columns.has(other ?? "") ? other : undefined;
}

const refersToPlatform = ({ catalog }: Project, table: Table, column: string): boolean =>
  table.constraints.some(
    ({ references, columns }) =>
      references !== undefined &&
      columns[0] === column &&
      catalog.tables.get(references.table)?.platform === true,
  );
