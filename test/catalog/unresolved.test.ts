import assert from "node:assert/strict";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { eventsOf, policiesOf, replayed, tableOf } from "./history.ts";

const uncertain = (catalog: Catalog) =>
  [...catalog.tables].filter(([, table]) => table.uncertain).map(([key]) => key);
const SETUP =
  "create schema app; create table a (id int); create table b (id int); create table app.c (id int);";

const loop = (
  where: string,
  command = "alter table %I.%I enable row level security",
  catalog = "pg_tables",
) =>
  `do $$ declare r record; begin for r in select * from ${catalog} where ${where} loop execute format('${command}', r.schemaname, r.tablename); end loop; end $$`;

describe("SQL built at run time, in a replay", () => {
  before(loadGrammar);

  it("leaves every table in reach uncertain, and none made later", () => {
    const catalog = replayed(SETUP, loop("schemaname = 'public'"), "create table later (id int)");
    assert.deepEqual(uncertain(catalog), ["public.a", "public.b"]);
    assert.deepEqual(
      catalog.unresolved.map(({ touchesRowSecurity, place }) => [touchesRowSecurity, place.span.end > 0]),
      [[true, true]],
    );
    assert.deepEqual(uncertain(replayed(SETUP, loop("tableowner = current_user"))), [
      "public.a",
      "public.b",
      "app.c",
    ]);
  });

  it("reaches no further than the tables it names, unless it names those it spares", () => {
    assert.deepEqual(uncertain(replayed(SETUP, loop("schemaname = 'public' and tablename in ('a', 'x')"))), [
      "public.a",
    ]);
    assert.deepEqual(uncertain(replayed(SETUP, loop("schemaname = 'public' and tablename not in ('a')"))), [
      "public.a",
      "public.b",
    ]);
  });

  it("touches no table where it speaks of neither switch nor policies", () => {
    const catalog = replayed(SETUP, loop("schemaname = 'public'", "comment on table %I.%I is null"));
    assert.deepEqual([uncertain(catalog), catalog.unresolved.length], [[], 1]);
  });

  it("follows loops over constants", () => {
    const catalog = replayed(
      SETUP,
      "do $$ declare t text; begin foreach t in array array['a', 'b'] loop execute format('alter table %I enable row level security', t); execute format('create policy %I on %I using (true)', t || '_all', t); end loop; end $$",
    );
    assert.deepEqual([catalog.unresolved, uncertain(catalog)], [[], []]);
    assert.deepEqual(
      [tableOf(catalog, "public.a").rowSecurity, policiesOf(catalog, "public.b")],
      [true, ["b_all"]],
    );
  });

  it("behind a function that a migration calls", () => {
    const define = `${SETUP} create function protect(name text) returns void language plpgsql as $$ begin execute format('alter table %I enable row level security', name); end $$;`;
    assert.deepEqual(uncertain(replayed(define, "select protect('a')")), ["public.a"]);
    assert.deepEqual(uncertain(replayed(define, "select protect(relname) from pg_class")), [
      "public.a",
      "public.b",
      "app.c",
    ]);
    assert.deepEqual(uncertain(replayed(define)), []);
    const [call] = replayed(define, "select protect('a')").unresolved;
    assert.equal(call?.reason, "public.protect() runs SQL that it builds");
  });

  it("behind an event trigger leaves later tables uncertain", () => {
    const define = `${SETUP} create function on_table() returns event_trigger language plpgsql as $$ declare r record; begin for r in select * from pg_event_trigger_ddl_commands() loop execute format('alter table %s enable row level security', r.object_identity); end loop; end $$;
      create event trigger protect on ddl_command_end when tag in ('CREATE TABLE') execute function on_table();`;
    assert.deepEqual(uncertain(replayed(define, "create table later (id int)")), ["public.later"]);
    assert.deepEqual(
      uncertain(replayed(define, "drop event trigger protect; create table later (id int)")),
      [],
    );
  });

  it("may have dropped the policies that statements then do without", () => {
    const catalog = replayed(
      `${SETUP} create function ok(i int) returns bool language sql as 'select true'; create policy p on a using (ok(id)); create policy q on a using (ok(id))`,
      loop("schemaname = 'public' and tablename = 'a'", "drop policy if exists p on %I.%I", "pg_policies"),
      "create policy p on a using (true); drop function ok(int)",
    );
    assert.deepEqual([catalog.refused, eventsOf(catalog), policiesOf(catalog, "public.a")], [[], [], ["p"]]);
    assert.equal(catalog.functions.has("public.ok"), false);
  });

  it("may have pinned a search path", () => {
    const catalog = replayed(
      "create function f() returns int language sql as 'select 1'; create view v as select 1 as x",
      "do $$ declare r record; begin for r in select oid::regprocedure as f from pg_proc loop execute format('alter function %s set search_path = ''''', r.f); end loop; end $$",
    );
    assert.deepEqual(
      [catalog.functions.get("public.f")?.[0]?.uncertain, catalog.views.get("public.v")?.uncertain],
      [true, undefined],
    );
  });

  it("is conditional inside IF and exception blocks", () => {
    const catalog = replayed(
      "do $$ begin if not exists (select from pg_class) then create table t (id int); end if; begin create policy p on t using (true); exception when others then null; end; end $$",
    );
    const table = tableOf(catalog, "public.t");
    assert.deepEqual(
      [table.conditional, table.policies.get("p")?.conditional, catalog.unresolved],
      [true, true, []],
    );
  });
});
