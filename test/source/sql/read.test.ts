import assert from "node:assert/strict";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";
import { readShown, type Shown } from "./show.ts";

/** The names of the tables that were read, in order. */
const tables = (text: string): string[] =>
  readShown(text).statements.flatMap((item: Shown) => (item.kind === "create-table" ? [item.name.name] : []));

const said = (items: Shown[]): [string, string][] => items.map(({ span, message }) => [span, message]);

const NEIGHBOURS = (middle: string): string =>
  `create table a (id int);\n${middle}\ncreate table z (id int);\n`;

describe("reading a file of SQL", () => {
  before(loadGrammar);

  it("has nothing to say of empty files", () => {
    for (const text of ["", " \n", "-- only a comment", "/* and another */", ";;"]) {
      const { statements, errors, notes } = readShown(text);
      assert.deepEqual([statements, errors, notes], [[], [], []]);
    }
  });

  it("reports every broken statement once, at the word the grammar stopped at", () => {
    const text = NEIGHBOURS("create tabel b (id int);\n-- é😀\nselect 'ü😀' frm x y;\ninsert into;");
    assert.deepEqual(tables(text), ["a", "z"]);
    assert.deepEqual(said(readShown(text).errors), [
      ["tabel", `PostgreSQL's grammar refuses this: syntax error at or near "tabel".`],
      ["x", `PostgreSQL's grammar refuses this: syntax error at or near "x".`],
      ["into", "PostgreSQL's grammar refuses this: syntax error at end of input."],
    ]);
  });

  it("says what to do where the text tells", () => {
    const refusal = "PostgreSQL's grammar refuses this: syntax error at";
    const CASES: [string, string, string][] = [
      ["create table b (\n  id int,\n);", ")", `or near ")"; delete the comma before it`],
      ["create table b (\n  id int;", "int", "end of input; close the ( in line 2"],
      ["create table b (id int check (id > 0);", ")", "end of input; close the ( in line 2"],
      ["select array[1, 2;", "2", "end of input; close the [ in line 2"],
      ["create tabel b (id int;", "tabel", `or near "tabel"`],
    ];
    for (const [middle, place, message] of CASES)
      assert.deepEqual(said(readShown(NEIGHBOURS(middle)).errors), [[place, `${refusal} ${message}.`]]);
  });

  it("reads both statements where the semicolon between them is missing", () => {
    const text = "create table a (id int)\ncreate table b (id int);\ncreate table c (id int);";
    assert.deepEqual(tables(text), ["a", "b", "c"]);
    assert.deepEqual(said(readShown(text).errors), [
      [
        "create",
        `PostgreSQL's grammar refuses this: syntax error at or near "create"; end the statement before it with a semicolon.`,
      ],
    ]);
  });

  const TEXT_ENDS = "The text that begins here is never closed: end it with ";
  const OPEN: [string, string, string, string][] = [
    [
      "a string",
      "insert into a values ('x);",
      "'x);",
      `${TEXT_ENDS}', and write '' for each ' within a text.`,
    ],
    [
      "a name",
      'alter table "a add b int;',
      '"a add b int;',
      'The name that begins here is never closed: end it with ".',
    ],
    ["a dollar quote", "do $$ begin null; end;", "$$ begin null; end;", `${TEXT_ENDS}$$.`],
    ["a dollar quote with a name", "do $x$ begin end $$;", "$x$ begin end $$;", `${TEXT_ENDS}$x$.`],
  ];
  for (const [what, middle, place, message] of OPEN) {
    it(`goes on behind ${what} that is never closed`, () => {
      const text = `${NEIGHBOURS(middle)}create table q (t text default 'it', "n" int); do $$ begin null; end $$;`;
      assert.deepEqual(tables(text), ["a", "z", "q"]);
      assert.deepEqual(said(readShown(text).errors), [[place, message]]);
    });

    it(`says the same of ${what} that is the last thing in the file`, () => {
      const text = `create table a (id int);\n${middle}`;
      assert.deepEqual(said(readShown(text).errors), [[place, message]]);
    });
  }

  it("goes on behind a comment that is never closed", () => {
    const text = "create table a (id int);\n/* open\n create table b (id int);\ncreate table z (id int);";
    assert.deepEqual(tables(text), ["a", "z"]);
    assert.deepEqual(said(readShown(text).errors), [
      ["/*", "The comment that begins here is never closed: end it with */."],
    ]);
  });

  it("stops reading on where everything is open", () => {
    const text = "select 'a;\ncreate table x (id int);\n".repeat(501);
    assert.ok(readShown(text).errors.length <= 60);
  });

  it("takes a byte order mark, CRLF and NUL", () => {
    assert.deepEqual(tables("\ufeffcreate table a (id int);\r\n\0create table\0b (id int);\r\n"), ["a", "b"]);
    const [only, ...more] = readShown("\ufeffcreate table a (id int);\r\n\0\0").errors;
    assert.match(only.message, /NUL byte/);
    assert.deepEqual(more, []);
  });

  it("passes over what is psql's, with a word", () => {
    const text = NEIGHBOURS(`\\restrict x\n\\set name 'it\nCOPY a (b) FROM stdin;\n1\tit's;\n\\.\n
create table :schema.b (id int);\nselect :'name';\n\\set other`);
    assert.deepEqual(tables(text), ["a", "z"]);
    const { errors, notes } = readShown(text);
    assert.deepEqual(errors, []);
    assert.deepEqual(said(notes), [
      ["\\set name 'it", "\\set is a command of psql and was not followed."],
      ["1\tit's;\n\\.", "The rows of this COPY are data and were not read."],
      [":schema", ":schema is a variable of psql; the statement that uses it was left out."],
      [":'name'", ":'name' is a variable of psql; the statement that uses it was left out."],
    ]);
  });

  it("passes over statements with a template's placeholders", () => {
    const text =
      'create table {{ .Schema }}.a (id int); drop table ${NAME}; create index on /* SCHEMA */."a" (id);';
    const { errors, notes } = readShown(text);
    assert.deepEqual(errors, []);
    assert.equal(notes.length, 3);
    assert.equal(said(notes)[2]![0], "/* SCHEMA */");
  });

  it("leaves out one statement that is nested too deeply, and reads the others", () => {
    const chain = `select ${Array(10_000).fill("1").join(" + ")};`;
    const brackets = `select ${"(".repeat(10_000)}1${")".repeat(10_000)};`;
    for (const middle of [
      chain,
      brackets,
      `create policy p on a using (${"not (".repeat(3000)}x${")".repeat(3000)});`,
    ]) {
      assert.deepEqual(tables(NEIGHBOURS(middle)), ["a", "z"]);
      const { errors } = readShown(NEIGHBOURS(middle));
      assert.equal(errors.length, 1);
      assert.match(errors[0].message, /left out.*nested too deeply.*: split it, or write a long chain/);
    }
  });

  it("reads a policy of 10,000 alternatives", () => {
    const text = `create policy p on t using (${Array(10_000).fill("a = 1").join(" or ")});`;
    const [policy] = readSql({ path: "wide.sql", text }).statements;
    assert.ok(policy?.kind === "create-policy" && policy.using?.expr.kind === "or");
    assert.equal(policy.using.expr.args.length, 10_000);
  });

  it("reads the beginning of an INSERT of megabytes", () => {
    const rows = Array(60_000).fill("(1, 'some text; with semicolons')").join(",\n");
    const { statements, errors, notes } = readShown(
      NEIGHBOURS(`insert into t (a, b) values ${rows} on conflict do nothing;`),
    );
    assert.deepEqual(
      statements.map(({ kind }: Shown) => kind),
      ["create-table", "insert", "create-table"],
    );
    assert.deepEqual(
      [statements[1].rows.length, statements[1].complete, statements[1].onConflict],
      [200, false, "nothing"],
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(said(notes), [
      ["insert into t", "Of this INSERT of 2 MB only the first 1000 rows were read."],
    ]);
  });

  it("reads the beginning of a dump's INSERTs, and everything else in it", () => {
    const inserts =
      "INSERT INTO public.t VALUES (1, 'some text that makes the row a little longer', NULL);\n".repeat(
        60_000,
      );
    const { statements, notes } = readShown(NEIGHBOURS(inserts));
    assert.ok(statements.length > 1000 && statements.length < 10_000);
    assert.equal(statements.at(-1).name.name, "z");
    assert.deepEqual(said(notes), [
      ["INSERT INTO public.t", "From here on, the rows inserted into public.t are data and were not read."],
    ]);
  });

  it("says that a statement of megabytes that is no INSERT was left out", () => {
    const text = NEIGHBOURS(`select '${"x".repeat(2_000_000)}';`);
    assert.deepEqual(tables(text), ["a", "z"]);
    assert.match(
      readShown(text).notes[0].message,
      /SELECT statement of 2 MB is too long to be read; it was left out/,
    );
  });

  it("reads a long file in pieces without losing a place", () => {
    const one = (n: number) => `create table "t${n}é" (id int default ${n}); -- it's\n`;
    const text = Array.from({ length: 6000 }, (_, n) => one(n)).join("");
    const { statements, errors } = readShown(text);
    assert.deepEqual(errors, []);
    assert.equal(statements.length, 6000);
    for (const [n, { name }] of statements.entries()) assert.equal(name.span, `"t${n}é"`);
  });

  it("finds suppressions in comments, not in strings", () => {
    const { directives } = readShown(`-- rowguard-ignore a: because
      --rowguard-ignore-file b
      select '-- rowguard-ignore c', "/* rowguard-ignore d */"; /* rowguard-ignore e: so */
      do $$ begin null; -- rowguard-ignore f
      end $$; -- not rowguard-ignore g`);
    assert.deepEqual(directives, [
      { text: "rowguard-ignore a: because", span: "-- rowguard-ignore a: because" },
      { text: "rowguard-ignore-file b", span: "--rowguard-ignore-file b" },
      { text: "rowguard-ignore e: so", span: "/* rowguard-ignore e: so */" },
      { text: "rowguard-ignore f", span: "-- rowguard-ignore f" },
    ]);
  });
});
