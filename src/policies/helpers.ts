import type { Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { Membership } from "../project/tenancy.ts";
import { quoteIdentifier, quoteLiteral } from "../text/quote.ts";

/** Schema of the functions that policies call: clients may run them, and no API shows them. */
export const HELPER_SCHEMA = "private";

/** The caller's id as the column that it is compared with has it: Prisma's `String` ids are text, Supabase's callers uuid. */
export function callerId(project: Project, columnType: string | undefined): string | undefined {
  const [caller] = project.platform.callerId;
  if (!caller) return undefined;
  const call = `(select ${caller}())`;
  return columnType === project.platform.callerIdType || columnType === undefined
    ? call
    : `${call}::${columnType}`;
}

/** Who a helper answers for: every member of a tenant, or those with one of some roles. */
export interface Audience {
  /** `members`, `admins`, `owners`: part of the function's name. */
  readonly name: "members" | "admins" | "owners";
  readonly roles?: readonly string[];
}

/** `(select private.organizations_of_members())`: the caller's tenants, as a set that PostgreSQL makes once. */
export const tenantsOf = (plural: string, { name }: Audience): string =>
  `select ${HELPER_SCHEMA}.${quoteIdentifier(helperName(plural, name))}()`;

const helperName = (plural: string, name: Audience["name"]): string =>
  name === "members" ? `current_user_${plural}` : `current_user_${plural}_as_${name.slice(0, -1)}`;

/**
 * The function that gives the tenants of the caller. It runs as its owner, so that policies on the membership table
 * may call it without asking themselves; its search path is empty, so that nobody can put a table in between.
 */
export function createHelper(
  project: Project,
  membership: Membership,
  table: Table,
  plural: string,
  audience: Audience,
): string[] {
  const tenant = table.columns.get(membership.tenantColumn)!;
  const user = table.columns.get(membership.userColumn)!;
  const caller = callerId(project, user.type.name)!;
  const roles =
    audience.roles?.length && membership.roleColumn
      ? `\n    and m.${quoteIdentifier(membership.roleColumn)} in (${audience.roles.map(quoteLiteral).join(", ")})`
      : "";
  const name = `${HELPER_SCHEMA}.${quoteIdentifier(helperName(plural, audience.name))}()`;
  const source = `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
  return [
    `-- The ${plural} that the caller belongs to${audience.name === "members" ? "" : ` as ${audience.roles!.join(" or ")}`}.
create or replace function ${name} returns setof ${tenant.type.name}
  language sql stable security definer set search_path = ''
  as $$
  select m.${quoteIdentifier(membership.tenantColumn)} from ${source} m
  where m.${quoteIdentifier(membership.userColumn)} = ${caller}${roles}
$$;`,
    `revoke all on function ${name} from public;`,
    `grant execute on function ${name} to ${project.platform.signedInRole};`,
  ];
}

/** The schema, made once, and its use by whoever policies are for. */
export const createHelperSchema = (project: Project): string[] => [
  `create schema if not exists ${HELPER_SCHEMA};`,
  `grant usage on schema ${HELPER_SCHEMA} to ${project.platform.signedInRole};`,
];
