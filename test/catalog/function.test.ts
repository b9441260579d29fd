import assert from "node:assert/strict";
import type { Catalog, Func } from "../../src/catalog/catalog.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { eventsOf, replayed, tableOf } from "./history.ts";

const functionsOf = (catalog: Catalog, key: string): readonly Func[] => catalog.functions.get(key) ?? [];
const inputTypes = ({ args }: Func): string =>
  args.map(({ type }) => `${type.name}${type.array ? "[]" : ""}`).join(",");

describe("functions in a replay", () => {
  before(loadGrammar);

  it("are told apart by their arguments", () => {
    const catalog = replayed(
      `create function f(a int) returns int language sql immutable as 'select a';
       create function f(a text, b int default 1) returns text language sql stable security definer set search_path = '' as 'select a';
       create function f(a text[]) returns setof text language sql as 'select unnest(a)'`,
      "create or replace function f(a int) returns int language sql volatile as 'select a + 1'; drop function f(text, int); alter function f(text[]) security definer set search_path = app, pg_temp",
    );
    const functions = functionsOf(catalog, "public.f");
    assert.deepEqual(functions.map(inputTypes), ["int4", "text[]"]);
    const [number, list] = functions;
    assert.deepEqual(
      [number?.volatility, number?.source?.trim(), number?.changed],
      ["volatile", "select a + 1", []],
    );
    assert.deepEqual(
      [list?.securityDefiner, list?.searchPath, list?.returnsSet, list?.changed.length],
      [true, ["app", "pg_temp"], true, 1],
    );
  });

  it("replaced keep their grants and owner", () => {
    const catalog = replayed(
      "create role app; create function f() returns int language sql as 'select 1'; alter function f() owner to app; revoke execute on function f() from public, anon",
      "create or replace function f() returns int language sql as 'select 2'",
    );
    const [func] = functionsOf(catalog, "public.f");
    assert.deepEqual(
      [func?.owner, func?.publicExecute, func?.grants.some(({ role }) => role === "anon")],
      ["app", false, false],
    );
  });

  it("not replaced stay as they are", () => {
    const catalog = replayed(
      "create function f() returns int language sql as 'select 1'; create function f() returns int language sql as 'select 2'",
    );
    assert.deepEqual(
      functionsOf(catalog, "public.f").map(({ source }) => source),
      ["select 1"],
    );
  });

  it("lose settings that are reset", () => {
    const catalog = replayed(
      "create function f() returns int language sql set search_path = '' set work_mem = '1MB' as 'select 1'; alter function f() reset search_path",
    );
    const [func] = functionsOf(catalog, "public.f");
    assert.deepEqual(
      [Object.keys(func?.settings ?? {}), func?.searchPath],
      [["work_mem"], ["public", "extensions"]],
    );
  });

  it("are STRICT until ALTER FUNCTION says otherwise", () => {
    const setup = "create function f(a int) returns int language sql strict as 'select 1';";
    const strictAfter = (rest: string) => functionsOf(replayed(setup, rest), "public.f")[0]?.strict;
    assert.equal(strictAfter("alter function f(int) immutable"), true);
    assert.equal(strictAfter("alter function f called on null input"), false);
    assert.equal(
      strictAfter("create or replace function f(a int) returns int language sql as 'select 1'"),
      false,
    );
    assert.equal(
      strictAfter("alter function f called on null input; alter function f(int) returns null on null input"),
      true,
    );
  });

  it("called by triggers stay until the trigger goes", () => {
    const setup =
      "create table t (id int); create function g() returns trigger language plpgsql as 'begin return new; end'; create trigger tr after insert or update on t for each row execute function g();";
    const catalog = replayed(
      setup,
      "drop function g(); alter function g() rename to gg; alter trigger tr on t rename to trg",
    );
    assert.deepEqual(
      tableOf(catalog, "public.t").triggers.map(({ name, function: key, events, timing }) => [
        name,
        key,
        events,
        timing,
      ]),
      [["trg", "public.gg", ["insert", "update"], "after"]],
    );
    const dropped = replayed(setup, "drop trigger tr on t; drop function g()");
    assert.deepEqual([tableOf(dropped, "public.t").triggers, functionsOf(dropped, "public.g")], [[], []]);
  });

  it("in views and their options", () => {
    const catalog = replayed(
      `create table t (id int, a text);
       create view v with (security_invoker) as select * from t;
       create view named (x, y) with (security_barrier) as select id, a from t;
       create materialized view counts as select count(*), max(a) as top, 1 from t;
       create or replace view v as select id, a, now() as at from t;
       alter view named set (security_invoker = true); alter view named reset (security_barrier); alter view named rename column x to xx`,
    );
    const viewOf = (key: string) => catalog.views.get(key)!;
    assert.deepEqual([viewOf("public.v").columns, viewOf("public.v").options], [["id", "a", "at"], {}]);
    assert.deepEqual(
      [viewOf("public.named").columns, viewOf("public.named").options],
      [["xx", "y"], { security_invoker: "true" }],
    );
    assert.deepEqual(
      [viewOf("public.counts").columns, viewOf("public.counts").materialized],
      [["count", "top", "?column?"], true],
    );
  });

  it("reading tables keep them from being dropped by views", () => {
    const setup =
      "create table t (id int); create view v as select id from t; create view w as select * from v;";
    assert.ok(replayed(setup, "drop table t").tables.has("public.t"));
    const catalog = replayed(setup, "drop table t cascade");
    assert.deepEqual([catalog.tables.has("public.t"), catalog.views.has("public.w")], [false, false]);
    assert.deepEqual(eventsOf(catalog), ["table-dropped public.t"]);
  });

  it("as event triggers", () => {
    const catalog = replayed(
      "create function noted() returns event_trigger language plpgsql as 'begin end'; create event trigger e on ddl_command_end execute function noted(); create event trigger f on sql_drop execute function noted(); drop event trigger f",
    );
    assert.deepEqual(
      catalog.eventTriggers.map(({ name, event, function: key }) => [name, event, key]),
      [["e", "ddl_command_end", "public.noted"]],
    );
  });
});
