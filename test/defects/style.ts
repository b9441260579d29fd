/** One way in which projects tie rows to callers. Tenants are organizations, or users themselves. */
export interface Style {
  readonly name: string;
  readonly platform: "supabase" | "postgres";
  /** The tables, before anything protects them. */
  readonly schema: string;
  readonly tables: readonly string[];
  /** The column that says whose a row is. */
  readonly column: string;
  /** The role that members come as. */
  readonly role: string;
  /** The condition that ties a row to the caller; `ROW.` stands for the table's name. */
  readonly bound: string;
  /** Who asks; NULL when nobody signed in. */
  readonly caller: string;
  readonly helpers: Readonly<Record<string, string>>;
  readonly ownedByApplication?: boolean;
  /** Defects that only this style can have. */
  readonly slips: readonly Slip[];
}

/** Another condition, or another body of a helper, in place of the right one. */
export interface Slip {
  readonly operator: string;
  readonly bound?: string;
  readonly helpers?: Readonly<Record<string, string>>;
}

const rows = (name: string, owner: string, more: string): string =>
  `create table ${name} (id uuid primary key default gen_random_uuid(), ${owner}, title text, created_by uuid, ${more});`;
export const contents = (owner: string): string =>
  `${rows("tasks", owner, "status text not null default 'open'")}
${rows("notes", owner, "archived boolean not null default false")}`;

export const organizations = `create table organizations (id uuid primary key, name text);
alter table organizations enable row level security;`;
export const ofOrganization = contents("organization_id uuid not null references organizations (id)");
export const memberships = `create table memberships (user_id uuid not null references auth.users (id), organization_id uuid not null references organizations (id), title text, primary key (user_id, organization_id));
alter table memberships enable row level security;
create policy memberships_select on memberships for select to authenticated using (user_id = (select auth.uid()));`;

export const uid = "(select auth.uid())";
export const A = "'a0000000-0000-4000-8000-000000000001'";
export const claim = (metadata: string, key: string) =>
  `((select auth.jwt()) -> '${metadata}' ->> '${key}')::uuid`;
export const setting = (name: string) => `nullif(current_setting('${name}', true), '')::uuid`;

export const base = {
  platform: "supabase",
  role: "authenticated",
  column: "organization_id",
  helpers: {},
} as const;
