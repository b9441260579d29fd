import assert from "node:assert/strict";
import { readConfiguration } from "../../src/lint/read-configuration.ts";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

/** A schema without row-level security, and what is said of it. */
export interface Schema {
  readonly schema: string;
  readonly configuration?: object;
  readonly folder?: "supabase" | "db";
}

export const MEMBERS = `
create type member_role as enum ('owner', 'admin', 'member');
create table organizations (id text primary key, name text not null check (length(name) > 3), owner_note text);
create table users (id uuid primary key, email text not null unique);
create table memberships (organization_id text not null references organizations (id), user_id uuid not null references users (id), role member_role not null, primary key (organization_id, user_id));
create table projects (id text primary key, organization_id text not null references organizations (id));
create table tasks (id bigint generated always as identity primary key, project_id text not null references projects (id), title text not null);
create table comments (id uuid primary key default gen_random_uuid(), task_id bigint not null references tasks (id), author_id uuid not null references users (id));
create table settings (user_id uuid primary key references users (id), theme text);
create table mailboxes (id uuid primary key, user_id uuid not null references users (id));
create table api_keys (id uuid primary key, user_id uuid not null references users (id), hashed text);
create table labels (id uuid primary key, mailbox_id uuid not null references mailboxes (id));
create table rules (id uuid primary key, mailbox_id uuid not null references mailboxes (id));
create table "_labelTorule" ("A" uuid not null references labels (id), "B" uuid not null references rules (id), primary key ("A", "B"));
create table plans (id text primary key, price int not null);
create table invitations (id uuid primary key, organization_id text not null references organizations (id), email text not null, role member_role not null);
`;

