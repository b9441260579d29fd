import type { Catalog } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProjectSettings } from "../project.ts";
import type { Scope, Style, TableRole } from "../tenancy.ts";
import type { Tenants } from "./tenant.ts";

interface Known {
  readonly catalog: Catalog;
  readonly settings: ProjectSettings;
  readonly platform: Platform;
  readonly tenants: Tenants;
  readonly user: TableRole | undefined;
  readonly scopes: ReadonlyMap<string, Scope>;
}

/** How a caller's tenant is known: what the configuration says, else what the platform and the tables offer. */
export function findStyle({ settings, platform, tenants, user, scopes }: Known): Style {
  const kinds = new Set([...scopes.values()].map(({ kind }) => kind));
  if (!kinds.has("tenant"))
    return kinds.has("user")
      ? { kind: "personal", reasons: ["rows belong to users, and no table to a tenant"] }
      : { kind: "none", reasons: ["no table leads to a tenant or a user"] };
  if (settings.tenantClaim !== undefined)
    return {
      kind: "claim",
      reasons: ["the configuration says so"],
      claim: settings.tenantClaim.split("."),
      ...(settings.roleClaim !== undefined && { roleClaim: settings.roleClaim.split(".") }),
    };
  if (!platform.callerId.length)
    return {
      kind: "setting",
      reasons: [`${platform.name} names no caller: the server sets the tenant for each transaction`],
    };
  const [membership] = tenants.memberships;
  if (!membership)
    return { kind: "undecided", reasons: ["no table says which users belong to which tenant"] };
  return membership.table === user?.table
    ? {
        kind: "column",
        reasons: [`${membership.table}.${membership.tenantColumn} gives every user one tenant`],
      }
    : { kind: "membership", reasons: [`${membership.table} says which users belong to which tenant`] };
}
