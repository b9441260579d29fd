import assert from "node:assert/strict";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

const INIT = "prisma/migrations/20240101000000_init/migration.sql";
const schema = (url: string, ...models: string[]) =>
  `datasource db {\n  provider = "postgresql"\n  url = ${url}\n}\n${models.map((name) => `model ${name} {\n  id String @id\n}\n`).join("")}`;

async function project(files: Readonly<Record<string, string>>): Promise<Project> {
  const projects = await buildProjectFromTexts(Object.entries(files).map(([path, text]) => ({ path, text })));
  assert.equal(projects.length, 1);
  return projects[0]!;
}

const ownTables = ({ catalog }: Project) =>
  [...catalog.tables]
    .filter(([, table]) => !table.platform)
    .map(([key, { implicit }]) => key + (implicit ? "?" : ""));

describe("building a project", () => {
  it("takes the tables from migrations where they make one that a model stands for", async () => {
    const built = await project({
      "prisma/schema.prisma": schema('env("X")', "Task", "Note"),
      [INIT]: 'create table "Task" (id text primary key);',
    });
    assert.equal(built.tablesFrom, "migrations");
    assert.deepEqual(ownTables(built), ["public._prisma_migrations?", "public.Task"]);
    assert.equal(built.modelOfTable.get("public.Note")!.model.name, "Note");
  });

  it("takes them from the models where nothing makes them, and replays what stands beside", async () => {
    const built = await project({
      "prisma/schema.prisma": schema('env("X")', "Task"),
      "prisma/rls.sql": 'create policy own on "Task" for select using (true);',
      "supabase/migrations/1_a.sql": "create table other (id int);",
    });
    assert.equal(built.tablesFrom, "prisma");
    assert.deepEqual(ownTables(built), ["public.Task", "public.other"]);
    assert.deepEqual(
      built.history.map(({ kind }) => kind),
      ["model", "supabase", "adhoc"],
    );
    assert.equal(built.catalog.tables.get("public.Task")!.policies.get("own")!.using!.text, "true");
  });

  it("has no tables where there is only code", async () => {
    const built = await project({ "a.ts": "process.env.X;" });
    assert.equal(built.tablesFrom, "nothing");
    assert.deepEqual(Object.values(built.manages), [false, false, false, false, false, false]);
  });

  it("knows what the sources make, and what they only change", async () => {
    const made = await project({
      "supabase/migrations/1_a.sql":
        "create table t (id int); alter publication supabase_realtime add table t; create role r;",
    });
    const { tables, functions, buckets, publications, policies, roles } = made.manages;
    assert.deepEqual(
      { tables, functions, buckets, publications, policies, roles },
      { tables: true, functions: false, buckets: false, publications: true, policies: false, roles: true },
    );
  });

  it("finds Prisma's tables in the schema that the connection names", async () => {
    const models = ["Task"];
    const written = await project({
      "schema.prisma": schema('"postgresql://a:b@c/d?schema=app"', ...models),
    });
    assert.deepEqual(ownTables(written), ["app.Task"]);
    const named = {
      "schema.prisma": schema('env("DB")', ...models),
      ".env": "DB=postgresql://a:b@c/d?schema=app",
    };
    assert.deepEqual(ownTables(await project(named)), ["app.Task"]);
    const unsure = await project({ ...named, ".env.test": "DB=postgresql://a:b@c/d" });
    assert.deepEqual(ownTables(unsure), ["public.Task"]);
  });

  it("chooses the platform by what the sources show", async () => {
    const sql = (text: string) => project({ "supabase.sql": `create table t (id uuid); ${text}` });
    assert.equal((await sql("")).platform.id, "postgres");
    assert.equal((await sql("-- for authenticated users of auth.uid()")).platform.id, "postgres");
    assert.equal((await sql("create policy p on t using (auth.uid() = id);")).platform.id, "supabase");
    assert.equal((await sql("grant select on t to anon;")).platform.id, "supabase");
    const users = "create table auth.users (id uuid); grant select on auth.users to authenticated;";
    assert.equal((await sql(users)).platform.id, "postgres");
    const whole = `${users} create table auth.refresh_tokens (id int);`;
    assert.equal((await sql(whole)).platform.id, "supabase");
    const manifest = await project({
      "package.json": '{ "dependencies": { "@supabase/ssr": "1" } }',
      "a.ts": "",
    });
    assert.equal(manifest.platform.id, "supabase");
  });
});
