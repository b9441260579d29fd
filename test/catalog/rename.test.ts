import assert from "node:assert/strict";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { findMeaning } from "../../src/catalog/resolve/resolve.ts";
import type { Expr } from "../../src/source/sql/expression.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { visitExpr } from "../../src/source/sql/walk.ts";
import {
  columnsOf,
  constraintsOf,
  eventsOf,
  ownTables,
  policiesOf,
  policyOf,
  replayed,
  tableOf,
} from "./history.ts";

/** The names an expression says: columns, tables in FROM, calls and casts. */
function namesIn(expr: Expr): string[] {
  const names: string[] = [];
  visitExpr(expr, {
    expr: (each) => {
      if (each.kind === "column") names.push(each.path.join("."));
      if (each.kind === "call") names.push(`${each.name.join(".")}()`);
      if (each.kind === "cast")
        names.push(`::${[each.type.schema, each.type.name].filter(Boolean).join(".")}`);
    },
    from: (item) => {
      if (item.kind === "table") names.push([item.name.schema, item.name.name].filter(Boolean).join("."));
    },
  });
  return names.sort();
}

/** Problems of a policy in the finished catalog: none, if renaming kept its meaning. */
const problemsOf = (catalog: Catalog, key: string, name: string): string[] => {
  const policy = policyOf(catalog, key, name);
  return findMeaning(catalog, tableOf(catalog, key), policy.using!).problems.map(({ message }) => message);
};

const TWO_TABLES = `
  create type kind as enum ('a', 'b');
  create function mine(u uuid) returns boolean language sql stable as 'select true';
  create table t (id int primary key, owner uuid, kind kind);
  create table u (t_id int references t, who uuid);
  create policy p on t using (owner = auth.uid() and kind = 'a'::kind and mine(owner));
  create policy q on u using (exists (select 1 from t where t.id = u.t_id and t.owner = auth.uid()));
  create view v as select id, owner from t;
`;

