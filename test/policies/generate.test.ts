import { strict as assert } from "node:assert";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
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
      /create policy tasks_select_members on public\.tasks\s+for select to authenticated\s+using \(project_id in \(select p\.id from public\.projects p where p\.organization_id in \(select private\.current_user_organizations\(\)\)\)\)/,
    );
  });

  it("keep an admin from making himself an owner", async () => {
    const { text } = await generateFor(SCHEMA);
    assert.match(
      text,
      /memberships_update_admins[\s\S]*?with check \([^;]*role not in \('owner'\) or organization_id in \(select private\.current_user_organizations_as_owner\(\)\)/,
    );
  });

  it("cast the caller to the type of the column, so that an index on it serves", async () => {
    const { text } = await generateFor(
      "create table notes (id text primary key, user_id text not null);\ncreate table users (id text primary key, email text);\nalter table notes add foreign key (user_id) references users (id);\n",
    );
    assert.match(text, /user_id = \(select auth\.uid\(\)\)::text/);
    assert.match(text, /create index on public\.notes \(user_id\);/);
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
