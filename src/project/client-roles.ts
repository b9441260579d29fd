import { isBypass, rolesOf } from "../catalog/access.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { type Connections, connectionVariables } from "./connection.ts";
import type { Platform } from "./platform/platform.ts";
import type { ProjectSettings } from "./project.ts";

/**
 * The settings with the roles that clients come in as, where neither the configuration nor the platform names any: the
 * role with which the application connects, as long as policies hold it. Where nothing is protected, the application
 * alone keeps rows apart, and its role is nobody's way around that.
 */
export function withClientRoles(
  settings: ProjectSettings,
  catalog: Catalog,
  platform: Platform,
  connections: Connections,
): ProjectSettings {
  if (settings.clientRoles.length || platform.clientRoles.length || !protects(catalog)) return settings;
  const { applicationRole } = settings;
  const connecting = applicationRole === undefined ? rolesIn(connections) : [applicationRole];
  const clientRoles = connecting.filter((role) => isHeld(catalog, role));
  return clientRoles.length ? { ...settings, clientRoles } : settings;
}

const rolesIn = (connections: Connections): string[] => [
  ...new Set(connectionVariables(connections).flatMap(({ url }) => url.user ?? [])),
];

const protects = ({ tables }: Catalog): boolean =>
  [...tables.values()].some(
    ({ platform, rowSecurity, policies }) => !platform && (rowSecurity || policies.size > 0),
  );

/** A role that the sources make, and that neither steps around policies nor owns what they protect. */
function isHeld(catalog: Catalog, role: string): boolean {
  const made = catalog.roles.get(role);
  if (!made || made.platform || isBypass(catalog, role)) return false;
  const roles = rolesOf(catalog, role);
  return ![...catalog.tables.values()].some(
    ({ platform, owner }) => !platform && owner !== undefined && roles.has(owner),
  );
}
