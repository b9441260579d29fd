import { strict as assert } from "node:assert";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Catalog, Grant } from "../../src/catalog/catalog.ts";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import { readCatalog } from "../../src/database/executed/read.ts";
import { settleProject } from "../../src/database/executed/settle.ts";
import type { Project } from "../../src/project/project.ts";
import { EXAMPLE, projectIn, projectOf } from "./projects.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** PostgreSQL's own kinds of policy, and the tables that naive readers stumble over. */
const KINDS = `
create role app_client;
create schema app;
create type app.mood as enum ('glad', 'sad');
create table app."Odd Name" ("camelCase" app.mood, id int primary key, tags text[]);
create table events (id int, at date) partition by range (at);
create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
create table child () inherits (app."Odd Name");
create function is_member(tenant text) returns boolean language sql stable security definer set search_path = '' as $$ select tenant = current_setting('app.tenant', true) $$;
create table tasks (id int primary key, tenant text, parent int references tasks);
alter table tasks enable row level security;
alter table tasks force row level security;
create policy "for all" on tasks using (public.is_member(tenant)) with check (public.is_member(tenant));
create policy reading on tasks for select to app_client using (true);
create policy adding on tasks for insert to app_client, public with check (tenant is not null);
create policy changing on tasks for update to app_client using (id > 0) with check (id > 1);
create policy removing on tasks for delete to current_user using (false);
create policy floor on tasks as restrictive for select using (tenant <> 'closed');
create role team_lead;
grant app_client to team_lead;
alter default privileges in schema public grant select on tables to app_client;
alter default privileges revoke execute on functions from public;
create table later (id int, secret text);
revoke select on later from app_client;
grant select (id), update (id) on later to app_client;
create function later_fn() returns int language sql as 'select 1';
grant execute on function later_fn() to app_client;
create publication news for table tasks;
create view open_tasks with (security_invoker = true) as select id from tasks;
grant select (id) on tasks to app_client;
grant select on open_tasks to app_client;
do $$ declare t text; begin
  for t in select tablename from pg_tables where schemaname = 'app' loop
    execute format('alter table app.%I enable row level security', t);
  end loop;
end $$;
`;

describe("the executed catalog", function () {
  this.timeout(180_000);

  /** What both catalogs say, of a project whose history PostgreSQL takes whole. */
  async function compare(project: Project): Promise<void> {
    const { catalog } = await executed(project);
    assert.deepEqual(whole(catalog, project), whole(project.catalog, project));
  }

  for (const folder of workspaces())
    it(`says what the static one says: ${folder}`, async () => compare(await projectIn(join(ROOT, folder))));

  it("has buckets, the platform's defaults that were taken back, and who belongs to what", async () => {
    const project = await projectOf({
      "supabase/migrations/1_first.sql": `
        insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('docs', 'docs', false);
        create table public.before (id int);
        alter default privileges in schema public revoke all on tables from anon;
        alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
        create table public.after (id int);
        create function public.f() returns int language sql as 'select 1';
        create role auditor; grant auditor to authenticated;
        alter publication supabase_realtime add table public.after;
        create policy own on storage.objects for select to authenticated using (owner = auth.uid());`,
    });
    await compare(project);
    const { catalog } = await executed(project);
    assert.deepEqual([...catalog.buckets.keys()], ["avatars", "docs"]);
    assert.deepEqual(
      catalog.roles.get("authenticated")?.memberOf.map(({ role }) => role),
      ["auditor"],
    );
  });

  it("takes what hosted databases have besides: webhooks, secrets, queues, schemas of JSON", async () => {
    const project = await projectOf({
      "supabase/config.toml": "",
      "supabase/migrations/1_first.sql": `
        create extension pgmq;
        comment on extension pgmq is 'queues';
        create extension pg_jsonschema with schema extensions;
        create table public.forms (id int primary key, answers jsonb check (extensions.jsonb_matches_schema('{}', answers)));
        alter table public.forms enable row level security;
        create trigger hook after insert on public.forms for each row execute function supabase_functions.http_request('https://example.org', 'POST', '{}', '{}', '1000');
        select vault.create_secret('secret', 'name');
        select pgmq.create('Mails');
        alter table pgmq.q_mails enable row level security;
        do $$ begin
          if exists (select 1 from pgmq.meta where queue_name = 'Mails') then perform pgmq.send('Mails', '{}'); end if;
        end $$;`,
    });
    const { catalog } = await executed(project);
    assert.equal(catalog.tables.get("public.forms")?.rowSecurity, true);
    assert.equal(catalog.tables.get("pgmq.q_mails")?.rowSecurity, true);
  });

  async function executed(project: Project) {
    const database = new EmbeddedDatabase(project);
    try {
      const { failures } = await database.ready();
      assert.deepEqual(failures, []);
      return await readCatalog(database, project.platform);
    } finally {
      await database.close();
    }
  }

  it("has the tables, switches and policies of the static one: the example", async () => {
    const project = await projectIn(EXAMPLE);
    const { catalog, texts } = await executed(project);
    assert.ok(Object.keys(outline(catalog)).length > 10);
    assert.deepEqual(outline(catalog), outline(project.catalog));
    const tasks = catalog.tables.get("public.tasks");
    assert.equal(tasks?.made.path, "database:/main/public/tasks.sql");
    const text = texts.get("database:/main/public/tasks.sql") ?? "";
    assert.match(text.slice(tasks.made.span.start, tasks.made.span.end), /^CREATE TABLE public\.tasks/i);
  });

  it("has those of every kind of policy, and knows what a loop did", async () => {
    const project = await projectOf({
      "migrations/1_kinds.sql": KINDS,
      "migrations/2_more.sql": "select 1;",
    });
    const execution = await executed(project);
    const { catalog } = execution;
    const settled = settleProject(project, execution).catalog;
    assert.deepEqual(
      [settled.tables.get("app.Odd Name"), settled.tables.get("public.tasks")].map((table) => [
        table?.rowSecurity,
        table?.uncertain,
        table?.made.path,
      ]),
      [
        [true, false, "migrations/1_kinds.sql"],
        [true, false, "migrations/1_kinds.sql"],
      ],
    );
    assert.equal(catalog.tables.get("app.Odd Name")?.rowSecurity, true);
    const [ran, read] = [outline(catalog), outline(project.catalog)];
    assert.deepEqual({ ...ran, "app.Odd Name": undefined }, { ...read, "app.Odd Name": undefined });
    assert.deepEqual(
      { ...whole(catalog, project), tables: {} },
      { ...whole(project.catalog, project), tables: {} },
    );
    assert.equal(catalog.views.has("public.open_tasks"), true);
    assert.equal(catalog.functions.get("public.is_member")?.[0]?.securityDefiner, true);
  });
});

