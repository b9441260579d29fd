import assert from "node:assert/strict";
import type { Catalog } from "../../src/catalog/catalog.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { apply, beginPlain, eventsOf, replayed, tableOf } from "./history.ts";

const bucketsOf = (catalog: Catalog) =>
  [...catalog.buckets.values()].map(({ id, public: open }) => `${id} ${open}`);
const published = (catalog: Catalog, name = "supabase_realtime") => [
  ...(catalog.publications.get(name)?.tables.keys() ?? []),
];

describe("storage buckets in a replay", () => {
  before(loadGrammar);

  it("are rows", () => {
    const catalog = replayed(
      `insert into storage.buckets (id, name, public) values ('a', 'a', true), ('b', 'b', false);
       insert into storage.buckets (id, name) values ('c', 'c') on conflict do nothing;
       insert into storage.buckets select 'whole', 'row';
       insert into storage.buckets (id, name, public) select 'd', 'd', true where not exists (select 1 from storage.buckets where id = 'd');
       insert into storage.buckets (id, name, public) select * from (values ('e', 'e', current_setting('x')::bool)) v;
       insert into buckets (id) values ('not one')`,
      `insert into storage.buckets (id, name, public) values ('a', 'a', false) on conflict (id) do update set public = excluded.public;
       insert into storage.buckets (id, name, public) values ('b', 'b', true) on conflict do nothing;
       update storage.buckets set public = true where id = 'c'; delete from storage.buckets where name = 'row'; delete from storage.buckets where id > 'a'`,
    );
    assert.deepEqual(bucketsOf(catalog), ["a false", "b false", "c true", "d true", "e undefined"]);
    assert.equal(catalog.buckets.get("a")?.changed.length, 1);
  });

  it("are made by a function where a project has one", () => {
    const catalog = replayed(
      "select storage.create_bucket('a'); select storage.create_bucket(id => 'b'), other.create_bucket('c'), storage.create_bucket(current_user)",
    );
    assert.deepEqual(bucketsOf(catalog), ["a undefined", "b undefined"]);
  });

  it("are nowhere but on a platform that has them", () => {
    const catalog = apply(
      beginPlain(),
      "create schema storage; create table storage.buckets (id text, name text); insert into storage.buckets values ('a', 'a')",
    ).snapshot();
    assert.equal(catalog.buckets.size, 0);
  });
});

describe("publications in a replay", () => {
  before(loadGrammar);

  it("follow their tables", () => {
    const setup =
      "create table a (id int); create table b (id int); alter publication supabase_realtime add table a, b, only public.a;";
    assert.deepEqual(published(replayed(setup)), ["public.a", "public.b"]);
    assert.deepEqual(published(replayed(setup, "alter table b rename to bb; drop table a")), ["public.bb"]);
    assert.deepEqual(published(replayed(setup, "alter publication supabase_realtime drop table a")), [
      "public.b",
    ]);
    assert.deepEqual(published(replayed(setup, "alter publication supabase_realtime set table a")), [
      "public.a",
    ]);
    const again = replayed(
      setup,
      "begin; drop publication if exists supabase_realtime; create publication supabase_realtime; commit; alter publication supabase_realtime add table b",
    );
    assert.deepEqual(published(again), ["public.b"]);
    assert.equal(again.publications.get("supabase_realtime")?.platform, false);
  });

  it("name the table that was meant", () => {
    const catalog = replayed(
      "create table notifications (id int); alter publication supabase_realtime add table notification; create publication all_of_it for all tables; create publication schemas for tables in schema public, current_schema",
    );
    assert.deepEqual(eventsOf(catalog), [
      "target-unknown alter publication public.notification, near notifications",
    ]);
    assert.deepEqual(
      [catalog.publications.get("all_of_it")?.allTables, catalog.publications.get("schemas")?.schemas],
      [true, ["public", "public"]],
    );
  });

  it("send what the replica identity says", () => {
    const catalog = replayed(
      "create table a (id int); alter table a replica identity full; create table b (id int)",
    );
    assert.deepEqual(
      [tableOf(catalog, "public.a").replicaIdentity, tableOf(catalog, "public.b").replicaIdentity],
      ["full", "default"],
    );
  });
});
