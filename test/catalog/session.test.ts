import assert from "node:assert/strict";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import {
  apply,
  beginPlain,
  columnsOf,
  eventsOf,
  ownTables,
  policiesOf,
  policyOf,
  replayed,
  tableOf,
} from "./history.ts";

describe("a session in a replay", () => {
  before(loadGrammar);

  it("finds and makes names along its search path, and ends with the file", () => {
    const catalog = replayed(
      "create schema app; create table app.x (id uuid); create table y (id uuid)",
      `set search_path = app, public; create table z (id uuid); create policy p on x using (id in (select id from y)); alter table y enable row level security;
       set search_path to default; create table w (id int)`,
      "create table last (id int); alter table x enable row level security",
    );
    assert.deepEqual(ownTables(catalog).sort(), ["app.x", "app.z", "public.last", "public.w", "public.y"]);
    assert.deepEqual(policyOf(catalog, "app.x", "p").using?.searchPath, ["app", "public"]);
    assert.deepEqual(eventsOf(catalog), ["target-unknown alter table public.x, near app.x"]);
    assert.deepEqual(catalog.searchPath, ["public", "extensions"]);
  });

  it("reads set_config as dumps use it", () => {
    const catalog = replayed(
      "select pg_catalog.set_config('search_path', '', false); create table public.t (id int); alter table only public.t enable row level security; alter table t force row level security",
    );
    const { rowSecurity, forced } = tableOf(catalog, "public.t");
    assert.deepEqual(
      [rowSecurity, forced, eventsOf(catalog)],
      [true, false, ["target-unknown alter table public.t, near public.t"]],
    );
  });

  it("begins with the search path of its role or database", () => {
    const role = apply(
      apply(beginPlain(), "create schema app; alter role postgres set search_path = app, public"),
      "create table t (id int)",
    );
    assert.deepEqual(ownTables(role.snapshot()), ["app.t"]);
    const database = apply(
      apply(beginPlain(), "create schema app; alter database main set search_path to app"),
      "create table t (id int)",
    );
    assert.deepEqual(ownTables(database.snapshot()), ["app.t"]);
    const schemaOfRole = apply(
      apply(beginPlain(), `create schema postgres; alter role postgres set search_path = "$user", public`),
      "create table t (id int)",
    );
    assert.deepEqual(ownTables(schemaOfRole.snapshot()), ["postgres.t"]);
  });

  it("folds names as PostgreSQL does", () => {
    const catalog = replayed(
      `create table Users (ID int, "Full Name" text); create table "Users" (id int); alter table USERS enable row level security; create policy P on "Users" using (ID = 1)`,
    );
    assert.deepEqual(
      [ownTables(catalog), columnsOf(catalog, "public.users")],
      [
        ["public.users", "public.Users"],
        ["id int4", "Full Name text"],
      ],
    );
    assert.deepEqual(
      [tableOf(catalog, "public.users").rowSecurity, policiesOf(catalog, "public.Users")],
      [true, ["p"]],
    );
  });

  it("undoes what a rollback encloses", () => {
    const catalog = replayed(
      "begin; create table a (id int); commit; begin; create table b (id int); alter table a enable row level security; rollback; create table c (id int)",
      "start transaction; drop table c; rollback; begin; create table d (id int)",
    );
    assert.deepEqual(ownTables(catalog), ["public.a", "public.c", "public.d"]);
    assert.equal(tableOf(catalog, "public.a").rowSecurity, false);
    assert.deepEqual(eventsOf(catalog), []);
  });

  it("owns what it makes, as the role it became", () => {
    const catalog = replayed(
      "create role app; create schema mine authorization app; set role app; create table mine.a (id int); reset role; create table b (id int); alter table b owner to app; set local role app",
    );
    assert.deepEqual(
      [
        catalog.schemas.get("mine")?.owner,
        tableOf(catalog, "mine.a").owner,
        tableOf(catalog, "public.b").owner,
      ],
      ["app", "app", "app"],
    );
    assert.deepEqual(eventsOf(catalog), ["setting role app", "setting role ", "setting role app local"]);
  });

  it("tells of custom settings", () => {
    const catalog = replayed(
      "set app.tenant = 'x'; select set_config('app.user', '1', true); set statement_timeout = 0; alter role anon set app.tenant = 'y'; alter database main set \"app.z\" to '1'; alter role anon reset app.tenant",
    );
    assert.deepEqual(eventsOf(catalog), ["setting app.tenant x", "setting app.user 1 local"]);
    assert.deepEqual(
      catalog.settings
        .filter(({ setting }) => setting.startsWith("app."))
        .map(({ on, name, setting, values }) => [on, name, setting, ...values]),
      [["database", "main", "app.z", "1"]],
    );
  });

  it("makes roles, members and schemas with elements", () => {
    const catalog = replayed(
      "create user app with bypassrls in role anon; alter role app nobypassrls; create group team with user app; grant team to anon with inherit false; create schema s create table t (id int) create view v as select id from t; drop role team",
    );
    const app = catalog.roles.get("app");
    assert.deepEqual(
      [app?.options.login, app?.options.bypassRls, app?.memberOf.map(({ role }) => role)],
      [true, false, ["anon"]],
    );
    assert.deepEqual(
      [catalog.roles.get("anon")?.memberOf, ownTables(catalog), catalog.views.has("s.v")],
      [[], ["s.t"], true],
    );
  });
});
