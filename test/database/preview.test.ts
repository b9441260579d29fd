import { strict as assert } from "node:assert";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import { chooseIdentities } from "../../src/database/identity/choose.ts";
import { findIdentities } from "../../src/database/identity/find.ts";
import { queryFor } from "../../src/database/preview/table-query.ts";
import { type PreviewResult, preview } from "../../src/database/preview.ts";
import type { Identity } from "../../src/database/session/identity.ts";
import { withIdentity } from "../../src/database/session/session.ts";
import { projectOf } from "./projects.ts";

const MIGRATION = `
create table organizations (id uuid primary key, slug text not null);
create table users (id uuid primary key, email text not null);
create table members (
  organization_id uuid not null references organizations,
  user_id uuid not null references users,
  role text not null,
  primary key (organization_id, user_id)
);
create table tasks (
  id int primary key,
  organization_id uuid not null references organizations,
  title text not null,
  is_public boolean not null default false
);
create table loops (id int);
alter table tasks enable row level security;
alter table loops enable row level security;
create policy "members read" on tasks for select to authenticated
  using (organization_id in (select m.organization_id from members m where m.user_id = auth.uid()));
create policy "anyone reads public" on tasks for select using (is_public);
create policy "members add" on tasks for insert to authenticated
  with check (organization_id in (select m.organization_id from members m where m.user_id = auth.uid()));
create function deep() returns boolean language sql stable as 'select exists (select 1 from public.loops)';
create policy deep on loops using (deep());
create table secrets (id int);
revoke all on secrets from anon, authenticated;
create schema "In";
create table "In".notes (id int);
create table codes (id int, code text);
revoke all on codes from anon;
grant select (id) on codes to anon;
create function code() returns int language sql as 'select 1';
revoke execute on function code() from public, anon;
create function look() returns bigint language plpgsql as $$
declare n bigint;
begin
  perform set_config('role', 'none', true);
  select count(*) into n from public.secrets;
  perform set_config('role', 'authenticated', true);
  return n;
end $$;
create function sly() returns bigint language plpgsql as $$
begin
  begin
    perform set_config('role', 'none', true);
  exception when others then null;
  end;
  return (select count(*) from public.secrets);
end $$;
create function counted(what text) returns bigint language plpgsql as $$
declare n bigint;
begin
  execute format('select count(*) from public.%I', what) into n;
  return n;
end $$;
create table posts (id int, who text, draft boolean);
alter table posts enable row level security;
create policy drafts on posts for insert to authenticated with check (draft);
create policy mine on posts to authenticated using (who = 'alice');
create policy "no spam" on posts as restrictive for insert with check (who <> 'spam');
create function forever(i int) returns int language plpgsql as $$ begin return forever(i + 1); end $$;
create function sql_forever(i int) returns int language sql as $$ select null::int $$;
create or replace function sql_forever(i int) returns int language sql as $$ select public.sql_forever(i + 1) $$;
`;
const SEED = `
insert into organizations values ('0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'acme'), ('5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'globex');
insert into users values ('a11ce000-0000-4000-8000-000000000001', 'alice@acme.test'), ('ca401000-0000-4000-8000-000000000003', 'carol@globex.test'), ('da7e0000-0000-4000-8000-000000000004', 'dave@nowhere.test');
insert into members values ('0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'a11ce000-0000-4000-8000-000000000001', 'owner'), ('5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'ca401000-0000-4000-8000-000000000003', 'member');
insert into tasks values (1, '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'Launch', false), (2, '0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01', 'Party', true), (3, '5b1e7c44-2e0d-4c59-9f57-6a1d9c3e2b02', 'Desks', false);
insert into secrets values (1);
insert into loops values (1);
`;

