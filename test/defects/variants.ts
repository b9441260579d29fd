import {
  A,
  base,
  claim,
  contents,
  memberships,
  ofOrganization,
  organizations,
  type Style,
  setting,
  uid,
} from "./style.ts";

// The same six ways as other projects write them: sub-selects tied to the row, the one organization of a profile,
// rows of a parent, the token read as a setting, settings read by a function, and helpers that are procedures.

const exists = (where: string) => `exists (select 1 from memberships m where ${where})`;
const ofRow = "m.organization_id = ROW.organization_id";

const correlated: Style = {
  ...base,
  name: "exists",
  schema: `${organizations}\n${memberships}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: exists(`${ofRow} and m.user_id = ${uid}`),
  caller: uid,
  slips: [
    {
      operator: "captured column",
      bound: exists(`m.organization_id = organization_id and m.user_id = ${uid}`),
    },
    { operator: "wrong column", bound: exists(`m.organization_id = ROW.id and m.user_id = ${uid}`) },
    { operator: "wrong column", bound: exists(`m.user_id = ROW.organization_id and m.user_id = ${uid}`) },
    { operator: "sub-select without the caller", bound: exists(ofRow) },
    { operator: "sub-select without the row", bound: exists(`m.user_id = ${uid}`) },
    { operator: "precedence slip", bound: exists(`${ofRow} and m.title is null or m.user_id = ${uid}`) },
    { operator: "inverted comparison", bound: `not ${exists(`${ofRow} and m.user_id = ${uid}`)}` },
    {
      operator: "swapped claim",
      bound: exists(`${ofRow} and m.user_id = ${claim("user_metadata", "user_id")}`),
    },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const profiles = `create table profiles (id uuid primary key references auth.users (id), organization_id uuid references organizations (id), title text);
alter table profiles enable row level security;
create policy profiles_select on profiles for select to authenticated using (id = (select auth.uid()));`;
const mine = `(select p.organization_id from profiles p where p.id = ${uid})`;

const profile: Style = {
  ...base,
  name: "profile",
  schema: `${organizations}\n${profiles}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: `organization_id = ${mine}`,
  caller: uid,
  slips: [
    { operator: "wrong column", bound: `id = ${mine}` },
    {
      operator: "wrong column",
      bound: `organization_id = (select p.id from profiles p where p.id = ${uid})`,
    },
    {
      operator: "sub-select without the caller",
      bound: "organization_id in (select p.organization_id from profiles p)",
    },
    {
      operator: "default for a missing claim",
      bound: `organization_id = coalesce(${mine}, organization_id)`,
    },
    { operator: "default for a missing claim", bound: `coalesce(organization_id = ${mine}, true)` },
    { operator: "sub-select without the row", bound: `${mine} is not null` },
    {
      operator: "captured column",
      bound: `exists (select 1 from profiles p where p.organization_id = organization_id and p.id = ${uid})`,
    },
    { operator: "inverted comparison", bound: `organization_id <> ${mine}` },
    { operator: "constant for the caller", bound: `organization_id = ${A}::uuid` },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const projects = `create table projects (id uuid primary key, organization_id uuid not null references organizations (id));
alter table projects enable row level security;
create policy projects_select on projects for select to authenticated using (organization_id in (select m.organization_id from memberships m where m.user_id = ${uid}));`;
const ofProjects = (where: string) => `project_id in (select p.id from projects p ${where})`;
const joined = "join memberships m on m.organization_id = p.organization_id";

const parent: Style = {
  ...base,
  name: "parent",
  schema: `${organizations}\n${memberships}\n${projects}\n${contents("project_id uuid not null references projects (id)")}`,
  tables: ["tasks", "notes"],
  column: "project_id",
  bound: ofProjects(`${joined} where m.user_id = ${uid}`),
  caller: uid,
  slips: [
    {
      operator: "wrong column",
      bound: `id in (select p.id from projects p ${joined} where m.user_id = ${uid})`,
    },
    {
      operator: "sub-select without the row",
      bound: `exists (select 1 from projects p ${joined} where m.user_id = ${uid})`,
    },
    {
      operator: "captured column",
      bound: `exists (select 1 from projects p ${joined} where p.id = id and m.user_id = ${uid})`,
    },
    { operator: "sub-select without the caller", bound: ofProjects("") },
    {
      operator: "inverted comparison",
      bound: `project_id not in (select p.id from projects p ${joined} where m.user_id = ${uid})`,
    },
    {
      operator: "wrong table",
      bound: "exists (select 1 from memberships m join projects p on p.organization_id = m.organization_id)",
    },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const sub = "(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid";

const token: Style = {
  ...base,
  name: "token",
  schema: contents("owner_id uuid not null references auth.users (id)"),
  tables: ["tasks", "notes"],
  column: "owner_id",
  bound: `owner_id = ${sub}`,
  caller: sub,
  slips: [
    {
      operator: "swapped claim",
      bound: `owner_id = (current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'user_id')::uuid`,
    },
    { operator: "wrong column", bound: `id = ${sub}` },
    { operator: "inverted comparison", bound: `owner_id <> ${sub}` },
    { operator: "default for a missing claim", bound: `owner_id = coalesce(${sub}, owner_id)` },
    { operator: "constant for the caller", bound: `owner_id::text = ${A}` },
    { operator: "only signed in", bound: `auth.jwt() ->> 'role' = 'authenticated'` },
  ],
};

const currentTenant = (value: string) =>
  `create function current_tenant() returns uuid language sql stable set search_path = '' as $$ select ${value} $$;`;

const settingHelper: Style = {
  ...base,
  name: "setting helper",
  platform: "postgres",
  role: "app",
  ownedByApplication: true,
  schema: `create role app login;
create table organizations (id uuid primary key, name text);
alter table organizations enable row level security;
${ofOrganization}
alter table tasks owner to app;
alter table notes owner to app;`,
  tables: ["tasks", "notes"],
  bound: "organization_id = current_tenant()",
  caller: "current_tenant()",
  helpers: { current_tenant: currentTenant(setting("app.tenant_id")) },
  slips: [
    { operator: "swapped claim", helpers: { current_tenant: currentTenant(setting("app.user_id")) } },
    { operator: "constant for the caller", helpers: { current_tenant: currentTenant(`${A}::uuid`) } },
    { operator: "wrong column", bound: "id = current_tenant()" },
    { operator: "inverted comparison", bound: "organization_id is distinct from current_tenant()" },
    {
      operator: "default for a missing claim",
      bound: "organization_id = coalesce(current_tenant(), organization_id)",
    },
    {
      operator: "default for a missing claim",
      bound:
        "(coalesce(current_setting('app.tenant_id', true), '') = '' or organization_id = current_tenant())",
    },
    {
      operator: "default for a missing claim",
      bound: "(current_setting('app.tenant_id', true) = '' or organization_id = current_tenant())",
    },
    { operator: "only signed in", bound: "current_tenant() is not null" },
  ],
};

const procedure = (body: string) =>
  `create function is_member(tenant uuid) returns boolean language plpgsql stable security definer set search_path = '' as $$ ${body} $$;
revoke execute on function is_member(uuid) from public, anon;`;
const member = "public.memberships m where m.organization_id = tenant and m.user_id";
const asked = (where: string, rest: string) =>
  procedure(`declare found_user uuid; begin select m.user_id into found_user from ${where}; ${rest} end;`);
const orFalse = "if found_user is null then return false; end if; return true;";

const procedural: Style = {
  ...base,
  name: "procedure",
  schema: `${organizations}\n${memberships}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: "is_member(organization_id)",
  caller: uid,
  helpers: { is_member: asked(`${member} = auth.uid()`, orFalse) },
  slips: [
    {
      operator: "same in other words",
      helpers: {
        is_member: procedure(
          `declare me uuid := auth.uid(); begin if me is null then raise exception 'sign in'; end if; return exists (select 1 from ${member} = me); end;`,
        ),
      },
    },
    {
      operator: "same in other words",
      helpers: {
        is_member: procedure(`begin perform 1 from ${member} = auth.uid(); return found; end;`),
      },
    },
    {
      operator: "helper without the caller",
      helpers: { is_member: asked("public.memberships m where m.organization_id = tenant", orFalse) },
    },
    {
      operator: "helper without the row",
      helpers: {
        is_member: procedure("begin if auth.uid() is null then return false; end if; return true; end;"),
      },
    },
    {
      operator: "caller may be missing",
      helpers: {
        is_member: procedure(
          `begin if auth.uid() is null then return true; end if; return exists (select 1 from ${member} = auth.uid()); end;`,
        ),
      },
    },
    {
      operator: "or true",
      helpers: {
        is_member: asked(
          `${member} = auth.uid()`,
          "if found_user is null then return true; end if; return true;",
        ),
      },
    },
    {
      operator: "inverted comparison",
      helpers: { is_member: asked(`${member} = auth.uid()`, "return found_user is null;") },
    },
    { operator: "wrong column", bound: "is_member(id)" },
    { operator: "inverted comparison", bound: "not is_member(organization_id)" },
    { operator: "constant for the caller", bound: `is_member(${A}::uuid)` },
  ],
};

export const VARIANTS: readonly Style[] = [correlated, profile, parent, token, settingHelper, procedural];
