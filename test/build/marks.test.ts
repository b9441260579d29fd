import { strict as assert } from "node:assert";
import { readFixture } from "../../src/build/fixture.ts";
import { readMarks, writeMarks } from "../../src/build/marks.ts";

describe("marks", () => {
  it("stand below the code they speak of, bare where a comment sign does not fit", () => {
    const marked = [
      "create table t (id uuid);",
      "^^^^^^ At the start.",
      "--           ^ warning: In the middle.",
      "select 1;",
      "",
    ].join("\n");
    const { text, marks } = readMarks(marked);
    assert.equal(text, "create table t (id uuid);\nselect 1;\n");
    assert.deepEqual(marks, [
      { start: 0, end: 6, message: "At the start." },
      { start: 13, end: 14, message: "In the middle.", severity: "warning" },
    ]);
    assert.equal(writeMarks(text, marks, "--"), marked);
  });

  it("cover several lines between an opening and a closing mark", () => {
    const marked = [
      "create table t (",
      "^^^^^^^^^^^^^^^^… Too long.",
      "  id uuid",
      ");",
      "^",
      "select 1;",
    ].join("\n");
    const { text, marks } = readMarks(marked);
    assert.deepEqual(marks, [{ start: 0, end: text.indexOf(";"), message: "Too long." }]);
    assert.equal(text.slice(0, marks[0]!.end), "create table t (\n  id uuid\n)");
    assert.equal(writeMarks(text, marks, "--"), marked);
  });

  it("are empty places too", () => {
    const marked = "x\n| Nothing here.";
    const { text, marks } = readMarks(marked);
    assert.deepEqual(marks, [{ start: 0, end: 0, message: "Nothing here." }]);
    assert.equal(writeMarks(text, marks, "//"), marked);
  });

  it("leave code alone that has carets of its own", () => {
    const text = "const a = b ^ c;\nconst d = `^^`;";
    assert.deepEqual(readMarks(text), { text, marks: [] });
  });
});

describe("readFixture", () => {
  it("takes headings for tests and fences for files, with their exact text and place", () => {
    const text =
      "# rule\n\n## One\n\nWhy.\n\n```sql\nselect 1;\n```\n\n```fixed\nselect 2;\n```\n\n## Two\n\n```ts lib/a b.ts\nx\n```\n";
    const { tests } = readFixture("rule.md", text);
    assert.deepEqual(
      tests.map(({ title, blocks }) => [title, blocks.map(({ role, path, text }) => [role, path, text])]),
      [
        [
          "One",
          [
            ["file", "supabase/migrations/20240101000000_init.sql", "select 1;\n"],
            ["fixed", "supabase/migrations/20240101000000_init.sql", "select 2;\n"],
          ],
        ],
        ["Two", [["file", "lib/a b.ts", "x\n"]]],
      ],
    );
    for (const block of tests.flatMap(({ blocks }) => blocks))
      assert.equal(text.slice(block.start, block.end), block.text);
  });
});
