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
import { VARIANTS } from "./variants.ts";

const claims: Style = {
  ...base,
  name: "claims",
  schema: `${organizations}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: `organization_id = ${claim("app_metadata", "organization_id")}`,
  caller: uid,
  slips: [
    { operator: "swapped claim", bound: `organization_id = ${claim("user_metadata", "organization_id")}` },
    { operator: "swapped claim", bound: `organization_id = ((select auth.jwt()) ->> 'sub')::uuid` },
    { operator: "wrong column", bound: `id = ${claim("app_metadata", "organization_id")}` },
    {
      operator: "inverted comparison",
      bound: `organization_id <> ${claim("app_metadata", "organization_id")}`,
    },
    {
      operator: "inverted comparison",
      bound: `organization_id is distinct from ${claim("app_metadata", "organization_id")}`,
    },
    {
      operator: "default for a missing claim",
      bound: `organization_id = coalesce(${claim("app_metadata", "organization_id")}, organization_id)`,
    },
    { operator: "constant for the caller", bound: `organization_id = ${A}::uuid` },
    { operator: "only signed in", bound: `${claim("app_metadata", "organization_id")} is not null` },
  ],
};

const settings: Style = {
  ...base,
  name: "settings",
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
  bound: `organization_id = ${setting("app.tenant_id")}`,
  caller: setting("app.tenant_id"),
  slips: [
    { operator: "swapped claim", bound: `organization_id = ${setting("app.user_id")}` },
    { operator: "wrong column", bound: `id = ${setting("app.tenant_id")}` },
    { operator: "inverted comparison", bound: `organization_id <> ${setting("app.tenant_id")}` },
    {
      operator: "default for a missing claim",
      bound: `organization_id = coalesce(${setting("app.tenant_id")}, organization_id)`,
    },
    {
      operator: "default for a missing claim",
      bound: `(coalesce(current_setting('app.tenant_id', true), '') = '' or organization_id = ${setting("app.tenant_id")})`,
    },
    { operator: "constant for the caller", bound: `organization_id = ${A}::uuid` },
    { operator: "only signed in", bound: `current_setting('app.tenant_id', true) <> ''` },
  ],
};

const membership: Style = {
  ...base,
  name: "membership",
  schema: `${organizations}\n${memberships}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: `organization_id in (select m.organization_id from memberships m where m.user_id = ${uid})`,
  caller: uid,
  slips: [
    {
      operator: "captured column",
      bound: `exists (select 1 from memberships m where m.organization_id = organization_id and m.user_id = ${uid})`,
    },
    {
      operator: "wrong column",
      bound: `exists (select 1 from memberships m where m.organization_id = m.organization_id and m.user_id = ${uid})`,
    },
    {
      operator: "wrong column",
      bound: `organization_id in (select m.user_id from memberships m where m.user_id = ${uid})`,
    },
    {
      operator: "wrong table",
      bound: `organization_id in (select o.id from organizations o)`,
    },
    {
      operator: "wrong table",
      bound: `organization_id in (select i.organization_id from invitations i where i.user_id = ${uid})`,
      helpers: {
        invitations:
          "create table invitations (user_id uuid, organization_id uuid references organizations (id));",
      },
    },
    {
      operator: "sub-select without the caller",
      bound: `organization_id in (select m.organization_id from memberships m)`,
    },
    {
      operator: "sub-select without the row",
      bound: `exists (select 1 from memberships m where m.user_id = ${uid})`,
    },
    {
      operator: "swapped claim",
      bound: `organization_id in (select m.organization_id from memberships m where m.user_id = ${claim("user_metadata", "user_id")})`,
    },
    {
      operator: "inverted comparison",
      bound: `organization_id not in (select m.organization_id from memberships m where m.user_id = ${uid})`,
    },
    {
      operator: "inverted comparison",
      bound: `organization_id in (select m.organization_id from memberships m where m.user_id <> ${uid})`,
    },
    { operator: "constant for the caller", bound: `organization_id = ${A}::uuid` },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const isMember = (body: string, mode = "security definer") =>
  `create function is_member(tenant uuid) returns boolean language sql stable ${mode} set search_path = '' as $$ ${body} $$;
revoke execute on function is_member(uuid) from public, anon;`;
const memberOf = `select exists (select 1 from public.memberships m where m.organization_id = tenant and m.user_id = (select auth.uid()))`;

const helper: Style = {
  ...base,
  name: "helper",
  schema: `${organizations}\n${memberships}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: "is_member(organization_id)",
  caller: uid,
  helpers: { is_member: isMember(memberOf) },
  slips: [
    {
      operator: "helper without the caller",
      helpers: {
        is_member: isMember(
          "select exists (select 1 from public.memberships m where m.organization_id = tenant)",
        ),
      },
    },
    {
      operator: "captured column",
      helpers: {
        is_member: `create function is_member(organization_id uuid) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select 1 from public.memberships m where m.organization_id = organization_id and m.user_id = (select auth.uid())) $$;
revoke execute on function is_member(uuid) from public, anon;`,
      },
    },
    { operator: "helper without the row", helpers: { is_member: isMember("select auth.uid() is not null") } },
    { operator: "or true", helpers: { is_member: isMember(`${memberOf} or true`) } },
    {
      operator: "caller may be missing",
      helpers: { is_member: isMember(`${memberOf} or auth.uid() is null`) },
    },
    { operator: "helper as invoker", helpers: { is_member: isMember(memberOf, "security invoker") } },
    {
      operator: "swapped claim",
      helpers: {
        is_member: isMember(
          memberOf.replace("auth.uid()", "(auth.jwt() -> 'user_metadata' ->> 'user_id')::uuid"),
        ),
      },
    },
    {
      operator: "inverted comparison",
      helpers: { is_member: isMember(memberOf.replace("select exists", "select not exists")) },
    },
    { operator: "inverted comparison", bound: "not is_member(organization_id)" },
    { operator: "wrong column", bound: "is_member(id)" },
    { operator: "constant for the caller", bound: `is_member(${A}::uuid)` },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const myOrganizations = (where: string) =>
  `create function my_organizations() returns setof uuid language sql stable security definer set search_path = '' as $$ select m.organization_id from public.memberships m ${where} $$;
revoke execute on function my_organizations() from public, anon;`;

const array: Style = {
  ...base,
  name: "array set",
  schema: `${organizations}\n${memberships}\n${ofOrganization}`,
  tables: ["tasks", "notes"],
  bound: "organization_id = any (array(select my_organizations()))",
  caller: uid,
  helpers: { my_organizations: myOrganizations("where m.user_id = (select auth.uid())") },
  slips: [
    { operator: "helper without the caller", helpers: { my_organizations: myOrganizations("") } },
    {
      operator: "caller may be missing",
      helpers: {
        my_organizations: myOrganizations("where m.user_id = (select auth.uid()) or auth.uid() is null"),
      },
    },
    {
      operator: "or true",
      helpers: { my_organizations: myOrganizations("where m.user_id = (select auth.uid()) or true") },
    },
    {
      operator: "swapped claim",
      helpers: {
        my_organizations: myOrganizations(
          "where m.user_id = (auth.jwt() -> 'user_metadata' ->> 'user_id')::uuid",
        ),
      },
    },
    { operator: "inverted comparison", bound: "organization_id <> all (array(select my_organizations()))" },
    {
      operator: "inverted comparison",
      helpers: { my_organizations: myOrganizations("where m.user_id <> (select auth.uid())") },
    },
    { operator: "wrong column", bound: "id = any (array(select my_organizations()))" },
    { operator: "wrong table", bound: "organization_id = any (array(select o.id from organizations o))" },
    { operator: "sub-select without the row", bound: "exists (select my_organizations())" },
    { operator: "constant for the caller", bound: `organization_id = any (array[${A}::uuid])` },
    { operator: "only signed in", bound: `${uid} is not null` },
  ],
};

const owner: Style = {
  ...base,
  name: "owner",
  schema: contents("owner_id uuid not null references auth.users (id)"),
  tables: ["tasks", "notes"],
  column: "owner_id",
  bound: `owner_id = ${uid}`,
  caller: uid,
  slips: [
    { operator: "swapped claim", bound: `owner_id = ${claim("user_metadata", "user_id")}` },
    { operator: "wrong column", bound: `id = ${uid}` },
    { operator: "inverted comparison", bound: `owner_id <> ${uid}` },
    { operator: "inverted comparison", bound: `owner_id is distinct from ${uid}` },
    { operator: "default for a missing claim", bound: `owner_id = coalesce(${uid}, owner_id)` },
    { operator: "constant for the caller", bound: `owner_id = ${A}::uuid` },
    { operator: "only signed in", bound: `${uid} is not null` },
    { operator: "only signed in", bound: `(select auth.role()) = 'authenticated'` },
  ],
};

export const STYLES: readonly Style[] = [claims, settings, membership, helper, array, owner, ...VARIANTS];
