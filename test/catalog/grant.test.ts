import assert from "node:assert/strict";
import {
  clientRolesReaching,
  isBypass,
  mayDo,
  mayExecute,
  mayUseSchema,
  privilegesOf,
  rolesOf,
  rolesOpenTo,
  rolesReaching,
} from "../../src/catalog/access.ts";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import type { Privilege } from "../../src/source/sql/statement.ts";
import { apply, beginPlain, grantsOf, replayed, tableOf } from "./history.ts";

const ROWS: readonly Privilege[] = ["select", "insert", "update", "delete"];

/** The row privileges a role has on a table, one way or another. */
const may = (catalog: Catalog, key: string, role: string): string =>
  ROWS.filter((privilege) => mayDo(privilegesOf(catalog, tableOf(catalog, key), role), privilege)).join(" ");

const funcOf = (catalog: Catalog, key: string) => catalog.functions.get(key)![0]!;

describe("grants in a replay", () => {
  before(loadGrammar);

  it("begin with the platform's defaults, which are assumed", () => {
    const catalog = replayed("create table t (id int); create schema app; create table app.t (id int)");
    assert.equal(may(catalog, "public.t", "anon"), "select insert update delete");
    assert.deepEqual(
      [...new Set(tableOf(catalog, "public.t").grants.map(({ origin }) => origin))],
      ["assumed"],
    );
    assert.deepEqual(grantsOf(catalog, "app.t"), []);
  });

  it("are given and taken, by table and by column", () => {
    const catalog = replayed(`
      create table t (id int, secret text, name text);
      revoke all on t from anon, authenticated, service_role;
      grant select (id, name), update (name) on t to anon;
      revoke select (name) on t from anon;
      grant select, insert on t to authenticated;
      revoke insert on t from authenticated`);
    assert.deepEqual(
      [may(catalog, "public.t", "anon"), may(catalog, "public.t", "authenticated")],
      ["select update", "select"],
    );
    const { columns } = privilegesOf(catalog, tableOf(catalog, "public.t"), "anon");
    assert.deepEqual(
      [...columns].map(([name, held]) => [name, ...held.keys()]),
      [
        ["id", "select"],
        ["name", "update"],
      ],
    );
  });

  it("on the whole table go with the columns' when revoked", () => {
    const catalog = replayed(
      "create table t (id int); revoke all on t from anon; grant select (id) on t to anon; revoke select on t from anon",
    );
    assert.equal(may(catalog, "public.t", "anon"), "");
  });

  it("remember how plainly they were said", () => {
    const catalog = replayed(
      "create table t (id int); grant select on t to anon; grant all on all tables in schema public to anon; grant all on t to authenticated",
    );
    const origin = (role: string, privilege: Privilege) =>
      privilegesOf(catalog, tableOf(catalog, "public.t"), role).whole.get(privilege)?.origin;
    assert.deepEqual(
      [origin("anon", "select"), origin("anon", "insert"), origin("authenticated", "delete")],
      ["explicit", "all", "all"],
    );
  });

  it("of all tables reach views too, and no table made later", () => {
    const catalog = replayed(
      "create schema app; create table app.a (id int); create view app.v as select 1 as x; grant usage on schema app to anon; grant select on all tables in schema app to anon; create table app.b (id int)",
    );
    assert.deepEqual([may(catalog, "app.a", "anon"), may(catalog, "app.b", "anon")], ["select", ""]);
    assert.ok(mayDo(privilegesOf(catalog, catalog.views.get("app.v")!, "anon"), "select"));
  });

  it("follow ALTER DEFAULT PRIVILEGES", () => {
    const catalog = replayed(`
      create schema app;
      grant usage on schema app to authenticated;
      alter default privileges in schema public revoke all on tables from anon;
      alter default privileges in schema app grant select on tables to authenticated;
      alter default privileges for role service_role grant all on tables to anon;
      create table t (id int);
      create table app.t (id int)`);
    assert.deepEqual(
      [may(catalog, "public.t", "anon"), may(catalog, "app.t", "authenticated")],
      ["", "select"],
    );
    assert.deepEqual(
      tableOf(catalog, "app.t").grants.map(({ origin }) => origin),
      ["default-privileges"],
    );
  });

  it("keep EXECUTE for everybody until PUBLIC loses it", () => {
    const catalog = replayed(`
      create function a() returns int language sql as 'select 1';
      create function b() returns int language sql as 'select 1';
      revoke execute on function b() from anon;
      create function c() returns int language sql as 'select 1';
      revoke execute on function c() from public;
      alter default privileges in schema public revoke execute on functions from public;
      create function d() returns int language sql as 'select 1';
      alter default privileges revoke execute on functions from public;
      alter default privileges in schema public revoke execute on functions from anon;
      create function e() returns int language sql as 'select 1'`);
    const callable = ["a", "b", "c", "d", "e"].filter((name) =>
      mayExecute(catalog, funcOf(catalog, `public.${name}`), "anon"),
    );
    assert.deepEqual(
      callable,
      ["a", "b", "c", "d"],
      "c: granted to anon by default; d: IN SCHEMA revokes nothing that is built in",
    );
    assert.ok(mayExecute(catalog, funcOf(catalog, "public.e"), "authenticated"));
  });

  it("need the schema as well", () => {
    const catalog = replayed("create schema app; create table app.t (id int); grant select on app.t to anon");
    assert.equal(may(catalog, "app.t", "anon"), "");
    assert.equal(mayUseSchema(catalog, "app", "anon"), false);
    assert.ok(mayUseSchema(catalog, "public", "anon") && mayUseSchema(catalog, "never_made", "anon"));
  });

  it("come by membership with INHERIT, at any depth", () => {
    const catalog = apply(
      beginPlain(),
      `create role readers; create role staff; create role web login; create role outsider noinherit;
       grant readers to staff; grant staff to web; grant readers to outsider;
       create table t (id int); grant select on t to readers; create table open (id int); grant select on open to public`,
    ).snapshot();
    assert.deepEqual([...rolesOf(catalog, "web")].sort(), ["public", "readers", "staff", "web"]);
    assert.deepEqual([may(catalog, "public.t", "web"), may(catalog, "public.t", "outsider")], ["select", ""]);
    assert.ok(rolesOpenTo(catalog, "outsider").has("readers"));
    assert.equal(may(catalog, "public.open", "outsider"), "select");
    assert.equal(may(catalog, "public.t", "postgres"), ROWS.join(" "), "a superuser");
    assert.deepEqual(
      rolesReaching(catalog, tableOf(catalog, "public.t"), ["web", "outsider", "staff"]).map(
        ({ role }) => role,
      ),
      ["web", "staff"],
    );
  });

  it("are the owner's without saying so", () => {
    const catalog = replayed(
      "create role app; create table t (id int); alter table t owner to app; revoke all on t from app",
    );
    assert.equal(may(catalog, "public.t", "app"), ROWS.join(" "));
  });

  it("reach clients of an API through exposed schemas only", () => {
    const catalog = replayed(
      "create schema app; grant usage on schema app to anon; create table app.t (id int); grant select on app.t to anon; create table t (id int)",
    );
    const reaching = (key: string, exposedSchemas: string[]) =>
      clientRolesReaching(catalog, tableOf(catalog, key), supabase, {
        clientRoles: ["anon", "authenticated"],
        exposedSchemas,
      }).map(({ role }) => role);
    assert.deepEqual(reaching("public.t", ["public"]), ["anon", "authenticated"]);
    assert.deepEqual([reaching("app.t", ["public"]), reaching("app.t", ["public", "app"])], [[], ["anon"]]);
  });

  it("know whom policies do not bind", () => {
    const catalog = replayed("create role plain; create role strong bypassrls; grant strong to plain");
    assert.deepEqual(
      ["anon", "service_role", "plain", "strong", "unheard_of"].map((role) => isBypass(catalog, role)),
      [false, true, false, true, false],
    );
  });
});
