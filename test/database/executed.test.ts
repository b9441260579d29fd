import { strict as assert } from "node:assert";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import { readCatalog } from "../../src/database/executed/read.ts";
import { settleProject } from "../../src/database/executed/settle.ts";
import type { Project } from "../../src/project/project.ts";
import { EXAMPLE, projectIn, projectOf } from "./projects.ts";

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
    assert.equal(catalog.views.has("public.open_tasks"), true);
    assert.equal(catalog.functions.get("public.is_member")?.[0]?.securityDefiner, true);
  });
});

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
