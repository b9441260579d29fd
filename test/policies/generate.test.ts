import { strict as assert } from "node:assert";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import { withTrusted } from "../../src/policies/trusted.ts";
import { applyEdits } from "../../src/text/edit.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

const SCHEMA = `
create type member_role as enum ('owner', 'admin', 'member');
create table organizations (id text primary key, name text);
create table users (id uuid primary key, email text);
create table memberships (organization_id text not null references organizations (id), user_id uuid not null references users (id), role member_role not null, primary key (organization_id, user_id));
create table projects (id text primary key, organization_id text not null references organizations (id));
create table tasks (id text primary key, project_id text not null references projects (id));
create table settings (user_id uuid primary key references users (id), theme text);
`;
const MIGRATION = "supabase/migrations/20240101000000_init.sql";

async function generateFor(sql: string) {
  const [project] = await buildProjectFromTexts([{ path: MIGRATION, text: sql }]);
  const generated = generatePolicies(project!, everythingOpen(project!));
  const text = generated.groups.flatMap(({ statements }) => statements).join("\n");
  const [after] = await buildProjectFromTexts([
    { path: MIGRATION, text: sql },
    { path: "supabase/migrations/20240102000000_policies.sql", text },
  ]);
  return { ...generated, text, after: after! };
}

describe("generated policies", () => {
  it("switch every table on, and PostgreSQL takes each of them", async () => {
    const { after, undecided } = await generateFor(SCHEMA);
    assert.deepEqual(undecided, []);
    const own = [...after.catalog.tables.values()].filter((table) => !table.platform);
    assert.deepEqual(
      own.filter((table) => !table.rowSecurity || !table.policies.size).map(({ name }) => name),
      [],
    );
    assert.deepEqual(
      after.catalog.refused.map(({ name, refused }) => `${name}: ${refused?.message}`),
      [],
    );
  });

  it("reach the tenant through foreign keys as a set, never row by row", async () => {
    const { text } = await generateFor(SCHEMA);
    assert.match(
      text,
      /create policy tasks_select_members on public\.tasks\s+for select to authenticated\s+using \(project_id = any \(array\(select private\.current_user_projects\(\)\)\)\);/,
    );
    assert.match(
      text,
      /select r\.id from public\.projects r\s+where r\.organization_id = any \(array\(select private\.current_user_organizations\(\)\)\)/,
    );
  });

  it("give personal keys of a tenant to the one who has them, and to no other member", async () => {
    const { text, undecided } = await generateFor(
      `${SCHEMA}create table personal_access_tokens (id text primary key, organization_id text not null references organizations (id), user_id uuid not null references users (id), token text not null);`,
    );
    assert.deepEqual(undecided, []);
    for (const command of ["select", "insert", "update", "delete"])
      assert.match(
        text,
        new RegExp(
          `create policy personal_access_tokens_${command}_own on [^;]*\\(user_id = \\(select auth\\.uid\\(\\)\\)\\s+and organization_id = any`,
        ),
      );
  });

  it("keep an admin from making himself an owner", async () => {
    const { text } = await generateFor(SCHEMA);
    assert.match(
      text,
      /memberships_update_admins[\s\S]*?with check \([^;]*role not in \('owner'\) or organization_id = any \(array\(select private\.current_user_organizations_as_owner\(\)\)\)/,
    );
  });

  it("cast the caller to the type of the column, so that an index on it serves", async () => {
    const { text } = await generateFor(
      "create table notes (id text primary key, user_id text not null);\ncreate table users (id text primary key, email text);\nalter table notes add foreign key (user_id) references users (id);\n",
    );
    assert.match(text, /user_id = \(select auth\.uid\(\)\)::text/);
    assert.match(text, /create index if not exists notes_user_id_idx on public\.notes \(user_id\);/);
  });

  it("guess nothing: a table whose rows are nobody's for sure is left to the user", async () => {
    const { undecided, text } = await generateFor(
      "create table things (id int primary key, payload jsonb);\n",
    );
    assert.deepEqual(
      undecided.map(({ subject }) => subject),
      ["public.things"],
    );
    assert.equal(text, "");
  });
});

describe("generated guards", () => {
  const TENANT = `
create type member_role as enum ('owner', 'admin', 'member');
create table organizations (id uuid primary key, name text);
`;

  it("let nobody make or remove a user's row, also where nothing says yet that the table holds users", async () => {
    const { text } = await generateFor(`
      create table app_profiles (id text primary key, email text not null unique);
      create table feeds (id int primary key, user_id text not null references app_profiles (id));
    `);
    assert.match(text, /create policy app_profiles_update_own /);
    assert.doesNotMatch(text, /create policy app_profiles_(insert|delete)_own /);
    assert.match(text, /create policy feeds_delete_own /);
  });

  it("keep the role and tenant of one's own row as they are, where every user has one tenant", async () => {
    const { text, undecided } = await generateFor(
      `${TENANT}create table users (id uuid primary key, organization_id uuid not null references organizations (id), role member_role not null, is_admin boolean, name text);`,
    );
    assert.deepEqual(undecided, []);
    const own = /create policy users_update_own_or_admins[^;]*with check \(([^;]*)\);/.exec(text)?.[1] ?? "";
    for (const column of ["role", "is_admin", "organization_id"])
      assert.match(
        own,
        new RegExp(`${column} is not distinct from \\(select private\\.current_user_${column}\\(\\)\\)`),
      );
  });

  it("count only members who accepted and did not leave", async () => {
    const { text } = await generateFor(
      `${TENANT}create table users (id uuid primary key);
create table members (organization_id uuid references organizations (id), user_id uuid references users (id), role member_role not null, accepted boolean not null, deleted_at timestamptz, primary key (organization_id, user_id));`,
    );
    assert.match(text, /r\.accepted\s+and r\.deleted_at is null/);
  });

  it("leave what lets people in to the user, and say where to declare it", async () => {
    const { undecided } = await generateFor(`
      create table users (id uuid primary key);
      create table invited_users (email text primary key, admin_id uuid not null references users (id));
    `);
    assert.deepEqual(
      undecided.map(({ subject, why }) => `${subject}: ${why}`),
      [
        'public.invited_users: users for themselves may insert it, and a caller could make himself a member of any tenant: declare what is meant in the configuration, "access": { "tables": { "public.invited_users": ... } }',
      ],
    );
  });

  it("leave a membership to the service where nothing says who may manage it", async () => {
    const { text } = await generateFor(
      `${TENANT}create table users (id uuid primary key);
create table members (organization_id uuid references organizations (id), user_id uuid references users (id), role text not null, primary key (organization_id, user_id));`,
    );
    assert.match(text, /create policy members_select_members/);
    assert.doesNotMatch(text, /create policy members_(insert|update|delete)/);
  });

  it("find the caller by the platform's id where the project's keys are its own", async () => {
    const { text, after } = await generateFor(
      "create table users (id bigint primary key, auth_id uuid unique not null);\ncreate table notes (id bigint primary key, user_id bigint not null references users (id));",
    );
    assert.match(text, /function private\.current_user_id\(\) returns int8/);
    assert.match(text, /using \(user_id = \(select private\.current_user_id\(\)\)\)/);
    assert.deepEqual(after.catalog.refused, []);
  });

  it("write nothing where a user's key cannot be the platform's id", async () => {
    const { undecided, text } = await generateFor(
      "create table users (id bigint primary key);\ncreate table notes (id bigint primary key, user_id bigint not null references users (id));",
    );
    assert.equal(text, "");
    assert.match(undecided[0]!.why, /int8, and auth\.uid\(\) gives uuid/);
  });
});

describe("generated SQL", () => {
  it("opens no table that is closed while others have policies, unless it is named", async () => {
    const closed = `create table notes (id uuid primary key, user_id uuid not null references auth.users);
      create table tokens (id uuid primary key, user_id uuid not null references auth.users);
      alter table notes enable row level security;
      alter table tokens enable row level security;`;
    const { undecided, groups } = await generateFor(
      `${closed}\ncreate policy own on notes using (user_id = (select auth.uid()));`,
    );
    assert.deepEqual([groups, undecided.map(({ subject }) => subject)], [[], ["public.tokens"]]);
    assert.match(undecided[0]!.why, /name it/);
    const { text } = await generateFor(closed);
    assert.match(text, /on public\.tokens/);
  });

  it("is written once: with it in place there is nothing to write", async () => {
    const { after } = await generateFor(SCHEMA);
    assert.deepEqual(generatePolicies(after, everythingOpen(after)), {
      groups: [],
      undecided: [],
      edits: [],
      files: [],
    });
  });

  it("makes no function anew that is there already, for a table that comes later", async () => {
    const { text } = await generateFor(SCHEMA);
    const later =
      "create table notes (id text primary key, project_id text not null references projects (id), organization_id text not null references organizations (id));";
    const [project] = await buildProjectFromTexts([
      { path: MIGRATION, text: SCHEMA },
      { path: "supabase/migrations/20240102000000_policies.sql", text },
      { path: "supabase/migrations/20240103000000_notes.sql", text: later },
    ]);
    const { groups } = generatePolicies(project!, everythingOpen(project!));
    assert.deepEqual(
      groups.map(({ title }) => title),
      ["Protect public.notes", "What the policies compare"],
    );
  });

  it("keeps policies that are there, and drops them only where they are to be replaced", async () => {
    const sql = `${SCHEMA}alter table settings enable row level security;create policy mine on settings using (true);`;
    const [project] = await buildProjectFromTexts([{ path: MIGRATION, text: sql }]);
    const tables = ["public.settings"];
    const kept = generatePolicies(project!, { tables, buckets: [] });
    assert.deepEqual(kept.groups, []);
    assert.match(kept.undecided[0]!.why, /has policies already/);
    const { groups } = generatePolicies(project!, { tables, buckets: [], replace: tables });
    assert.ok(groups[0]!.statements.includes("drop policy mine on public.settings;"));
  });

  it("stands names of every kind: quotes, blanks, reserved words, 63 bytes, other scripts, several schemas", async () => {
    const long = "a_table_with_a_name_that_is_as_long_as_postgresql_lets_it_be_63";
    const { after, undecided } = await generateFor(`
create schema "Büro";
create table "Büro"."Organisation" ("Id" uuid primary key);
create table "user" ("order" uuid primary key);
create table "Büro"."member ship" ("organisationId" uuid references "Büro"."Organisation", "user" uuid references "user", "role" text check ("role" in ('Owner''s', 'owner', 'admin', 'member')), primary key ("organisationId", "user"));
create table "select" ("from ""here""" uuid primary key, "organisationId" uuid not null references "Büro"."Organisation");
create table "Büro"."задачи" (id uuid primary key, "select" uuid not null references "select");
create table "${long}" (id int primary key, "organisationId" uuid not null references "Büro"."Organisation");
create table "Büro"."select" (id uuid primary key, "organisationId" uuid not null references "Büro"."Organisation");
create table "Büro"."teil" (id uuid primary key, "select" uuid not null references "Büro"."select");
`);
    assert.deepEqual(undecided, []);
    assert.deepEqual(
      after.catalog.refused.map(({ name, refused }) => `${name}: ${refused?.message}`),
      [],
    );
    const own = [...after.catalog.tables.values()].filter((table) => !table.platform);
    for (const table of own) {
      assert.ok(table.policies.size, table.name);
      for (const { name, refused } of table.policies.values()) {
        assert.ok(Buffer.byteLength(name) <= 63, name);
        assert.equal(refused, undefined);
      }
    }
  });

  it("stands composite keys, cycles of foreign keys, partitions and nullable tenants", async () => {
    const { after, undecided } = await generateFor(`
create table organizations (id uuid primary key, main_project uuid);
create table members (organization_id uuid references organizations, user_id uuid references auth.users, primary key (organization_id, user_id));
create table projects (organization_id uuid not null references organizations, id uuid not null, parent uuid, last_task uuid, primary key (organization_id, id));
create table tasks (organization_id uuid, project_id uuid, id uuid primary key, foreign key (organization_id, project_id) references projects (organization_id, id));
alter table projects add foreign key (last_task) references tasks (id);
create table events (organization_id uuid references organizations, at date not null) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');
create table notes (id int primary key, organization_id uuid references organizations);
`);
    assert.deepEqual(undecided, []);
    assert.deepEqual(after.catalog.refused, []);
    for (const name of ["projects", "tasks", "events", "events_2024", "notes"])
      assert.ok(after.catalog.tables.get(`public.${name}`)!.policies.size, name);
  });
});

describe("the module by which a Prisma client says who asks", () => {
  const files = [
    {
      path: "prisma/schema.prisma",
      text: 'datasource db {\n  provider = "postgresql"\n}\ngenerator client {\n  provider = "prisma-client-js"\n}\nmodel Organization {\n  id String @id\n  tasks Task[]\n}\nmodel Task {\n  id String @id\n  organizationId String\n  organization Organization @relation(fields: [organizationId], references: [id])\n}\n',
    },
    {
      path: "src/lib/db.ts",
      text: 'import { PrismaClient } from "@prisma/client";\nexport const db = new PrismaClient();\n',
    },
  ];

  it("stands beside the client, and sets what the policies read", async () => {
    const [project] = await buildProjectFromTexts(files);
    const { groups, files: made } = generatePolicies(project!, everythingOpen(project!));
    const sql = groups.flatMap(({ statements }) => statements).join("\n");
    assert.match(sql, /current_setting\('app\.tenant_id', true\)/);
    assert.match(sql, /alter table public\."Task" force row level security;/);
    assert.equal(made[0]!.path, "src/lib/caller.ts");
    assert.match(made[0]!.text, /^import \{ db \} from "\.\/db";/);
    assert.match(made[0]!.text, /set_config\('app\.tenant_id', \$\{tenantId\}, true\)/);
  });

  it("is written once, and not where the platform names callers", async () => {
    const [project] = await buildProjectFromTexts(files);
    const { files: made } = generatePolicies(project!, everythingOpen(project!));
    const [after] = await buildProjectFromTexts([...files, ...made]);
    assert.deepEqual(generatePolicies(after!, everythingOpen(after!)).files, []);
    const [supabase] = await buildProjectFromTexts([
      ...files,
      { path: "package.json", text: '{ "dependencies": { "@supabase/supabase-js": "2" } }' },
    ]);
    assert.deepEqual(generatePolicies(supabase!, everythingOpen(supabase!)).files, []);
  });
});

describe("policies of private buckets", () => {
  const BUCKETS = `${SCHEMA}
insert into storage.buckets (id, name, public) values ('files', 'files', false), ('faces', 'faces', false), ('mixed', 'mixed', false), ('unused', 'unused', false);
`;
  const CODE = `import { createClient } from "@supabase/supabase-js";
const client = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!);
export async function put(organizationId: string, user: { id: string }, file: File) {
  const path = \`v1/\${organizationId}/\${file.name}\`;
  await client.storage.from("files").upload(path, file);
  await client.storage.from("faces").upload(\`\${user.id}/face.png\`, file);
  await client.storage.from("mixed").upload(\`\${user.id}/face.png\`, file);
  await client.storage.from("mixed").download(organizationId + "/" + file.name);
}
`;

  it("go by the folder under which code files objects; where two uses differ, it is left to the user", async () => {
    const [project] = await buildProjectFromTexts([
      { path: MIGRATION, text: BUCKETS },
      { path: "package.json", text: '{ "dependencies": { "@supabase/supabase-js": "2.0.0" } }' },
      { path: "lib/files.ts", text: CODE },
    ]);
    const buckets = ["files", "faces", "mixed", "unused"];
    const trusted = (id: string) => withTrusted(project!, { tables: [], buckets: [id] }).tables;
    assert.deepEqual(buckets.map(trusted), [["public.memberships"], [], [], ["public.memberships"]]);
    const { groups, undecided } = generatePolicies(project!, { tables: [], buckets });
    const text = groups.flatMap(({ statements }) => statements).join("\n");
    const folder = (id: string) =>
      new RegExp(`bucket_id = '${id}'\\s+and \\(storage\\.foldername\\(name\\)\\)(\\[\\d\\] = \\S+)`).exec(
        text,
      )?.[1];
    assert.deepEqual(
      buckets.map((id) => folder(id)),
      ["[2] = any", "[1] = (select", undefined, "[1] = any"],
    );
    assert.deepEqual(undecided, [
      {
        subject: "mixed",
        why: 'code files its objects under "{user.id}/face.png" and under "{organizationId}/{file.name}": whose a folder is cannot be told',
      },
    ]);
  });
});

describe("indexes for what policies compare", () => {
  const schema = (model: string) =>
    `datasource db {\n  provider = "postgresql"\n}\n\nmodel Organization {\n  id    String @id\n  tasks Task[]\n}\n\nmodel Task {\n  id             String       @id\n  organizationId String       @map("organization_id")\n  organization   Organization @relation(fields: [organizationId], references: [id])${model}\n}\n`;
  const generate = async (text: string) => {
    const [project] = await buildProjectFromTexts([{ path: "prisma/schema.prisma", text }]);
    const { groups, edits } = generatePolicies(project!, everythingOpen(project!));
    const sql = groups
      .flatMap(({ statements }) => statements)
      .filter((each) => each.startsWith("create index"));
    return { sql, text: applyEdits(text, edits) };
  };

  it("stand in the model too, so that Prisma does not drop them with its next migration", async () => {
    const made = await generate(schema(""));
    assert.deepEqual(made.sql, [
      'create index if not exists "Task_organization_id_idx" on public."Task" (organization_id);',
    ]);
    assert.equal(made.text, schema("\n\n  @@index([organizationId])"));
    const mapped = await generate(schema('\n\n  @@map("tasks")'));
    assert.equal(mapped.text, schema('\n\n  @@index([organizationId])\n  @@map("tasks")'));
    assert.deepEqual(await generate(made.text), { sql: [], text: made.text });
  });
});
