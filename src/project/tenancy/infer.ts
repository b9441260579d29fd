import type { Catalog } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { Model, ProjectSettings } from "../project.ts";
import type { Tenancy } from "../tenancy.ts";
import { findLinks } from "./links.ts";
import { findScopes } from "./scopes.ts";
import { findTenants } from "./tenant.ts";
import { findUsers } from "./user.ts";

/**
 * Infers whose rows every table holds: which table's rows are tenants and which users, who belongs to which tenant,
 * and by which columns every other table reaches them. Deterministic and linear; "unknown" where it cannot tell. What
 * the configuration says stands above all of it.
 */
export function inferTenancy(
  catalog: Catalog,
  models: ReadonlyMap<string, Model>,
  settings: ProjectSettings,
  platform: Platform,
): Tenancy {
  const links = findLinks(catalog, models);
  const users = findUsers(catalog, links, settings);
  const tenants = findTenants(catalog, links, users, settings);
  return {
    ...(tenants.role && { tenant: tenants.role }),
    ...(users.role && { user: users.role }),
    memberships: tenants.memberships,
    scopes: findScopes({ catalog, links, users, tenants, settings, platform }),
  };
}
