import { strict as assert } from "node:assert";
import { parse } from "node:path";
import pg from "pg";
import { PASSWORD, type Server, startServer } from "../database/server.ts";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";
import { type Files, withFiles } from "./temporary.ts";

const FIRST = "migrations/001_first.sql";
const LOOP = "migrations/002_loop.sql";

const FILES: Files = {
  "rowguard.config.json": '{ "clientRoles": ["app_client"], "requireRowSecurity": true }',
  [FIRST]: `create role app_client;
create table tasks (id int primary key, tenant text);
create table notes (id int primary key);
create index tasks_tenant on tasks (tenant);
create policy own on tasks to app_client using (tenant = current_setting('app.tenant', true));
grant select on tasks, notes to app_client;
create view mine with (security_invoker = true) as select id, tenant from tasks where tenant is not null;
create view some_notes as select id from notes where id > 1;
`,
  [LOOP]: `do $$ declare t text; begin
  for t in select tablename from pg_tables where schemaname = 'public' and tablename like 'ta%' loop
    execute format('alter table %I enable row level security', t);
  end loop;
end $$;
`,
};

const rulesOf = (out: string): string[] =>
  JSON.parse(out)
    .findings.map(({ rule, subject }: { rule: string; subject: string }) => `${rule} ${subject}`)
    .filter((each: string) => each.startsWith("table-without-rls"));

describe("rowguard check --executed", function () {
  this.timeout(180_000);

  it("knows what a loop did, and what it left open", () =>
    withFiles(FILES, async (folder) => {
      const read = await runIn(folder, ["check", "--format", "json"]);
      assert.deepEqual(rulesOf(read.out), []);
      const ran = await runIn(folder, ["check", "--executed", "--format", "json"]);
      assert.deepEqual([ran.err, ran.code, rulesOf(ran.out)], ["", 1, ["table-without-rls public.notes"]]);
    }));

  it("says what PostgreSQL refused, with its place", () =>
    withFiles({ ...FILES, [LOOP]: "\nalter table nowhere enable row level security;" }, async (folder) => {
      const { err } = await runIn(folder, ["check", "--executed"]);
      assert.deepEqual(err.split("\n"), [
        'migrations/002_loop.sql:2:1: relation "nowhere" does not exist. The tool that owns this folder stops here; what follows was run all the same.',
        "What is said of public.nowhere may not be what is meant: a statement about it failed.",
        "",
      ]);
    }));

  it("lists in the catalog's JSON what was refused, and what may not be what is meant", () =>
    withFiles(
      { ...FILES, [LOOP]: "create extension pg_net;\nalter table nowhere enable row level security;" },
      async (folder) => {
        const { code, out } = await runIn(folder, ["catalog", "--executed", "--format", "json"]);
        const { executed, tables } = JSON.parse(out);
        assert.equal(misfit("catalog.schema.json", JSON.parse(out)), "");
        assert.deepEqual([code, tables.length], [0, 2]);
        assert.deepEqual(executed, {
          failures: [
            {
              path: LOOP,
              line: 2,
              column: 1,
              message: 'relation "nowhere" does not exist',
              code: "42P01",
              stops: "The tool that owns this folder stops here; what follows was run all the same.",
            },
          ],
          notes: [
            {
              path: LOOP,
              line: 1,
              column: 1,
              message:
                'The embedded database has no extension "pg_net"; its types and functions stand there in outline.',
            },
          ],
          doubtful: [{ table: "public.nowhere" }],
        });
        const read = await runIn(folder, ["catalog", "--format", "json"]);
        assert.equal(JSON.parse(read.out).executed, null);
      },
    ));
});

