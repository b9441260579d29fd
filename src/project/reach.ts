import { clientRolesReaching, mayDo } from "../catalog/access.ts";
import { qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "./project.ts";

/** One client role and what it may do with a table's rows. */
export interface Reach {
  readonly role: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Every privilege rests on the platform's default grants, which no source states. */
  readonly assumed: boolean;
}

/** The client roles that can reach a table's rows, and how. Empty where no client role was granted anything. */
export function reachOf(project: Project, table: Table): readonly Reach[] {
  return clientRolesReaching(project.catalog, table, project.platform, project.settings).flatMap(
    ({ role, privileges }) => {
      const reads = mayDo(privileges, "select");
      const writes = ROW_WRITES.some((privilege) => mayDo(privileges, privilege));
      const origins = [privileges.whole, ...privileges.columns.values()].flatMap((grants) =>
        [...grants.values()].map((grant) => grant.origin),
      );
      const assumed = !privileges.owner && origins.every((origin) => origin === "assumed");
      return reads || writes ? [{ role, reads, writes, assumed }] : [];
    },
  );
}

const ROW_WRITES = ["insert", "update", "delete"] as const;

/** Behind an API clients reach the exposed schemas only; clients that send SQL reach every schema they may use. */
export const schemaReachable = (project: Project, schema: string): boolean =>
  !project.platform.clientsUseApi || project.settings.exposedSchemas.includes(schema);

/** Tables that are the platform's own and untouched, or that the configuration calls service-only and no client reaches. */
export function isConcealed(project: Project, table: Table): boolean {
  return table.platform || project.platform.ownSchemas.includes(table.schema);
}

/** Rows that belong to a tenant or to one user. */
export function isTenantData(project: Project, table: Table): boolean {
  const kind = project.tenancy.scopes.get(qualify(table.schema, table.name))?.kind;
  return !isConcealed(project, table) && (kind === "tenant" || kind === "user");
}

/** Whether the sources protect any table of their own. */
export function projectProtects(project: Project): boolean {
  for (const table of project.catalog.tables.values())
    if (!isConcealed(project, table) && (table.rowSecurity || table.policies.size || table.uncertain))
      return true;
  return false;
}

/** No client role, nothing protected: whoever reads the tables is the application itself. */
export function keepsTenantsInCode(project: Project): boolean {
  const { clientRoles } = project.settings;
  const reached = [...project.catalog.tables.values()].some(
    (table) => !isConcealed(project, table) && reachOf(project, table).length > 0,
  );
  return (
    !reached && !projectProtects(project) && (clientRoles.length === 0 || !project.platform.clientsUseApi)
  );
}
