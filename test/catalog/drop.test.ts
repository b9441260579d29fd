import assert from "node:assert/strict";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { columnsOf, constraintsOf, eventsOf, ownTables, policiesOf, replayed, tableOf } from "./history.ts";

const LINKED = `
  create type kind as enum ('a');
  create function mine(u uuid) returns boolean language sql stable as 'select true';
  create table teams (id int primary key, owner uuid);
  create table tasks (team_id int references teams, who uuid, kind kind, kind_text text);
  create policy own on tasks using (mine(who));
  create policy team on tasks using (exists (select 1 from teams t where t.id = tasks.team_id and t.owner = auth.uid()));
  create policy cast_kind on tasks using (kind_text::kind = 'a');
  create policy teams_own on teams using (owner = auth.uid());
  create view v as select * from teams;
  create view vv as select id from v;
`;

describe("a drop in a replay", () => {
  before(loadGrammar);

  const blocked: [string, string, string][] = [
    ["a function", "drop function mine(uuid)", "drop-blocked public.tasks/own: function public.mine(uuid)"],
    ["a table", "drop table teams", "drop-blocked public.tasks/team: table public.teams"],
    [
      "a column of another table",
      "drop view vv; drop view v; alter table teams drop column id",
      "drop-blocked public.tasks/team: column public.teams.id",
    ],
    [
      "its own column",
      "alter table tasks drop column who",
      "drop-blocked public.tasks/own: column public.tasks.who",
    ],
    ["a type", "drop type kind", "drop-blocked public.tasks/cast_kind: type public.kind"],
  ];
  for (const [what, sql, event] of blocked)
    it(`of ${what} that a policy uses does not happen, and is told`, () => {
      const catalog = replayed(LINKED, sql);
      assert.deepEqual(eventsOf(catalog), [event]);
      assert.deepEqual(policiesOf(catalog, "public.tasks"), ["own", "team", "cast_kind"]);
      assert.ok(catalog.functions.has("public.mine") && catalog.types.has("public.kind"));
      assert.ok(columnsOf(catalog, "public.tasks").includes("who uuid"));
    });

  it("of a column's type that a policy uses is told too", () => {
    const catalog = replayed(LINKED, "alter table tasks alter column who type text");
    assert.deepEqual(eventsOf(catalog), ["drop-blocked public.tasks/own: column public.tasks.who"]);
    assert.ok(columnsOf(catalog, "public.tasks").includes("who uuid"));
  });

  it("with CASCADE takes policies along", () => {
    const catalog = replayed(
      LINKED,
      "drop function mine(uuid) cascade; drop table teams cascade; drop type kind cascade",
    );
    assert.deepEqual(eventsOf(catalog), [
      "policy-cascaded public.tasks/own: function public.mine(uuid)",
      "policy-cascaded public.tasks/team: table public.teams",
      "table-dropped public.teams",
      "policy-cascaded public.tasks/cast_kind: type public.kind",
    ]);
    assert.deepEqual([policiesOf(catalog, "public.tasks"), constraintsOf(catalog, "public.tasks")], [[], []]);
    assert.deepEqual(columnsOf(catalog, "public.tasks"), ["team_id int4", "who uuid", "kind_text text"]);
    assert.deepEqual(
      [...catalog.views.values()].filter(({ platform }) => !platform),
      [],
    );
  });

  it("of several objects sees what goes with it", () => {
    const catalog = replayed(LINKED, "drop view v, vv; drop table tasks, teams");
    assert.deepEqual(ownTables(catalog), []);
    assert.deepEqual(eventsOf(catalog), ["table-dropped public.tasks", "table-dropped public.teams"]);
  });

  it("of the policies in the way makes room", () => {
    const catalog = replayed(
      LINKED,
      "drop policy own on tasks; drop policy if exists team on public.tasks; drop function mine; drop policy nope on tasks; drop policy if exists tean on tasks",
    );
    assert.deepEqual(eventsOf(catalog), [
      "policy-dropped public.tasks/own",
      "policy-dropped public.tasks/team",
      "policy-unknown public.tasks/nope",
      "policy-unknown public.tasks/tean",
    ]);
    assert.equal(catalog.functions.has("public.mine"), false);
  });

  it("of a schema goes for everything in it, or for nothing", () => {
    const setup =
      "create schema s; create table s.t (id int); create function s.f() returns bool language sql as 'select true'; create table u (id int); create policy p on u using (s.f())";
    assert.ok(replayed(setup, "drop schema s").schemas.has("s"));
    const catalog = replayed(setup, "drop schema s cascade");
    assert.deepEqual([ownTables(catalog), policiesOf(catalog, "public.u")], [["public.u"], []]);
    assert.deepEqual(eventsOf(catalog), ["table-dropped s.t", "policy-cascaded public.u/p: function s.f()"]);
  });

  it("of a key goes with the foreign keys that need it only under CASCADE", () => {
    const setup = "create table a (id int primary key); create table b (a_id int references a);";
    assert.deepEqual(constraintsOf(replayed(`${setup} alter table a drop constraint a_pkey`), "public.a"), [
      "a_pkey",
    ]);
    const catalog = replayed(`${setup} alter table a drop constraint a_pkey cascade`);
    assert.deepEqual([constraintsOf(catalog, "public.a"), constraintsOf(catalog, "public.b")], [[], []]);
    assert.equal(tableOf(catalog, "public.a").columns.get("id")?.primaryKey, false);
  });

  it("of a table takes partitions along, and heirs only under CASCADE", () => {
    const setup =
      "create table p (id int) partition by hash (id); create table p1 partition of p for values with (modulus 1, remainder 0); create table base (a int); create table kid () inherits (base);";
    assert.deepEqual(ownTables(replayed(`${setup} drop table p; drop table base`)), [
      "public.base",
      "public.kid",
    ]);
    assert.deepEqual(ownTables(replayed(`${setup} drop table p; drop table base cascade`)), []);
  });
});