for (const version of [15, 16, 17, 18]) {
  describe(`a live database by itself and beside its migrations (PostgreSQL ${version})`, function () {
    this.timeout(180_000);
    let server: Server | undefined;

    before(async function () {
      server = await startServer(version);
      if (!server) return this.skip();
      const client = new pg.Client(server.url());
      await client.connect();
      await client.query(
        "create role owner_of_all login password 'other'; grant create on database postgres to owner_of_all; alter schema public owner to owner_of_all",
      );
      await client.query(`${FILES[FIRST]}${FILES[LOOP]}
      alter table tasks disable row level security;
      alter table notes add column body text default 'none';
      alter table tasks alter column tenant set default 'acme';
      drop index tasks_tenant;
      create table extra (id int);
      create or replace view some_notes as select id from notes where id > 0;
      alter table notes owner to owner_of_all;
      grant update (tenant) on tasks to app_client;`);
      await client.end();
    });
    after(() => server?.stop());

    it("is linted without any source", () =>
      withFiles({ "rowguard.config.json": FILES["rowguard.config.json"]! }, async (folder) => {
        const { code, out, err } = await runIn(folder, [
          "check",
          "--database",
          server!.url(),
          "--format",
          "json",
        ]);
        assert.match(err, /^The login admin is a superuser/);
        assert.deepEqual(
          [code, rulesOf(out)],
          [1, ["table-without-rls public.extra", "table-without-rls public.notes"]],
        );
        const [finding] = JSON.parse(out).findings;
        assert.match(finding.path, /^database:\/main\/public\//);
        const text = await runIn(folder, ["check", "--database", server!.url()]);
        assert.match(text.out, /^database:\/main\/public\/tasks\.sql/m);
        const { dir, base } = parse(folder);
        const named = await runIn(dir, ["check", base, "--database", server!.url()]);
        assert.deepEqual([named.code, named.out], [text.code, text.out]);
        assert.doesNotMatch(out + err + text.out + text.err, new RegExp(PASSWORD));
      }));

    it("differs from its migrations in both directions", () =>
      withFiles(FILES, async (folder) => {
        const { code, out } = await runIn(folder, ["diff", "--database", server!.url(), "--format", "json"]);
        assert.equal(misfit("diff.schema.json", JSON.parse(out)), "");
        assert.deepEqual(
          JSON.parse(out).drift.map(
            ({ object, where, statement }: Record<string, string>) => `${object} ${where}: ${statement}`,
          ),
          [
            "public.extra database: create table public.extra (id integer)",
            "public.notes database: column body text default 'none'::text",
            "public.notes database: alter table public.notes owner to owner_of_all",
            "public.some_notes migrations: create view public.some_notes as SELECT id FROM public.notes WHERE (id > 1)",
            "public.some_notes database: create view public.some_notes as SELECT id FROM public.notes WHERE (id > 0)",
            "public.tasks migrations: CREATE INDEX tasks_tenant ON public.tasks USING btree (tenant)",
            "public.tasks migrations: alter table public.tasks enable row level security",
            "public.tasks migrations: column tenant text",
            "public.tasks database: grant update (tenant) on table public.tasks to app_client",
            "public.tasks database: column tenant text default 'acme'::text",
          ],
        );
        assert.equal(code, 1);
        const text = await runIn(folder, ["diff", "--database", server!.url()]);
        assert.match(
          text.out,
          /\+ create table public\.extra[\s\S]*6 only in the database \(\+\), 4 only in the migrations \(-\)\.\n$/,
        );
      }));

    it("is compared with the migrations that could be read, and the others are named", () =>
      withFiles(
        { ...FILES, "migrations/003_large.sql": Buffer.alloc(33 * 2 ** 20, "create table a (id int);\n") },
        async (folder) => {
          const { code, out, err } = await runIn(folder, ["diff", "--database", server!.url()]);
          assert.match(err, /^rowguard: [^\n]* migrations\/003_large\.sql \(larger than 32 MB/);
          assert.match(out, /\+ create table public\.extra/);
          assert.equal(code, 2);
        },
      ));

    it("is named in one sentence where it cannot be reached", () =>
      withFiles(FILES, async (folder) => {
        const gone = await runIn(folder, ["diff", "--database", `postgresql://me:${PASSWORD}@127.0.0.1:1/x`]);
        assert.deepEqual([gone.code, gone.out], [2, ""]);
        assert.match(gone.err, /^rowguard: Nothing answers at 127\.0\.0\.1:1/);
        assert.doesNotMatch(gone.err, new RegExp(PASSWORD));
        const unknown = await runIn(folder, ["check", "--database", "production"]);
        assert.match(unknown.err, /^rowguard: The environment has no variable production/);
      }));
  });
}

describe("a live database before a login that may see little of it", function () {
  this.timeout(180_000);
  let server: Server | undefined;

  before(async function () {
    server = await startServer(18);
    if (!server) return this.skip();
    const client = new pg.Client(server.url());
    await client.connect();
    await client.query(`
      create role anon; create role authenticated; create role service_role;
      create role web login password '${PASSWORD}';
      create schema auth; create schema storage;
      create function auth.uid() returns uuid language sql stable as 'select null::uuid';
      create table storage.buckets (id text primary key, name text not null, public boolean);
      insert into storage.buckets values ('avatars', 'avatars', true);
      create table public.tasks (id int primary key); grant usage on schema public to anon; grant select on public.tasks to anon;`);
    await client.end();
  });
  after(() => server?.stop());

  const MIGRATIONS: Files = {
    "supabase/migrations/1_first.sql":
      "create table public.tasks (id int primary key); insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true);",
  };
  const inside = (...asked: string[]) =>
    withFiles(MIGRATIONS, (folder) => runIn(folder, [...asked, "--database", server!.url("web")]));

  it("takes nothing for missing that the login does not see", async () => {
    const { out, err } = await inside("diff");
    assert.match(
      err,
      /^The login web does not see every row of storage\.buckets: buckets are not compared\.$/m,
    );
    assert.doesNotMatch(out, /buckets/);
    const { incomplete } = JSON.parse((await inside("diff", "--format", "json")).out);
    assert.deepEqual(incomplete, [
      "The login web does not see every row of storage.buckets: buckets are not compared.",
    ]);
  });

  it("is linted all the same, finds no fault with the server's first login, and offers no edit of it", async () => {
    const { out, err, code } = await inside("check", "--verbose");
    assert.deepEqual([code, err.split("\n").length], [1, 2]);
    assert.match(
      out,
      /^ {2}database:\/main\/buckets\.sql {2}database, the login does not see every row of storage\.buckets$/m,
    );
    assert.doesNotMatch(out, /role-bypasses-rls|`rowguard fix` mends \d/);
    assert.match(out, /^No live database is changed: fixes go into the migrations that make it\.$/m);
  });
});
