import type { Configuration } from "../lint/configuration.ts";
import { choosePlatform, PLATFORMS } from "../project/platform/choose.ts";
import type { Platform } from "../project/platform/platform.ts";
import type { ProjectSettings } from "../project/project.ts";
import type { EnvironmentFile, PackageManifest, SupabaseConfig } from "../source/manifest/manifest.ts";

/** What the sources of a database say about where it runs. */
export interface Evidence {
  readonly configuration: Configuration;
  readonly packages: readonly PackageManifest[];
  readonly environment: readonly EnvironmentFile[];
  readonly hasSupabaseFolder: boolean;
  /** SQL of the history names what only Supabase has. */
  readonly mentions: boolean;
}

/** The platform that the configuration names, else the one that the sources speak for. */
export function findPlatform(evidence: Evidence): Platform {
  const { configuration, packages, environment } = evidence;
  const named = PLATFORMS.find(({ id }) => id === configuration.platform);
  if (named) return named;
  return choosePlatform({
    packages: packages.flatMap(({ dependencies }) => dependencies.map(({ name }) => name)),
    hasSupabaseFolder: evidence.hasSupabaseFolder,
    sqlMentionsAuth: evidence.mentions,
    environmentMentionsSupabase: environment.some(({ variables }) =>
      variables.some(
        ({ name, url }) => /SUPABASE/.test(name) || /(?:^|\.)supabase\.(?:co|com)$/.test(url?.host ?? ""),
      ),
    ),
  });
}

/** The configuration's word, else what Supabase's own settings say, else what the platform has. */
export function settingsOf(
  configuration: Configuration,
  platform: Platform,
  supabase: SupabaseConfig | undefined,
): ProjectSettings {
  const { applicationRole, policiesGuardPrisma, requireRowSecurity, tenancy } = configuration;
  return {
    clientRoles: configuration.clientRoles ?? platform.clientRoles,
    exposedSchemas: configuration.exposedSchemas ?? supabase?.exposedSchemas ?? platform.exposedSchemas,
    callerSettings: configuration.callerSettings ?? platform.callerSettings,
    ...(applicationRole !== undefined && { applicationRole }),
    ...(policiesGuardPrisma !== undefined && { policiesGuardPrisma }),
    ...(requireRowSecurity !== undefined && { requireRowSecurity }),
    scopes: tenancy.scopes,
    access: configuration.access,
    ...(tenancy.tenantClaim !== undefined && { tenantClaim: tenancy.tenantClaim }),
    ...(tenancy.roleClaim !== undefined && { roleClaim: tenancy.roleClaim }),
    ...(tenancy.tenantTable !== undefined && { tenantTable: tenancy.tenantTable }),
    ...(tenancy.userTable !== undefined && { userTable: tenancy.userTable }),
    ...(configuration.identities !== undefined && { identities: configuration.identities }),
  };
}
