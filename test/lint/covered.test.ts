import { strict as assert } from "node:assert";
import { coveredBy } from "../../src/lint/covered.ts";

/** The text that the one comment in it speaks of: `--` or `//` to the end of its line, or one of JSX. */
function covered(text: string, isCode = false): string {
  const match = /(?:--|\/\/).*|\/\*.*?\*\//.exec(text)!;
  const comment = { start: match.index, end: match.index + match[0].length };
  const spans = [...text.matchAll(/create [^;]*;|client\([^)]*\)/g)].map(([part], i, all) => {
    const start = all.slice(0, i).reduce((from, { 0: each }) => text.indexOf(each, from) + each.length, 0);
    const at = text.indexOf(part, start);
    return { span: { start: at, end: at + part.length } };
  });
  const { start, end } = isCode ? coveredBy(text, comment, [], spans) : coveredBy(text, comment, spans, []);
  return text.slice(start, end).trim();
}

describe("what a comment speaks of", () => {
  it("is the next statement", () => {
    assert.equal(
      covered("create table a ();\n-- why\n\ncreate table b (\n);\ncreate table c ();"),
      "create table b (\n);",
    );
  });

  it("is, behind a statement, that one alone", () => {
    assert.equal(
      covered("create table a ();\ncreate table b (); -- why\ncreate table c ();"),
      "create table b ();",
    );
    assert.equal(
      covered("create table a (\n  id int\n);  -- why\r\ncreate table c ();"),
      "create table a (\n  id int\n);",
    );
  });

  it("is, within a statement, the line that it stands on and the next", () => {
    assert.equal(
      covered("create table a ( -- why\n  id int,\n  x int\n);"),
      "create table a ( -- why\n  id int,",
    );
    assert.equal(covered("create table a (\n  -- why\n  id int,\n  x int\n);"), "id int,");
  });

  it("is the next line of code, with the expressions that begin there", () => {
    assert.equal(
      covered("a();\n// why\n// more\nconst c = client(\n  x);\nb();", true),
      "// more\nconst c = client(\n  x)",
    );
    assert.equal(covered("<p>{/* why */}\n  <b />\n</p>", true), "}\n  <b />");
  });

  it("is, behind code, that line alone, and the next where the code goes on", () => {
    assert.equal(covered("a();\nconst c = client(x); // why\nb();", true), "const c = client(x);");
    assert.equal(covered("const c = // why\n  client(x);\nb();", true), "const c = // why\n  client(x);");
    assert.equal(covered("const c = { // why\n  a,\n};", true), "const c = { // why\n  a,");
  });
});
