import type { Scope, Tenancy } from "./tenancy.ts";

/** Whose the rows of a table are, as far as that is known without asking. */
export const knownKind = ({ kind, asked }: Scope): Scope["kind"] => (asked === undefined ? kind : "unknown");

/** Why that is so, or what is to be asked. */
export const scopeReasons = ({ reasons, asked }: Scope): readonly string[] =>
  asked === undefined || reasons.includes(asked) ? reasons : [asked, ...reasons];

/** Whose the rows of a table are, as a sentence. */
export const SCOPE_SENTENCES: Readonly<Record<Scope["kind"], string>> = {
  tenant: "Rows belong to a tenant.",
  user: "Rows belong to one user.",
  public: "Rows are for everyone.",
  service: "Rows are for the service only; no client may touch them.",
  unknown: "Whose the rows are is not known.",
};

/** The way to the tenant or user: `project_id > public.projects > organization_id`; "" where there is none. */
export function scopePath({ path, column, nullable }: Scope): string {
  const steps = path.map((step) => `${step.column} > ${step.to}`).join(" > ") || (column ?? "");
  return steps && nullable ? `${steps} (may be null)` : steps;
}

/** The same as far as it is known without asking: while whose the rows are is asked, so is the way. */
export const knownPath = (scope: Scope): string => (scope.asked === undefined ? scopePath(scope) : "");

/** What a table is for the tenancy besides its own rows, one sentence each: the tenants, the users, or what could be the tenants. */
export function tenancyRoles(key: string, tenancy: Tenancy): string[] {
  const { tenant, user, memberships, candidates } = tenancy;
  const others = candidates.filter(({ table }) => table !== tenant?.table);
  const roles: string[] = [];
  const because = (reasons: readonly string[]) => (reasons.length ? `: ${reasons.join("; ")}` : "");
  if (key === tenant?.table) {
    roles.push(`It holds the tenants${because(tenant.reasons)}.`);
    for (const { table, reasons } of others) roles.push(`Or ${table} does${because(reasons)}.`);
  }
  const candidate = others.find(({ table }) => table === key);
  if (candidate) roles.push(`It could hold the tenants too${because(candidate.reasons)}.`);
  if (key === user?.table) roles.push(`It holds the users${because(user.reasons)}.`);
  for (const { table, userColumn, tenantColumn } of memberships)
    if (table === key)
      roles.push(`It says which users belong to which tenant: ${userColumn}, ${tenantColumn}.`);
  return roles;
}