/** Every workspace in the tree that makes a database. */
function workspaces(): string[] {
  const folders = ["examples", "test/workspaces"].filter((each) => existsSync(join(ROOT, each)));
  return folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        `${folder}/${file}`.replaceAll("\\", "/"),
      ),
    )
    .filter((file) => /\/(schema\.prisma|config\.toml)$/.test(file) && !file.includes("node_modules"))
    .map((file) => file.split("/").slice(0, -2).join("/"))
    .filter((folder, index, all) => all.indexOf(folder) === index);
}

/** Everything that both must say alike. */
function whole(catalog: Catalog, { platform }: Project) {
  const grants = (list: readonly Grant[]) =>
    list
      .filter(({ role }) => role !== platform.migrationRole)
      .map(({ role, privilege }) => `${role} ${privilege}`)
      .sort();
  const own = <T extends { readonly platform: boolean }>(map: ReadonlyMap<string, T>) =>
    [...map].filter(([, each]) => !each.platform);
  return {
    tables: outline(catalog),
    grants: own(catalog.tables)
      .map(([key, table]) => [key, ...grants(table.grants)].join("; "))
      .sort(),
    columns: own(catalog.tables)
      .flatMap(([key, { columns }]) =>
        [...columns.values()].map(({ name, grants: given }) =>
          [`${key}.${name}`, ...grants(given)].join("; "),
        ),
      )
      .sort(),
    functions: [...catalog.functions]
      .flatMap(([key, overloads]) =>
        overloads
          .filter((each) => !each.platform)
          .map((each) => [key, each.publicExecute, ...grants(each.grants)].join("; ")),
      )
      .sort(),
    views: own(catalog.views)
      .map(([key, view]) => [key, ...grants(view.grants)].join("; "))
      .sort(),
    roles: [...catalog.roles.values()]
      .map(({ name, memberOf }) => `${name} < ${memberOf.map(({ role }) => role).sort()}`)
      .sort(),
    defaults: catalog.defaultPrivileges
      .filter(({ role }) => role !== platform.migrationRole)
      .map(({ forRole, schema, on, privilege, role }) => `${forRole} ${schema} ${on} ${privilege} ${role}`)
      .sort(),
    buckets: [...catalog.buckets.values()]
      .map(({ id, name, public: open }) => `${id} ${name} ${open}`)
      .sort(),
    publications: [...catalog.publications.values()]
      .map(({ name, allTables, tables }) => `${name} ${allTables} ${[...tables.keys()].sort()}`)
      .sort(),
  };
}

/** What both must say alike of every table that the sources make. */
function outline({ tables }: Catalog) {
  const own = [...tables].filter(([, table]) => !table.platform || table.policies.size > 0);
  return Object.fromEntries(
    own
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, table]) => [
        key,
        {
          columns: [...table.columns.values()].map(
            ({ name, type }) => `${name} ${type.name}${type.array ? "[]" : ""}`,
          ),
          rowSecurity: table.rowSecurity,
          forced: table.forced,
          keys: table.constraints.filter(({ kind }) => kind !== "check").length,
          policies: [...table.policies.values()]
            .map((each) => `${each.name} ${each.permissive} ${each.command} ${[...each.roles].sort()}`)
            .sort(),
        },
      ]),
  );
}
