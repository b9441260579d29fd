import assert from "node:assert/strict";
import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { Forms, type KnownForms } from "../../../src/source/sql/form/forms.ts";
import { isOfTheGrammar } from "../../../src/source/sql/form/words.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";
import type { SqlSource } from "../../../src/source/sql/statement.ts";

const RUNS = Number(process.env.FUZZ ?? 300);

/** Everything by the grammar. */
const NONE: KnownForms = { treeOf: () => undefined };

const read = (text: string, forms: KnownForms): SqlSource => readSql({ path: "form.sql", text }, forms);

/** Reads a text after others of the same forms: what came of it, and how many of its statements a form was known for. */
function readAfter(before: readonly string[], text: string) {
  const forms = new Forms();
  for (const each of before) read(each, forms);
  let known = 0;
  const treeOf: KnownForms["treeOf"] = (...statement) => {
    const tree = forms.treeOf(...statement);
    if (tree) known++;
    return tree;
  };
  return { source: read(text, { treeOf }), known };
}

/** `$` stands for a name, `?` for a constant. */
const STATEMENTS = [
  `create policy $ on $.$ as restrictive for update to $, authenticated using ($.$ = (select auth.$()) and $ in ('a', ?)) with check (not exists (select 1 from $ m where m.$ = $.$ and m.role = ?));`,
  `create policy "Members read" on $ for select using ((auth.jwt() -> ? ->> 'b') = $::text or coalesce($, false) or $ is not null);`,
  `create policy $ on $ to public with check (current_setting(?, true)::uuid = any (array(select $ from $.$ group by 1 having count(*) > 1)));`,
  `create table if not exists $.$ ($ uuid primary key default $(), $ text not null references $ ($) on delete cascade, $ $.$[], constraint $ check ($ <> ?), foreign key ($) references $ ($, $));`,
  `create table $ ($ int) partition by list ($); create table $ partition of $ for values in (?);`,
  `create unique index concurrently $ on $.$ using gin (lower($), $ desc) include ($) where $ between 1 and 2;`,
  `alter table only $.$ enable row level security, add column $ $ default ? not null, drop constraint $, alter column $ type $ using $::$;`,
  `alter policy $ on $ rename to $; alter policy $ on $ to $ using ($(a => $.$));`,
  `drop policy if exists $ on $.$; drop table $, $ cascade; drop index $;`,
  `create type $.$ as enum (?, 'b'); comment on column $.$.$ is ?;`,
];

const NAMES = [
  "a",
  "Task",
  `"Task"`,
  `"a ""b"""`,
  "naïve",
  `"naïve"`,
  "public",
  `"public"`,
  "none",
  "user",
  `"user"`,
  "x$1",
];
const name = fc.constantFrom(
  ...NAMES,
  "restrictive",
  "list",
  "key",
  "LEVEL",
  "n".repeat(70),
  `"${"é".repeat(30)}"`,
);
const constant = fc.constantFrom(
  "'a'",
  "''",
  "'it''s'",
  "E'a\\'b'",
  "'é 😀'",
  "'a'\n'b'",
  "$$a$$",
  "B'1'",
  "N'a'",
  "null",
);

const statement = fc
  .tuple(fc.constantFrom(...STATEMENTS), fc.infiniteStream(name), fc.infiniteStream(constant))
  .map(([text, names, constants]) =>
    text.replace(/[$?](?![\d$])/g, (hole) => (hole === "$" ? names.next().value! : constants.next().value!)),
  );

describe("statements of one form", () => {
  before(loadGrammar);

  it("are read by the tree of those before them, and as the grammar reads them", () => {
    const before = STATEMENTS.map((text) => text.replaceAll("$", "thing").replaceAll("?", "'text'"));
    for (const [index, text] of STATEMENTS.entries()) {
      let n = 0;
      const other = ` -- a comment\n${text}`.replaceAll("$", () => (n++ % 2 ? `"Name ${n}"` : `name_${n}`));
      const filled = other.replaceAll("?", () => `'constant ${n++}'`);
      const { source, known } = readAfter([before[index]!, before[index]!], filled);
      assert.equal(known, text.split(";").length - 1, text);
      assert.deepEqual(source, read(filled, NONE));
      assert.deepEqual(source.errors, []);
    }
  });

  it("are read as the grammar reads them, whatever they name", () => {
    let met = 0;
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const text = statements.join("\n");
        const { source, known } = readAfter([text, text], text);
        met += known;
        assert.deepEqual(source, read(text, NONE));
      }),
      { numRuns: RUNS },
    );
    assert.ok(met > RUNS, `a form was known for ${met} statements`);
  });

  it("do not share what the grammar sees in a name or a constant", () => {
    const pairs = [
      ["create policy p on t to anon using (true);", "create policy p on t to public using (true);"],
      ["create policy p on t as restrictive using (true);", "create policy p on t as strict using (true);"],
      ["create table t (a int) partition by list (a);", "create table t (a int) partition by lust (a);"],
      ["create policy p on t using (n = 'a');", "create policy p on t using (n'a' = 'a');"],
      ["create policy p on t using (a = 'b');", "create policy p on t using (a = 'b' 'c');"],
      ["create table t (a b);", "create table t (a int);"],
    ] as const;
    for (const [first, second] of pairs)
      assert.deepEqual(readAfter([first, first, first], second).source, read(second, NONE), second);
  });

  it("leave alone what the grammar refuses", () => {
    const text = "create policy p on t using (a = );\ncreate policy q on t using (a = b);";
    const { source, known } = readAfter([text, text], text);
    assert.equal(known, 1);
    assert.equal(source.errors.length, 1);
    assert.deepEqual(source, read(text, NONE));
  });

  it("keep every word of the grammar", async function () {
    this.timeout(60_000);
    const engine = await PGlite.create();
    const { rows } = await engine.query<{ word: string }>("select word from pg_get_keywords()");
    await engine.close();
    assert.ok(rows.length > 400);
    const missing = rows.filter(({ word }) => !isOfTheGrammar(word) || !isOfTheGrammar(word.toUpperCase()));
    assert.deepEqual(missing, []);
  });
});
