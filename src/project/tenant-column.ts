import { qualify, type Table } from "../catalog/catalog.ts";
import type { Project } from "./project.ts";

/** The column of a table itself that names its tenant; the table of tenants has none. */
export function tenantColumnOf(project: Project, table: Table): string | undefined {
  const scope = project.tenancy.scopes.get(qualify(table.schema, table.name));
  if (scope?.kind !== "tenant") return undefined;
  const [step] = scope.path;
  const name = step
    ? step.to === project.tenancy.tenant?.table && step.by !== "referred to"
      ? step.column
      : undefined
    : project.tenancy.tenant
      ? undefined
      : scope.column;
  return name !== undefined && table.columns.has(name) ? name : undefined;
}

/** The column of a table itself by which its rows are a tenant's or a user's, or lead to one. */
export function ownColumnOf(project: Project, table: Table): string | undefined {
  const scope = project.tenancy.scopes.get(qualify(table.schema, table.name));
  if (scope?.kind !== "tenant" && scope?.kind !== "user") return undefined;
  const name = scope.path.length
    ? scope.path[0]!.column
    : scope.kind === "tenant" && project.tenancy.tenant
      ? undefined
      : scope.column;
  return name !== undefined && table.columns.has(name) ? name : undefined;
}