/** One for each way in which tenants are known, and one for what names, keys and tables can be. */
export const SCHEMAS = {
  "a table of members": { schema: MEMBERS },
  "names of every kind, composite keys, partitions, cycles and several schemas": {
    schema: `
create schema "Büro";
grant usage on schema "Büro" to authenticated;
create table "Büro"."Organisation" ("Id" uuid primary key, main uuid);
create table "user" ("order" uuid primary key);
create table "Büro"."member ship" ("organisationId" uuid references "Büro"."Organisation", "user" uuid references "user", "role" text check ("role" in ('Owner''s', 'owner', 'admin', 'member')), primary key ("organisationId", "user"));
create table "select" ("from ""here""" uuid primary key, "organisationId" uuid not null references "Büro"."Organisation");
alter table "Büro"."Organisation" add foreign key (main) references "select";
create table "Büro"."задачи" (id uuid primary key, "select" uuid not null references "select");
create table "a_table_with_a_name_that_is_as_long_as_postgresql_lets_it_be_63" (id int primary key, "organisationId" uuid not null references "Büro"."Organisation");
create table "Büro"."select" ("organisationId" uuid not null references "Büro"."Organisation", nr int, note text, primary key ("organisationId", nr));
create table parts ("organisationId" uuid, nr int, id serial primary key, foreign key ("organisationId", nr) references "Büro"."select" ("organisationId", nr));
create table events ("organisationId" uuid references "Büro"."Organisation", at date not null) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
`,
  },
  "a path of nullable columns, and names and roles of other scripts": {
    schema: `
create schema "Ünï ""quoted""";
grant usage on schema "Ünï ""quoted""" to authenticated;
create type "Ünï ""quoted"""."Rôle d'équipe" as enum ('owner', 'admin', 'Chef d''équipe', '참가자 ""', 'select', E'$$; drop table pages; --\\n\\\\', 'member');
create table organizations (id uuid primary key);
create table "user" (id uuid primary key);
create table "Ünï ""quoted"""."мои люди" ("select" uuid not null references organizations, "user" uuid not null references "user", "role" "Ünï ""quoted"""."Rôle d'équipe" not null, primary key ("select", "user"));
create table folders (id uuid primary key, organization_id uuid references organizations);
create table documents (id uuid primary key, folder_id uuid references folders, title text);
create table pages (id uuid primary key, document_id uuid references documents);
create table "$$ дела" (id uuid primary key, page_id uuid references pages);
create table "таблица_с_очень_длинным_имене_а" ("папка" uuid references folders, id int primary key);
create table "таблица_с_очень_длинным_имене_б" ("папка" uuid references folders, id int primary key);
create table "таблица_с_очень_длинным_имене_в" ("строка" int references "таблица_с_очень_длинным_имене_а", id int primary key);
create table "таблица_с_очень_длинным_имене_г" ("строка" int references "таблица_с_очень_длинным_имене_б", id int primary key);
create table "$$ шаги" (id int primary key, "дело" uuid references "$$ дела");
`,
    configuration: {
      access: {
        tables: {
          "public.folders": `members read, "Chef d'équipe" and "참가자 """"" write`,
          "public.documents": 'members read, "$$; drop table pages; --\n\\" write',
        },
      },
    },
  },
  "settings and data that a row refers to": {
    schema: `create type member_role as enum ('owner', 'admin', 'member');
create table organization_settings (id text primary key, theme text);
create table paper_data (id uuid primary key, bytes bytea);
create table organizations (id uuid primary key, settings_id text not null unique references organization_settings);
create table members (organization_id uuid references organizations, user_id uuid references auth.users, role member_role not null, primary key (organization_id, user_id));
create table papers (id uuid primary key, organization_id uuid not null references organizations, data_id uuid not null unique references paper_data);
create table paper_pages (id uuid primary key, data_id uuid not null references paper_data);`,
  },
  "one tenant for every user": {
    schema: `create type role as enum ('ADMIN', 'STAFF');
create table companies (id uuid primary key, name text);
create table users (id uuid primary key references auth.users (id), company_id uuid references companies (id), role role not null default 'STAFF', is_banned boolean not null default false);
create table jobs (id int primary key, company_id uuid not null references companies (id), created_by uuid references users (id));`,
  },
  "a claim that names the tenant": {
    schema: `create table jobs (id int primary key, tenant_id uuid not null);
create table notes (id int primary key, tenant_id uuid not null, job_id int references jobs (id));`,
    configuration: { tenancy: { tenantClaim: "app_metadata.tenant_id" } },
  },
  "rows that are personal": {
    schema: `create table profiles (id uuid primary key references auth.users (id), role text not null default 'user');
create table lists (id uuid primary key, user_id uuid not null references auth.users (id));
create table items (id uuid primary key, list_id uuid not null references lists (id));`,
  },
  "settings that name who asks": {
    schema: MEMBERS.replaceAll("uuid", "text").replace(" default gen_random_text()", ""),
    configuration: { platform: "postgres" },
    folder: "db",
  },
} as const satisfies Readonly<Record<string, Schema>>;

/** The project with everything generated for it as its last migration. */
export async function generated({ schema, configuration, folder = "supabase" }: Schema): Promise<{
  readonly project: Project;
  readonly sql: string;
  readonly undecided: readonly string[];
}> {
  const files = [{ path: `${folder}/migrations/20240101000000_init.sql`, text: schema }];
  const settings = await readConfiguration(
    configuration && { path: "rowguard.config.json", text: JSON.stringify(configuration) },
    [],
  );
  assert.deepEqual(settings.problems, []);
  const [before] = await buildProjectFromTexts(files, settings);
  const { groups, undecided } = generatePolicies(before!, everythingOpen(before!));
  const sql = groups.flatMap(({ statements }) => statements).join("\n");
  const policies = { path: `${folder}/migrations/20240102000000_policies.sql`, text: sql };
  const [project] = await buildProjectFromTexts([...files, policies], settings);
  return {
    project: project!,
    sql,
    undecided: undecided.map(({ subject, why }) => `${subject}: ${why}`),
  };
}