describe("a rename in a replay", () => {
  before(loadGrammar);

  it("of a column keeps policies, keys and foreign keys that name it", () => {
    const catalog = replayed(
      TWO_TABLES,
      "alter table t rename owner to owner_id; alter table t rename column id to key; alter table u rename who to whom",
    );
    assert.deepEqual(columnsOf(catalog, "public.t"), [
      "key int4 not null",
      "owner_id uuid",
      "kind public.kind",
    ]);
    assert.deepEqual(tableOf(catalog, "public.u").constraints[0]?.references?.columns, ["key"]);
    assert.deepEqual(namesIn(policyOf(catalog, "public.u", "q").using!.expr), [
      "auth.uid()",
      "t",
      "t.key",
      "t.owner_id",
      "u.t_id",
    ]);
    assert.deepEqual(problemsOf(catalog, "public.t", "p").concat(problemsOf(catalog, "public.u", "q")), []);
    assert.equal(
      policyOf(catalog, "public.t", "p").using?.text,
      "owner = auth.uid() and kind = 'a'::kind and mine(owner)",
    );
    assert.deepEqual(
      catalog.views.get("public.v")?.columns,
      ["id", "owner"],
      "a view keeps the names of its columns",
    );
  });

  it("of a table, or a move to another schema, keeps what refers to it", () => {
    const catalog = replayed(
      TWO_TABLES,
      "create schema app; alter table t rename to things; alter table things set schema app",
    );
    assert.deepEqual(ownTables(catalog).sort(), ["app.things", "public.u"]);
    assert.equal(tableOf(catalog, "public.u").constraints[0]?.references?.table, "app.things");
    assert.deepEqual(namesIn(policyOf(catalog, "public.u", "q").using!.expr), [
      "app.things",
      "auth.uid()",
      "things.id",
      "things.owner",
      "u.t_id",
    ]);
    assert.deepEqual(problemsOf(catalog, "app.things", "p").concat(problemsOf(catalog, "public.u", "q")), []);
    const moved = policyOf(catalog, "app.things", "p");
    assert.deepEqual([moved.schema, moved.table], ["app", "things"]);
    assert.deepEqual(
      tableOf(catalog, "app.things").indexes.map(({ schema }) => schema),
      ["app"],
    );
  });

  it("of an index is of the one in the schema that its table was moved to", () => {
    const catalog = replayed(
      "create schema app; create table t (id int primary key); alter table t set schema app; alter index app.t_pkey rename to t_key; create table t (id int primary key)",
    );
    assert.deepEqual(
      ["app.t", "public.t"].map((key) => tableOf(catalog, key).indexes.map(({ name }) => name)),
      [["t_key"], ["t_pkey"]],
    );
  });

  it("of a function or a type keeps the policies that use it", () => {
    const catalog = replayed(
      TWO_TABLES,
      "create schema app; alter function mine(uuid) rename to is_mine; alter function is_mine set schema app; alter type kind rename to sort_of",
    );
    assert.deepEqual(namesIn(policyOf(catalog, "public.t", "p").using!.expr), [
      "::public.sort_of",
      "app.is_mine()",
      "auth.uid()",
      "kind",
      "owner",
      "owner",
    ]);
    assert.equal(tableOf(catalog, "public.t").columns.get("kind")?.type.name, "public.sort_of");
    assert.deepEqual(problemsOf(catalog, "public.t", "p"), []);
  });

  it("of a schema moves everything in it", () => {
    const catalog = replayed(
      "create schema app; create type app.kind as enum ('a'); create function app.ok() returns bool language sql as 'select true'; create table app.t (k app.kind); create table u (id int); create policy p on u using (app.ok() and exists (select from app.t where t.k = 'a'::app.kind)); create view app.v as select * from app.t",
      "alter schema app rename to core",
    );
    assert.deepEqual(ownTables(catalog), ["public.u", "core.t"]);
    assert.deepEqual(
      [...catalog.functions.keys(), ...catalog.types.keys(), ...catalog.views.keys()].filter((key) =>
        /^(app|core)\./.test(key),
      ),
      ["core.ok", "core.kind", "core.v"],
    );
    assert.deepEqual(problemsOf(catalog, "public.u", "p"), []);
  });

  it("of constraints, indexes and policies", () => {
    const catalog = replayed(
      TWO_TABLES,
      "alter table t rename constraint t_pkey to t_key; alter policy p on t rename to owners; create index i on u (who); alter index i rename to u_who",
    );
    assert.deepEqual(
      [constraintsOf(catalog, "public.t"), policiesOf(catalog, "public.t")],
      [["t_key"], ["owners"]],
    );
    assert.deepEqual(
      tableOf(catalog, "public.u").indexes.map(({ name }) => name),
      ["u_who"],
    );
    assert.deepEqual(eventsOf(catalog), ["policy-changed public.t/p"]);
  });

  it("of a role follows it into grants, policies and memberships", () => {
    const catalog = replayed(
      "create role reader; create role app in role reader; create table t (id int); grant select on t to reader; create policy p on t to reader using (true)",
      "alter role reader rename to viewer",
    );
    assert.deepEqual(policyOf(catalog, "public.t", "p").roles, ["viewer"]);
    assert.ok(tableOf(catalog, "public.t").grants.some(({ role }) => role === "viewer"));
    assert.deepEqual(
      catalog.roles.get("app")?.memberOf.map(({ role }) => role),
      ["viewer"],
    );
  });

  it("to a name that is taken changes nothing", () => {
    const catalog = replayed(
      "create table a (x int, y int); create table b (z int); alter table a rename to b; alter table a rename x to y",
    );
    assert.deepEqual(
      [ownTables(catalog), columnsOf(catalog, "public.a")],
      [
        ["public.a", "public.b"],
        ["x int4", "y int4"],
      ],
    );
  });
});
