import assert from "node:assert/strict";
import { type Recognised, recogniseSql } from "../../../src/source/sql/recognise.ts";

const recognise = (text: string): Recognised => recogniseSql({ path: "some.sql", text });
const kind = (text: string): string => recognise(text).kind;

describe("what a file of SQL is", () => {
  it("PostgreSQL's, where nothing says otherwise", () => {
    for (const text of [
      "create table t (id int, engine text, autoincrement int, unsigned int); -- ENGINE = InnoDB `x`",
      "insert into mails values ('Dear {{ name }}, ${sum} :x @y', '`code` [a]');",
      "select a[1:2], b::int, c @> d, x->>'{{', j @? '$.a', t.a from t where a @@ b;",
      "create function f() returns int language plpgsql as $$ begin return :x; {{ }} `y` end $$;",
      "select 1; \\restrict abc",
    ])
      assert.equal(kind(text), "postgres", text);
  });

  it("empty, where it holds no statement", () => {
    assert.deepEqual(recognise("-- nothing yet\n"), { kind: "empty", why: "It holds no statement." });
  });

  const DIALECTS: [string, string][] = [
    ["MySQL", "create table t (id int auto_increment primary key) engine = InnoDB;"],
    ["MySQL or SQLite", "CREATE TABLE `users` (`id` integer PRIMARY KEY);"],
    ["ClickHouse", "create table t (a Nullable(String)) engine = ReplacingMergeTree() order by a;"],
    ["ClickHouse", "ALTER TABLE t ON CLUSTER default ADD COLUMN x String;"],
    ["MySQL or ClickHouse", "alter table t add index i a type bloom_filter granularity 1;"],
    ["SQLite", "create table t (id integer primary key autoincrement);"],
    ["SQLite", "PRAGMA foreign_keys=OFF;"],
    ["SQLite", "create table user (id text primary key, made integer not null default (unixepoch()));"],
    ["SQLite", "create table t (id text primary key, made text default (strftime('%s', 'now')));"],
    ["SQLite", "create table t (id text primary key, made text default (datetime('now')));"],
    ["SQL Server", "CREATE TABLE [dbo].[t] (id uniqueidentifier);"],
    ["SQL Server", "create table t (a nvarchar(50));"],
    ["Oracle", "create table t (a varchar2(50));"],
  ];
  for (const [name, text] of DIALECTS) {
    it(`${name}: ${text}`, () => {
      assert.equal(kind(text), "dialect");
      assert.ok(recognise(text).why.startsWith(`It is written for ${name}: `), recognise(text).why);
    });
  }

  const TEMPLATES = [
    "create table {{ .Namespace }}.t (a int);",
    'create table "{{ index .Options "Namespace" }}".t (a int);',
    "{% if x %} select 1; {% endif %}",
    "create function @extschema@.f() returns int language sql as 'select 1';",
    "create table ${SCHEMA}.t (a int);",
  ];
  for (const text of TEMPLATES) it(`a template: ${text}`, () => assert.equal(kind(text), "template"));

  it("a script for psql, where it includes files or fills in variables", () => {
    for (const text of [
      "\\ir other.sql",
      "\\set x 1\nselect 1;",
      "select :'name';",
      "create table :schema.t ();",
      "select 1 \\gexec",
    ])
      assert.equal(kind(text), "psql", text);
  });

  it("a dump, with rows or without", () => {
    const header = "--\n-- PostgreSQL database dump\n--\nSET statement_timeout = 0;\n";
    const create = "create table t (a int);\n";
    const rows = "COPY public.t (a) FROM stdin;\n1\n\\.\n";
    assert.deepEqual(recognise(header + create), {
      kind: "dump",
      why: "It is a dump made by pg_dump, without rows.",
      hasData: false,
    });
    assert.deepEqual(recognise(header + create + rows).hasData, true);
    assert.deepEqual(recognise(create + rows).kind, "dump");
    assert.deepEqual(recognise(`${header}${create.repeat(20_000)}${rows}`).hasData, true);
  });

  it("a dump by its settings, as supabase db dump leaves them", () => {
    const text =
      "\n\nSET statement_timeout = 0;\nSET lock_timeout = 0;\nSET client_encoding = 'UTF8';\n\ncreate table t ();";
    assert.deepEqual(recognise(text), {
      kind: "dump",
      why: "It is a dump made by pg_dump, without rows.",
      hasData: false,
    });
  });

  it("binary, where it holds bytes no text has; one NUL is an accident", () => {
    assert.equal(kind("s\0e\0l\0e\0c\0t\0 \x001\0;\0"), "binary");
    assert.equal(kind("PK\u0003\u0004\u0014\0\0\0\u0008\0\ufffd\ufffd\u0001"), "binary");
    assert.equal(kind("create table t (id int);\0 create table u (id int);"), "postgres");
  });
});
