import assert from "node:assert/strict";
import fc from "fast-check";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { reconcile } from "../../src/catalog/reconcile.ts";
import type { Replay } from "../../src/catalog/replay.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { readSql } from "../../src/source/sql/read.ts";
import { apply, begin, policyOf, replayed, tableOf } from "./history.ts";

const tables = ["a", "b", '"C d"', "app.e"];
const columns = ["id", "owner", "team_id", "note"];
const table = fc.constantFrom(...tables);
const column = fc.constantFrom(...columns);
const role = fc.constantFrom("anon", "authenticated", "public", "service_role");
const policy = fc.constantFrom("p", "q", "own rows");
const using = fc.constantFrom(
  "true",
  "owner = auth.uid()",
  "exists (select 1 from a where a.id = team_id)",
  "ok(owner)",
  "note = owner",
  "team_id in (select id from app.e)",
);

const text = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((values) => String.raw({ raw: strings }, ...values));

/** Statements over few names, so that they meet. */
const statement = fc.oneof(
  text`create table ${table} (id uuid primary key, owner uuid, team_id uuid references a, note text)`,
  text`create table ${table} (like ${table} including all)`,
  text`alter table ${table} enable row level security`,
  text`alter table ${table} disable row level security, force row level security`,
  text`create policy "${policy}" on ${table} to ${role} using (${using})`,
  text`alter policy "${policy}" on ${table} using (${using})`,
  text`drop policy if exists "${policy}" on ${table}`,
  text`alter table ${table} add column ${column} text`,
  text`alter table ${table} drop column ${column}`,
  text`alter table ${table} drop column ${column} cascade`,
  text`alter table ${table} rename column ${column} to ${column}`,
  text`alter table ${table} rename to ${fc.constantFrom("a", "b", "z")}`,
  text`alter table ${table} set schema ${fc.constantFrom("public", "app")}`,
  text`alter table ${table} alter column ${column} type text`,
  text`drop table if exists ${table}`,
  text`drop table ${table} cascade`,
  text`create index on ${table} (${column})`,
  text`grant select, update on ${table} to ${role}`,
  text`revoke all on ${table} from ${role}`,
  text`grant select (${column}) on ${table} to ${role}`,
  text`grant all on all tables in schema public to ${role}`,
  text`alter default privileges in schema public revoke all on tables from ${role}`,
  text`create view ${fc.constantFrom("v", "w")} as select * from ${table}`,
  text`drop view if exists ${fc.constantFrom("v", "w")} cascade`,
  text`create or replace function ok(u uuid) returns boolean language sql as 'select true'`,
  text`drop function if exists ok cascade`,
  text`alter publication supabase_realtime add table ${table}`,
  text`insert into storage.buckets (id, name, public) values ('${column}', 'x', true) on conflict (id) do update set public = false`,
  text`do $$ begin execute 'alter table ' || current_setting('x') || ' enable row level security'; end $$`,
  text`begin; alter table ${table} enable row level security; drop table ${table} cascade; rollback`,
  fc.constant("set search_path = app, public; create table a (id uuid)"),
);
const migrations = fc.array(
  fc
    .array(statement, { maxLength: 3 })
    .map((list) => `create schema if not exists app; ${list.join(";\n")};`),
  { maxLength: 12 },
);

const applyAll = (replay: Replay, history: readonly string[], from = 0): Replay => {
  history.forEach((sql, index) => {
    if (index >= from) apply(replay, sql, false, `${index}.sql`);
  });
  return replay;
};

/** Everything a catalog holds, as data. */
const plain = (catalog: Catalog): unknown =>
  JSON.parse(JSON.stringify(catalog, (_, value) => (value instanceof Map ? [...value] : value)));

describe("a fork of a replay", () => {
  before(loadGrammar);

  it("ends where a replay of the whole history ends", () => {
    fc.assert(
      fc.property(migrations, fc.nat(12), (history, at) => {
        const whole = applyAll(begin(), history).snapshot();
        const half = applyAll(begin(), history.slice(0, at));
        half.snapshot();
        const fork = applyAll(half.fork(), history, at);
        assert.deepEqual(plain(fork.snapshot()), plain(whole));
      }),
      { numRuns: 60 },
    );
  });

  it("leaves snapshots and the replay it came from alone", () => {
    fc.assert(
      fc.property(migrations, migrations, migrations, (before, mine, theirs) => {
        const replay = applyAll(begin(), before);
        const snapshot = replay.snapshot();
        const copy = plain(snapshot);
        const fork = replay.fork();
        const ended = plain(applyAll(replay, mine).snapshot());
        applyAll(fork, theirs).snapshot();
        assert.deepEqual(plain(snapshot), copy);
        assert.deepEqual(plain(replay.snapshot()), ended);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps what did not change as the same objects", () => {
    const replay = apply(
      begin(),
      "create table a (id int); create table b (id int); create policy p on a using (true); create policy q on a using (true); create function f() returns int language sql as 'select 1'",
    );
    const before = replay.snapshot();
    const after = apply(
      replay.fork(),
      "alter table b enable row level security; alter policy q on a using (false)",
    ).snapshot();
    assert.notEqual(after.tables, before.tables);
    assert.deepEqual(
      [after.functions, after.roles, after.views].map(
        (map, index) => map === [before.functions, before.roles, before.views][index],
      ),
      [true, true, true],
    );
    assert.notEqual(tableOf(after, "public.b"), tableOf(before, "public.b"));
    assert.equal(tableOf(after, "public.b").columns, tableOf(before, "public.b").columns);
    assert.equal(tableOf(after, "auth.users"), tableOf(before, "auth.users"));
    assert.equal(policyOf(after, "public.a", "p"), policyOf(before, "public.a", "p"));
    assert.notEqual(policyOf(after, "public.a", "q"), policyOf(before, "public.a", "q"));
  });

  it("gives the same snapshot where nothing changed", () => {
    const replay = apply(begin(), "create table a (id int)");
    const first = replay.snapshot();
    assert.equal(replay.snapshot(), first);
    assert.equal(apply(replay.fork(), "select 1").snapshot(), first);
  });

  it("shares what two tables made alike were granted", () => {
    const catalog = replayed(
      "create table a (id int); create table b (id int); grant select on all tables in schema public to anon",
    );
    assert.equal(tableOf(catalog, "public.a").grants, tableOf(catalog, "public.b").grants);
  });

  it("made anew from the same sources is made of the same objects again", () => {
    const sources = [
      "create table a (id int); create policy p on a using (id = 1); create table b (id int)",
      "create table c (id int)",
      "grant select on a to anon; create function f() returns int language sql as 'select 1'",
    ].map((sql, index) => ({ sql, source: readSql({ path: `${index}.sql`, text: sql }) }));
    const edited = "create table c (id int, more text)";
    const build = (middle: (typeof sources)[number]) => {
      const replay = begin();
      for (const { sql, source } of [sources[0]!, middle, sources[2]!]) replay.apply(source, sql);
      return replay.snapshot();
    };
    const before = build(sources[1]!);
    assert.equal(reconcile(before, build(sources[1]!)), before);
    const fresh = build({ sql: edited, source: readSql({ path: "1.sql", text: edited }) });
    const after = reconcile(before, fresh);
    assert.deepEqual(plain(after), plain(fresh));
    assert.deepEqual(
      ["public.a", "public.b", "public.c"].map((key) => tableOf(after, key) === tableOf(before, key)),
      [true, true, false],
    );
    assert.equal(after.functions, before.functions);
    assert.equal(reconcile(after, fresh), after, "what was equal once is known to be");
  });
});
