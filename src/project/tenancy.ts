import type { Place } from "../text/span.ts";

/** How every table reaches its tenant. Names are catalog keys (`public.tasks`). */
export interface Tenancy {
  /** The table whose rows are tenants, or undefined where there is none or it is not known. */
  readonly tenant?: TableRole;
  readonly user?: TableRole;
  /** Who belongs to which tenant. */
  readonly memberships: readonly Membership[];
  readonly scopes: ReadonlyMap<string, Scope>;
}

export interface TableRole {
  readonly table: string;
  readonly column: string;
  readonly reasons: readonly string[];
}

export interface Membership {
  readonly table: string;
  readonly userColumn: string;
  readonly tenantColumn: string;
  readonly roleColumn?: string;
  readonly roles: readonly string[];
}

/**
 * `tenant`: `path` leads from the table to the tenant's key, first step first; an empty path means the table is the
 * tenant table itself. Where no table holds tenants (`Tenancy.tenant` is absent), it leads to the table whose `column`
 * names the tenant. `user`: personal, with `path` leading to the user's key. `public`: a lookup anyone may read. `service`: no client may touch it.
 */
export interface Scope {
  readonly kind: "tenant" | "user" | "public" | "service" | "unknown";
  readonly path: readonly Step[];
  /** The column of the last table that holds the tenant's (or user's) key. */
  readonly column?: string;
  /** A personal owner beside the tenant: `tasks.assignee_id`, `documents.user_id`. */
  readonly ownerColumn?: string;
  readonly nullable: boolean;
  readonly reasons: readonly string[];
}

/** From `table.column` to `to.toColumn`. */
export interface Step {
  readonly table: string;
  readonly column: string;
  readonly to: string;
  readonly toColumn: string;
  readonly by: "foreign key" | "prisma relation" | "name";
  readonly place?: Place;
}
