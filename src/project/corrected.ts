import type { Project, ProjectSettings } from "./project.ts";
import { inferTenancy } from "./tenancy/infer.ts";

/** The project as it would be if the configuration said something else of its tenants. */
export function withTenancy(
  project: Project,
  { scopes, tenantTable }: Partial<Pick<ProjectSettings, "scopes" | "tenantTable">>,
): Project {
  if (!scopes && tenantTable === undefined) return project;
  const settings: ProjectSettings = {
    ...project.settings,
    scopes: { ...project.settings.scopes, ...scopes },
    ...(tenantTable !== undefined && { tenantTable }),
  };
  const tenancy = inferTenancy(project.catalog, project.models, settings, project.platform);
  return { ...project, settings, tenancy };
}
