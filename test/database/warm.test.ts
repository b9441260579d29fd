import { strict as assert } from "node:assert";
import { EmbeddedDatabase, type Progress } from "../../src/database/embedded/open.ts";
import { withIdentity } from "../../src/database/session/session.ts";
import { projectOf } from "./projects.ts";

const FIRST = "supabase/migrations/1_first.sql";
const LAST = "supabase/migrations/2_last.sql";
const SEED = "supabase/seed.sql";

const FILES = {
  [FIRST]: "create table public.notes (id int primary key, owner uuid, at timestamptz default now());",
  [LAST]: "alter table public.notes enable row level security;",
  [SEED]: "insert into public.notes (id) values (1), (2);",
};

const projectWith = (files: Partial<typeof FILES>) => projectOf({ ...FILES, ...files });

describe("a warm embedded database", function () {
  this.timeout(180_000);
  let database: EmbeddedDatabase;
  let starts = 0;
  /** Files that were there already when the engine last began to run some. */
  let there: number | undefined;

  before(async () => {
    const tell = ({ state, done }: Progress) => {
      if (state === "starting") {
        starts++;
        there = undefined;
      } else there ??= done;
    };
    database = new EmbeddedDatabase(await projectWith({}), { tell });
  });
  after(() => database.close());

  const seen = async (role = "anon") =>
    (
      await withIdentity(database, { name: role, role, settings: {} }, {}, (session) =>
        session.query("select id from public.notes order by 1"),
      )
    ).value.rows.flat();

  it("runs an edited last migration and the seed again, and nothing else", async () => {
    assert.deepEqual(await seen(), []);
    const policy = "create policy all_see on public.notes for select using (id > 1);";
    database.update(await projectWith({ [LAST]: `${FILES[LAST]}\n${policy}` }));
    assert.deepEqual((await database.ready()).failures, []);
    assert.deepEqual(await seen(), ["2"]);
    database.update(await projectWith({ [SEED]: "insert into public.notes (id) values (7)" }));
    assert.deepEqual(await seen(), []);
    assert.deepEqual(await seen("service_role"), ["7"]);
    assert.equal(starts, 1);
  });

  it("reports what the edit broke, and takes it back with the edit", async () => {
    database.update(
      await projectWith({ [LAST]: "alter table nowhere enable row level security;\nselect 1;" }),
    );
    const { failures, doubtful } = await database.ready();
    assert.deepEqual(
      failures.map(({ message }) => message),
      ['relation "nowhere" does not exist'],
    );
    assert.deepEqual([...doubtful], ["public.nowhere"]);
    assert.deepEqual(await seen(), ["1", "2"]);
    database.update(await projectWith({}));
    assert.deepEqual((await database.ready()).failures, []);
    assert.equal(starts, 1);
  });

  it("keeps what it holds, whatever a statement or a session does", async () => {
    await assert.rejects(database.query("select nonsense"), /column "nonsense" does not exist/);
    await assert.rejects(
      withIdentity(
        database,
        { name: "anon", role: "anon", settings: {} },
        { write: true },
        async (session) => {
          await session.query("select 1/0");
        },
      ),
      /division by zero/,
    );
    await assert.rejects(
      withIdentity(database, { name: "s", role: "service_role", settings: {} }, {}, (session) =>
        session.query("delete from public.notes"),
      ),
      /read-only transaction/,
    );
    await withIdentity(
      database,
      { name: "s", role: "service_role", settings: {} },
      { write: true },
      (session) => session.query("delete from public.notes"),
    );
    assert.deepEqual(await seen("service_role"), ["1", "2"]);
    assert.equal(starts, 1);
  });

  it("runs a migration that is new behind all others, and none that is taken away again", async () => {
    const made = (count: number, edited = -1) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `supabase/migrations/${100 + i}_made.sql`,
          `create table public.made_${i} (${i === edited ? "edited" : "id"} int);`,
        ]),
      );
    const other = new EmbeddedDatabase(await projectOf(made(1)));
    const columns = async () =>
      (
        await other.query(
          "select string_agg(column_name, ' ' order by right(table_name, -5)::int) from information_schema.columns where table_name like 'made_%'",
        )
      ).rows[0]?.[0];
    try {
      const histories: readonly (readonly [count: number, edited?: number])[] = [
        [1],
        [2],
        [3, 2],
        [30],
        [28, 20],
        [12],
        [12, 3],
        [40, 3],
        [9, 4],
      ];
      for (const [count, edited] of histories) {
        other.update(await projectOf(made(count, edited)));
        assert.deepEqual((await other.ready()).failures, []);
        const expected = Array.from({ length: count }, (_, i) => (i === edited ? "edited" : "id"));
        assert.equal(await columns(), expected.join(" "), `${count} migrations`);
      }
    } finally {
      await other.close();
    }
  });

  it("begins anew for an edit of what is committed, and is ready for the next one there", async () => {
    const wider = FILES[FIRST].replace("owner uuid", "owner uuid, body text");
    database.update(await projectWith({ [FIRST]: wider }));
    await database.ready();
    assert.equal(starts, 2);
    database.update(await projectWith({}));
    await database.ready();
    assert.equal(starts, 2);
  });

  it("commits what cannot stand in a transaction with others", async () => {
    database.update(await projectWith({ [LAST]: "create index concurrently on public.notes (owner);" }));
    assert.deepEqual((await database.ready()).failures, []);
    const indexes = await database.query("select count(*) from pg_indexes where tablename = 'notes'");
    assert.deepEqual(indexes.rows, [["2"]]);
    assert.deepEqual(await seen("service_role"), ["1", "2"]);
    assert.equal(starts, 2);
  });

  it("goes back to before what it committed, not to the beginning", async () => {
    const named = (name: string) => `create index concurrently ${name} on public.notes (owner);`;
    for (const name of ["one", "two", "other"]) {
      database.update(await projectWith({ [LAST]: named(name) }));
      assert.deepEqual((await database.ready()).failures, []);
    }
    // The first of them found everything in one transaction.
    assert.deepEqual([starts, there], [5, 1]);
    const indexes = await database.query(
      "select indexname from pg_indexes where tablename = 'notes' order by 1",
    );
    assert.deepEqual(indexes.rows.flat(), ["notes_pkey", "other"]);
    await assert.rejects(database.query("select pg_sleep(10)", [], { timeLimit: 50 }), /longer than/);
    assert.deepEqual(await seen("service_role"), ["1", "2"]);
    assert.deepEqual([starts, there], [6, 1]);
  });

  it("keeps what takes long, and can still go back to before it", async () => {
    const slow = "select pg_sleep(0.3); insert into public.notes (id) values (5);";
    const index = "create index other on public.notes (owner);";
    database.update(await projectWith({ [LAST]: index, [SEED]: slow }));
    assert.deepEqual(await seen("service_role"), ["5"]);
    const later = Date.now() + 120_000;
    const { now } = Date;
    Date.now = () => later;
    try {
      assert.deepEqual(await seen("service_role"), ["5"]);
    } finally {
      Date.now = now;
    }
    database.update(await projectWith({ [LAST]: index }));
    assert.deepEqual(await seen("service_role"), ["1", "2"]);
    assert.equal(there, 1);
  });
});
