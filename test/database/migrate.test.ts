import { strict as assert } from "node:assert";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import { EXAMPLE, projectIn, projectOf } from "./projects.ts";

/** Rows of one statement, sent as the engine's own superuser. */
const rowsOf = async (database: EmbeddedDatabase, sql: string) => (await database.query(sql)).rows;

const TABLES = `select string_agg(tablename, ',' order by tablename::text collate "C") from pg_tables where schemaname = 'public'`;

describe("the embedded database", function () {
  this.timeout(180_000);
  let open: EmbeddedDatabase | undefined;
  afterEach(() => open?.close());

  it("runs the example's migrations and its seed as an owner that is no superuser", async () => {
    open = new EmbeddedDatabase(await projectIn(EXAMPLE));
    const { failures, notes } = await open.ready();
    assert.deepEqual({ failures, notes }, { failures: [], notes: [] });
    assert.deepEqual(await rowsOf(open, "select count(*) from public.tasks"), [["3"]]);
    const owners = await rowsOf(
      open,
      "select distinct tableowner, rolsuper from pg_tables join pg_roles on rolname = tableowner where schemaname = 'public'",
    );
    assert.deepEqual(owners, [["postgres", "f"]]);
  });

  it("reports a statement that fails with its place, and goes on after it", async () => {
    const bad = "supabase/migrations/2_second.sql";
    const text =
      "create table b (id int);\nalter table users enable row level security;\ncreate table c (id int);";
    open = new EmbeddedDatabase(
      await projectOf({
        "supabase/migrations/1_first.sql": 'create table "Users" (id int);',
        [bad]: text,
        "supabase/migrations/3_third.sql": `create extension vector with schema extensions;
          create table docs (id int, embedding extensions.vector(3));
          create extension if not exists pg_cron; create extension http; create extension postgis;
          select cron.schedule('nightly', '0 0 * * *', 'select 1');
          create extension citext; create table d (name citext); copy d from stdin;
          create function hush() returns event_trigger language plpgsql as $$ begin end $$;
          create event trigger quiet on ddl_command_end execute function hush();
          create policy own on storage.objects for select to authenticated using (owner = auth.uid());`,
      }),
    );
    const { failures, notes, doubtful } = await open.ready();
    const start = text.indexOf("alter");
    assert.deepEqual(failures, [
      {
        place: { path: bad, span: { start, end: text.indexOf(";", start) } },
        message: 'relation "users" does not exist',
        code: "42P01",
        stops: "The Supabase CLI stops here; what follows was run all the same.",
      },
    ]);
    assert.deepEqual([...doubtful], ["public.users"]);
    assert.deepEqual(
      notes.map(({ message }) => message.slice(0, 58)),
      [
        'The embedded database has no extension "pg_cron"; its type',
        'The embedded database has no extension "http"; its types a',
        'The embedded database has no extension "postgis"; the stat',
        "COPY FROM stdin is left out: the embedded database has no ",
      ],
    );
    const tables = await rowsOf(open, TABLES);
    assert.deepEqual(tables, [["Users,b,c,d,docs"]]);
  });

  it("makes the tables of models where there are no migrations", async () => {
    const schema = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
model Task {
  id    String @id @default(uuid())
  tags  Tag[]
}
model Tag {
  id    Int    @id
  tasks Task[]
}`;
    open = new EmbeddedDatabase(await projectOf({ "prisma/schema.prisma": schema }));
    assert.deepEqual((await open.ready()).notes, []);
    const tables = await rowsOf(open, TABLES);
    assert.deepEqual(tables, [["Tag,Task,_TagToTask"]]);
  });

  it("leaves out what undoes a migration, and honours the file's own transaction", async () => {
    open = new EmbeddedDatabase(
      await projectOf({
        "migrations/001_goose.sql": "-- +goose Up\ncreate table a (id int);\n-- +goose Down\ndrop table a;\n",
        "migrations/002_own.sql":
          "begin;\ncreate table b (id int);\ncreate table b (id int);\ncommit;\nbegin;\ncreate table undone ();\nrollback;\n",
        "migrations/003_unbound.sql": "create index concurrently on a (id);",
        "migrations/004_enum.sql": "create type mood as enum ('a');",
        "migrations/005_enum.sql": "alter type mood add value 'b';",
        "migrations/006_enum.sql": "create table c (mood mood default 'b'); insert into c default values;",
      }),
    );
    const { failures } = await open.ready();
    assert.deepEqual(
      failures.map(({ place, message }) => [place.path, message]),
      [["migrations/002_own.sql", 'relation "b" already exists']],
    );
    assert.deepEqual(await rowsOf(open, TABLES), [["a,b,c"]]);
  });

  it("runs what psql reads in, where it does and in the same session", async () => {
    open = new EmbeddedDatabase(
      await projectOf({
        "db/init.sql": "create table a (id int);\n\\ir data/schema.sql\ncreate table c (id int);\n",
        "db/data/schema.sql": "create schema data;\nset search_path = data;\ncreate table b (id int);\n",
      }),
    );
    assert.deepEqual((await open.ready()).failures, []);
    const made = await rowsOf(
      open,
      "select schemaname || '.' || tablename from pg_tables where tablename in ('a', 'b', 'c') order by tablename::text",
    );
    assert.deepEqual(made, [["public.a"], ["data.b"], ["data.c"]]);
  });

  it("reports a file that passes by statements and not in its tool's one transaction", async () => {
    const path = "prisma/migrations/2_index/migration.sql";
    const text = "create table b ();\ncreate index concurrently i on a (id);";
    open = new EmbeddedDatabase(
      await projectOf({
        "prisma/migrations/1_first/migration.sql": "create table a (id int);",
        [path]: text,
      }),
    );
    const { failures } = await open.ready();
    assert.deepEqual(failures, [
      {
        place: { path, span: { start: text.indexOf("create index"), end: text.length - 1 } },
        message: "CREATE INDEX CONCURRENTLY cannot run inside a transaction block",
        code: "25001",
        stops: "prisma migrate deploy stops here; what follows was run all the same.",
      },
    ]);
  });

  it("survives a library that does not load, and an extension that an edit asks for", async () => {
    const first = "create table a (id int);";
    const project = (more: string) =>
      projectOf({
        "prisma/migrations/1_a/migration.sql": first,
        "prisma/migrations/2_b/migration.sql": more,
      });
    open = new EmbeddedDatabase(
      await project(`load 'no_such_library';
        create function one() returns int language plpgsql as $$ begin return 1; end $$;`),
    );
    const { failures } = await open.ready();
    assert.equal(failures.length, 1);
    assert.deepEqual(await rowsOf(open, "select one()"), [["1"]]);
    open.update(
      await project(
        "create extension earthdistance cascade; create extension pgcrypto; select digest('a', 'md5');",
      ),
    );
    assert.deepEqual((await open.ready()).failures, []);
  });
});
