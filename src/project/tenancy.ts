import type { Declaration } from "./access/declared.ts";

/** How every table reaches its tenant. Names are catalog keys (`public.tasks`). */
export interface Tenancy {
  /** The table whose rows are tenants, or undefined where there is none or it is not known. */
  readonly tenant?: TableRole;
  readonly user?: TableRole;
  /** Who belongs to which tenant. */
  readonly memberships: readonly Membership[];
  /** Where no tenant is known: tables to which people belong, or seem to, and on which other rows hang. */
  readonly unsure: ReadonlySet<string>;
  readonly scopes: ReadonlyMap<string, Scope>;
  /** Tables that could hold the tenants, the likeliest first. */
  readonly candidates: readonly Candidate[];
  /** How a caller's tenant is known. */
  readonly style: Style;
  /** What the user's own words say of tables, by key. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

export interface Candidate extends TableRole {
  readonly score: number;
}

/**
 * `membership`: a table joins users and tenants; `column`: every user has one tenant; `claim`: the token names it;
 * `setting`: the server sets it for each transaction; `personal`: there are users and no tenants; `none`: neither is
 * known; `undecided`: there are tenants, and nothing says whose.
 */
export interface Style {
  readonly kind: "membership" | "column" | "claim" | "setting" | "personal" | "none" | "undecided";
  readonly reasons: readonly string[];
  /** The way to the tenant inside the token: `["app_metadata", "org_id"]`. */
  readonly claim?: readonly string[];
  /** The way to the caller's role in it. */
  readonly roleClaim?: readonly string[];
}

export interface TableRole {
  readonly table: string;
  readonly column: string;
  readonly reasons: readonly string[];
  /** Of users: the column that holds the platform's id of a caller, where that is not the key. */
  readonly identityColumn?: string;
}

export interface Membership {
  readonly table: string;
  readonly userColumn: string;
  /** The users' column that it refers to, where that is not their key: `email`. */
  readonly userKey?: string;
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
  /** Why rows may be somebody else's than what `kind` and `path` say: their user is asked before anything is written. */
  readonly asked?: string;
  /** Of what is `public` for no other reason than its policies: whom they let read every row. */
  readonly readers?: "everyone" | "users";
  readonly reasons: readonly string[];
}

/** From `table.column` to `to.toColumn`. */
export interface Step {
  readonly table: string;
  readonly column: string;
  readonly to: string;
  readonly toColumn: string;
  /** `referred to`: the row is the one that `to.toColumn` refers to. */
  readonly by: "foreign key" | "prisma relation" | "name" | "referred to";
}
