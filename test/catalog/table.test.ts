import assert from "node:assert/strict";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import {
  apply,
  begin,
  columnsOf,
  constraintsOf,
  indexesOf,
  ownTables,
  replayed,
  tableOf,
} from "./history.ts";

describe("tables in a replay", () => {
  before(loadGrammar);

  it("have columns with the types PostgreSQL stores", () => {
    const catalog = replayed(`
      create type mood as enum ('good', 'bad');
      create domain email as text;
      create table t (
        id bigint generated always as identity primary key, n smallserial, mood mood, moods mood[], mail email,
        price numeric(10,2), tags varchar(20)[], at timestamp with time zone default now(), whole t2, d double precision
      )`);
    assert.deepEqual(columnsOf(catalog, "public.t"), [
      "id int8 not null",
      "n int2 not null",
      "mood public.mood",
      "moods public.mood[]",
      "mail public.email",
      "price numeric",
      "tags varchar[]",
      "at timestamptz",
      "whole t2",
      "d float8",
    ]);
    const { columns } = tableOf(catalog, "public.t");
    assert.equal(columns.get("mail")?.type.base, "text");
    assert.equal(columns.get("mood")?.type.kind, "enum");
    assert.equal(columns.get("whole")?.type.kind, "unknown");
    assert.deepEqual([columns.get("id")?.identity, columns.get("id")?.primaryKey], [true, true]);
    assert.equal(columns.get("n")?.default?.kind, "call");
  });

  it("stay as they are when created again", () => {
    const catalog = replayed(
      "create table t (id int); create table if not exists t (other text); create table t (x int)",
    );
    assert.deepEqual(columnsOf(catalog, "public.t"), ["id int4"]);
  });

  it("are altered column by column", () => {
    const catalog = replayed(
      "create table t (a int, b text not null, c int default 1)",
      `alter table t add column d uuid not null, add column if not exists a text, drop column if exists zz,
         alter column b drop not null, alter column c drop default, alter column a type bigint using a::bigint;
       alter table t rename column c to cc`,
    );
    assert.deepEqual(columnsOf(catalog, "public.t"), ["a int8", "b text", "cc int4", "d uuid not null"]);
    assert.equal(tableOf(catalog, "public.t").columns.get("cc")?.default, undefined);
    assert.equal(tableOf(catalog, "public.t").changed.length, 2);
  });

  it("get constraints and indexes under the names PostgreSQL gives them", () => {
    const catalog = replayed(`
      create table "Big Table" (
        id serial primary key, a int unique, b int, c text check (length(c) > 2), d int references "Big Table" (id),
        unique (a, b), check (a > b), check (a < 100), unique (id)
      );
      create index on "Big Table" (a, b);
      create index on "Big Table" (a, b);
      create index on "Big Table" (lower(c));
      create index on "Big Table" ((a + b), lower(c));
      create unique index named on "Big Table" (b)`);
    assert.deepEqual(constraintsOf(catalog, "public.Big Table"), [
      "Big Table_a_b_key",
      "Big Table_a_check",
      "Big Table_a_key",
      "Big Table_c_check",
      "Big Table_check",
      "Big Table_d_fkey",
      "Big Table_pkey",
    ]);
    assert.deepEqual(indexesOf(catalog, "public.Big Table"), [
      "Big Table_a_b_idx",
      "Big Table_a_b_idx1",
      "Big Table_a_b_key",
      "Big Table_a_key",
      "Big Table_expr_lower_idx",
      "Big Table_lower_idx",
      "Big Table_pkey",
      "named",
    ]);
  });

  it("cut generated names to 63 bytes", () => {
    const catalog = replayed(`
      create table very_long_table_name_that_goes_on_and_on_until_the_end (
        column_with_a_long_name_number_one int unique, two_ümläüts_are_cöünted_in_bytes_not_in_letters int unique)`);
    assert.deepEqual(indexesOf(catalog, "public.very_long_table_name_that_goes_on_and_on_until_the_end"), [
      "very_long_table_name_that_goe_column_with_a_long_name_numbe_key",
      "very_long_table_name_that_goe_two_ümläüts_are_cöünted__key",
    ]);
  });

  it("keep foreign keys to the primary key where no column is named", () => {
    const catalog = replayed(`
      create table teams (id uuid primary key);
      create table tasks (team_id uuid references teams on delete cascade, foreign key (team_id) references missing (id))`);
    const [first, second] = tableOf(catalog, "public.tasks").constraints;
    assert.deepEqual(first?.references, { table: "public.teams", columns: ["id"], onDelete: "cascade" });
    assert.deepEqual(second?.references, { table: "public.missing", columns: ["id"] });
  });

  it("lose constraints and indexes with a column", () => {
    const catalog = replayed(`
      create table t (a int, b int, unique (a, b), check (a > b), check (b > 0));
      create index on t (a);
      alter table t drop column a`);
    assert.deepEqual(constraintsOf(catalog, "public.t"), ["t_b_check"]);
    assert.deepEqual(indexesOf(catalog, "public.t"), []);
  });

  it("turn an index into a constraint", () => {
    const catalog = replayed(`
      create table t (a int);
      create unique index t_a on t (a);
      alter table t add constraint t_unique unique using index t_a;
      alter table t rename constraint t_unique to t_only`);
    assert.deepEqual(
      [constraintsOf(catalog, "public.t"), indexesOf(catalog, "public.t")],
      [["t_only"], ["t_only"]],
    );
    assert.deepEqual(tableOf(catalog, "public.t").constraints[0]?.columns, ["a"]);
  });

  it("pass columns and checks to their heirs, and keys to partitions", () => {
    const catalog = replayed(`
      create table base (a int check (a > 0), b text not null);
      create table kid (c int) inherits (base);
      alter table base add column z uuid;
      alter table base rename column b to bb;
      create table events (id int, at date, primary key (id, at)) partition by range (at);
      create table events_1 partition of events for values from ('2020-01-01') to ('2021-01-01');
      create index on events (at);
      alter table events add constraint once unique (at, id);
      alter table events enable row level security`);
    assert.deepEqual(columnsOf(catalog, "public.kid"), ["a int4", "bb text not null", "c int4", "z uuid"]);
    assert.deepEqual(constraintsOf(catalog, "public.kid"), ["base_a_check"]);
    assert.deepEqual(tableOf(catalog, "public.kid").inherits, ["public.base"]);
    const partition = tableOf(catalog, "public.events_1");
    assert.deepEqual(indexesOf(catalog, "public.events_1"), [
      "events_1_at_id_key",
      "events_1_at_idx",
      "events_1_pkey",
    ]);
    assert.deepEqual([partition.partitionOf, partition.kind], ["public.events", "ordinary"]);
    assert.equal(tableOf(catalog, "public.events").kind, "partitioned");
    assert.equal(partition.rowSecurity, false, "the switch of a partitioned table is its own");
  });

  it("attach and detach partitions", () => {
    const attached = `
      create table p (id int primary key) partition by hash (id);
      create table p1 (id int not null);
      alter table p attach partition p1 for values with (modulus 1, remainder 0);`;
    assert.equal(tableOf(replayed(attached), "public.p1").partitionOf, "public.p");
    const detached = tableOf(replayed(`${attached} alter table p detach partition p1`), "public.p1");
    assert.deepEqual([detached.partitionOf, detached.inherits], [undefined, []]);
  });

  it("say where their rows were copied from, and that no protection came along", () => {
    const catalog = replayed(`
      create table a (id int primary key, x text);
      alter table a enable row level security;
      create policy p on a using (true);
      create table by_as as select id, upper(x) as y from a;
      create table by_like (like a including all);
      select id into by_into from a`);
    const copies = ["by_as", "by_like", "by_into"].map((name) => tableOf(catalog, `public.${name}`));
    assert.deepEqual(
      copies.map(({ copiedFrom, rowSecurity, policies }) => [
        copiedFrom?.table,
        copiedFrom?.how,
        copiedFrom?.protected,
        rowSecurity,
        policies.size,
      ]),
      [
        ["public.a", "as", true, false, 0],
        ["public.a", "like", true, false, 0],
        ["public.a", "as", true, false, 0],
      ],
    );
    assert.deepEqual(columnsOf(catalog, "public.by_as"), ["id int4", "y text"]);
    assert.deepEqual(indexesOf(catalog, "public.by_like"), ["by_like_pkey"]);
  });

  it("notice a table that takes the name of another", () => {
    const swapped = replayed(`
      create table a (id int);
      alter table a enable row level security;
      create table a_new (like a);
      alter table a rename to a_old;
      alter table a_new rename to a`);
    const { copiedFrom } = tableOf(swapped, "public.a");
    assert.deepEqual(
      [copiedFrom?.how, copiedFrom?.table, copiedFrom?.protected],
      ["swap", "public.a_old", true],
    );
  });

  it("are ignored when temporary, as long as the session lasts", () => {
    const catalog = replayed(
      "create table t (id int); create temp table t (id int); alter table t add column hidden int; drop table t; alter table t add column seen int",
      "create temp table only_here (id int); alter table only_here enable row level security",
    );
    assert.deepEqual(
      [ownTables(catalog), columnsOf(catalog, "public.t")],
      [["public.t"], ["id int4", "seen int4"]],
    );
    assert.deepEqual(catalog.events, []);
  });

  it("that Prisma makes without a model are marked", () => {
    const place = { path: "prisma/schema.prisma", span: { start: 0, end: 3 } };
    const options = {
      implicitTables: new Set(["public._Named"]),
      prismaMigrations: { schema: "public", place },
    };
    const catalog = apply(
      begin(options),
      `create table "_AToB" ("A" int, "B" int); create table "_Named" ("A" int, "B" int); create table _other (id int)`,
    ).snapshot();
    assert.deepEqual(
      [...catalog.tables.values()]
        .filter(({ implicit }) => implicit)
        .map(({ name, made }) => [name, made.path]),
      [
        ["_prisma_migrations", "prisma/schema.prisma"],
        ["_AToB", tableOf(catalog, "public._AToB").made.path],
        ["_Named", tableOf(catalog, "public._Named").made.path],
      ],
    );
  });
});