describe("a preview on the embedded database", function () {
  this.timeout(180_000);
  let database: EmbeddedDatabase;
  let known: readonly Identity[];

  before(async () => {
    const files = { "supabase/migrations/1_all.sql": MIGRATION, "supabase/seed.sql": SEED };
    database = new EmbeddedDatabase(await projectOf(files));
    assert.deepEqual((await database.ready()).failures, []);
    known = await findIdentities(database, database.project);
  });
  after(() => database?.close());

  async function as(name: string, sql: string, options = {}): Promise<PreviewResult> {
    const chosen = chooseIdentities([name], known);
    assert.ok(!("problem" in chosen), JSON.stringify(chosen));
    const results = await preview(database, sql, chosen, options);
    assert.ok(!("problem" in results), JSON.stringify(results));
    return results.results[0]!;
  }

  const unchanged = async () => {
    const { rows } = await database.query(
      "select (select count(*) from public.tasks), (select count(*) from public.secrets), current_user",
    );
    assert.deepEqual(rows, [["3", "1", "rowguard_engine"]]);
  };

  it("finds who there is in the data", () => {
    assert.deepEqual(
      known.map(({ name, role }) => `${name} ${role}`),
      [
        "anon anon",
        "alice@acme authenticated",
        "carol@globex authenticated",
        "dave authenticated",
        "signed-in authenticated",
        "service service_role",
      ],
    );
    const [owner] = chooseIdentities(["owner of acme"], known) as readonly Identity[];
    assert.equal(owner?.settings["request.jwt.claims"]?.includes("a11ce000"), true);
    assert.match(
      (chooseIdentities(["bob"], known) as { problem: string }).problem,
      /^Nobody is called "bob"/,
    );
  });

  it("shows each what it sees, what it does not, and the policy that lets it", async () => {
    const sql = queryFor("tasks", database.project);
    const shown = [];
    for (const name of ["anon", "alice@acme", "member of globex", "dave", "service"]) {
      const { status, rows, hidden, access } = await as(name, sql);
      shown.push([
        name,
        status,
        rows.map(([id]) => id).join(),
        hidden,
        ...access.flatMap(({ by, policies }) => [by, ...policies.map((p) => `${p.policy}: ${p.rows}`)]),
      ]);
    }
    assert.deepEqual(shown, [
      ["anon", "ok", "2", 2, "policies", "anyone reads public: 1"],
      ["alice@acme", "ok", "1,2", 1, "policies", "anyone reads public: 1", "members read: 2"],
      ["member of globex", "ok", "2,3", 1, "policies", "anyone reads public: 1", "members read: 1"],
      ["dave", "ok", "2", 2, "policies", "anyone reads public: 1", "members read: 0"],
      ["service", "ok", "1,2,3", 0, "bypassed"],
    ]);
  });

  it("says denied, and what PostgreSQL said", async () => {
    const { status, message } = await as("anon", "select * from secrets");
    assert.deepEqual(
      [status, message],
      [
        "denied",
        "permission denied for table secrets. anon lacks SELECT on public.secrets: grant select on public.secrets to anon;",
      ],
    );
    const failed = await as("anon", "select * from nowhere");
    assert.deepEqual([failed.status, failed.message], ["failed", 'relation "nowhere" does not exist']);
  });

  it("says which privileges are missing, and what grants them", async () => {
    const said = async (sql: string) => (await as("anon", sql, { write: true })).message;
    assert.equal(
      await said('select * from "In".notes join tasks using (id)'),
      'permission denied for schema In. anon lacks USAGE on schema "In" and SELECT on "In".notes: ' +
        'grant usage on schema "In" to anon; grant select on "In".notes to anon;',
    );
    assert.equal(
      await said("delete from secrets"),
      "permission denied for table secrets. anon lacks DELETE on public.secrets: grant delete on public.secrets to anon;",
    );
    // No grant on the table gives what one on some columns leaves out without giving all of it.
    assert.equal(await said("select code from codes"), "permission denied for table codes");
    assert.equal(await said("select code()"), "permission denied for function code");
  });

  it("names no grant on what is the platform's own", async () => {
    const { message } = await as("anon", "select * from auth.users", { project: database.project });
    assert.equal(message, "permission denied for table users");
    const both = await as("anon", "select * from auth.users, secrets", { project: database.project });
    assert.match(
      both.message ?? "",
      /lacks SELECT on public\.secrets: grant select on public\.secrets to anon;$/,
    );
  });

  it("previews a write, and writes nothing", async () => {
    const acme = "0d6a3c1e-93a4-4a1b-8a1f-2f7f0c6f1a01";
    const insert = `insert into tasks values (9, '${acme}', 'New') returning id`;
    const allowed = await as("alice@acme", insert, { write: true });
    assert.deepEqual([allowed.status, allowed.rows, allowed.written], ["ok", [["9"]], 1]);
    const other = await as("carol@globex", insert, { write: true });
    assert.deepEqual(
      [other.status, other.message],
      ["denied", 'new row violates row-level security policy for table "tasks"'],
    );
    const readOnly = await as("alice@acme", insert);
    assert.deepEqual(
      [readOnly.status, readOnly.message],
      ["failed", "cannot execute INSERT in a read-only transaction"],
    );
    await unchanged();
  });

  it("takes one statement, and none that ends the transaction or waits for a client", async () => {
    for (const [sql, problem] of [
      ["select 1; select 2", /one statement at a time/],
      ["commit", /transaction of its own/],
      ["copy tasks from stdin", /cannot COPY/],
      ["selec 1", /does not understand/],
      ["", /no statement/],
    ] as const) {
      const result = await preview(database, sql, [known[0]!]);
      assert.match("problem" in result ? result.problem : "", problem);
    }
  });

  it("marks what left its identity, or could have", async () => {
    const statuses = [];
    for (const sql of [
      "select set_config('role', 'none', true)",
      "reset role",
      "set row_security = off",
      "select set_config('request.jwt.claims', '{}', true)",
      "do $$ declare n int; begin perform set_config('role', 'none', true); select count(*) into n from public.secrets; perform set_config('role', 'authenticated', true); end $$",
      "select look()",
      "select sly()",
      "with gone as (delete from tasks returning *) select * from gone",
      "select * from tasks",
    ])
      statuses.push((await as("alice@acme", sql, { write: true })).status);
    assert.deepEqual(statuses, [
      "unproven",
      "invalid",
      "invalid",
      "invalid",
      "unproven",
      "unproven",
      "denied",
      "ok",
      "ok",
    ]);
    const reset = await as("alice@acme", "reset role", { write: true });
    assert.match(
      reset.message ?? "",
      /^The statement left its role: it began as authenticated and ended as /,
    );
    await unchanged();
  });

  it("locks code that could leave its identity in, and shows what it sees there", async () => {
    const left = await as("alice@acme", "select look()");
    assert.match(left.message ?? "", /^Its code changes the role\. That was not let happen here/);
    const counted = await as("alice@acme", "select counted('tasks'), counted('tasks') as again");
    assert.deepEqual(
      [counted.status, counted.columns, counted.rows],
      ["ok", ["counted", "again"], [["2", "2"]]],
    );
    const values = `select counted('tasks') as a, 'a,"b"\\c' as b, '' as c, null as d, '(,)' as e, array['x y', null] as f`;
    assert.deepEqual((await as("alice@acme", values)).rows, [
      ["2", 'a,"b"\\c', "", null, "(,)", '{"x y",NULL}'],
    ]);
    const none = await as("alice@acme", "select id, counted('tasks') from tasks where id = 3");
    assert.deepEqual(
      [none.status, none.columns, none.rows, none.hidden],
      ["ok", ["id", "counted"], [], null],
    );
    const followed = await as("alice@acme", "select id, counted('tasks') from tasks order by id");
    assert.deepEqual(
      [followed.rows, followed.access[0]?.policies],
      [
        [
          ["1", "2"],
          ["2", "2"],
        ],
        [
          { policy: "anyone reads public", rows: 1 },
          { policy: "members read", rows: 2 },
        ],
      ],
    );
    const block = "do $$ begin execute 'insert into posts values (5, ''alice'', true)'; end $$";
    const run = await as("alice@acme", block, { write: true });
    assert.deepEqual([run.status, run.rows], ["ok", []]);
    assert.match((await as("alice@acme", block)).message ?? "", /read-only transaction/);
    const failed = await as("alice@acme", "select counted('nowhere')");
    assert.deepEqual([failed.status, failed.message], ["failed", 'relation "public.nowhere" does not exist']);
    await unchanged();
  });

  it("names the policies behind what was written, and behind what was refused", async () => {
    const why = async (sql: string) => {
      const { status, written, access } = await as("alice@acme", sql, { write: true });
      return [
        status,
        written,
        ...access.map(({ table, command, by, policies, restrictive }) =>
          [table, command, by, ...policies.map((p) => `${p.policy}: ${p.rows}`), ...restrictive].join(", "),
        ),
      ];
    };
    assert.deepEqual(await why("insert into posts values (1, 'alice', true), (2, 'alice', false)"), [
      "ok",
      2,
      "public.posts, insert, policies, drafts: 1, mine: 2, no spam",
    ]);
    // Nobody can tell of a row that who wrote it does not see.
    assert.deepEqual(await why("insert into posts values (3, 'bob', true)"), [
      "ok",
      1,
      "public.posts, insert, policies, drafts: null, mine: null, no spam",
    ]);
    assert.deepEqual(await why("insert into posts values (4, 'bob', false)"), [
      "denied",
      null,
      "public.posts, insert, policies, drafts: null, mine: null, no spam",
    ]);
    assert.deepEqual(await why("delete from tasks"), ["ok", 0, "public.tasks, delete, policies"]);
    assert.deepEqual(await why("update posts set id = id where draft"), [
      "ok",
      0,
      "public.posts, update, policies, mine: 0",
    ]);
    assert.deepEqual(
      await why("with new as (insert into posts values (1, 'alice', true) returning id) delete from secrets"),
      [
        "denied",
        null,
        "public.secrets, delete, open",
        "public.posts, insert, policies, drafts: null, mine: null, no spam",
      ],
    );
    await unchanged();
  });

  it("stays whole under recursion, and shows no false rows", async () => {
    for (const sql of ["select forever(1)", "select sql_forever(1)", "select * from loops"]) {
      const { status, message } = await as("alice@acme", sql);
      assert.ok(status === "failed" || status === "unproven", `${sql}: ${status} ${message}`);
      await unchanged();
    }
  });

  it("fetches no more than the limit of ten million rows", async () => {
    const { rows, more, status } = await as("anon", "select generate_series(1, 10000000)", {
      rowLimit: 5,
      timeLimit: 60_000,
    });
    assert.deepEqual([status, rows.length, more], ["ok", 5, true]);
  });

  it("stops a runaway statement, and goes on", async () => {
    for (const sql of [
      "select count(*) from generate_series(1, 1000000000000) i",
      "with recursive r as (select 1 union all select 1 from r) select count(*) from r",
      "select pg_sleep(60)",
    ]) {
      const { status, message } = await as("anon", sql, { timeLimit: 700 });
      assert.deepEqual(
        [status, message?.includes("longer than") || message?.includes("timeout")],
        ["failed", true],
      );
    }
    await unchanged();
  });

  it("survives a string of a gigabyte", async () => {
    const { status, rows } = await as("anon", "select repeat('x', 1000000000)", { timeLimit: 2_000 });
    assert.ok(status === "failed" || status === "unproven" || rows[0]?.[0]?.length === 1e9, status);
    await unchanged();
  });

  it("sees a transaction that ended inside the work", async () => {
    const identity = known[0]!;
    const { moved } = await withIdentity(database, identity, {}, async (session) => {
      await session.query("rollback");
      await session.query("begin read only");
      await session.query("set local role anon");
    });
    assert.match(moved ?? "", /settings/);
  });
});
