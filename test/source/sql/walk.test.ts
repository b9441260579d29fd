import assert from "node:assert/strict";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readExpression, readQueries } from "../../../src/source/sql/read-text.ts";
import { callsOf, columnsOf, queriesOf, tablesOf, visitExpr } from "../../../src/source/sql/walk.ts";

describe("walking through expressions and queries", () => {
  before(loadGrammar);

  const expr = () =>
    readExpression(`a = any (b) and case when c then f(d, x => e) else coalesce(g, h::text) end is null
      and i in (select j from s.k join lateral fn(l) as n on m = o where exists (select 1 from p)) and (q).r[t] between u and v`)!;
  const names = (columns: readonly { path: readonly string[] }[]) =>
    columns.map(({ path }) => path.join("."));

  it("meets every column, or those outside sub-queries", () => {
    assert.deepEqual(names(columnsOf(expr())).sort(), "a b c d e g h i j l m o q t u v".split(" "));
    assert.deepEqual(names(columnsOf(expr(), false)).sort(), "a b c d e g h i q t u v".split(" "));
  });

  it("meets every call, query and table", () => {
    assert.deepEqual(
      callsOf(expr()).map(({ name }) => name.join(".")),
      ["f", "fn"],
    );
    assert.equal(queriesOf(expr()).length, 2);
    assert.deepEqual(
      tablesOf(expr()).map(({ name }) => name),
      ["k", "p"],
    );
  });

  it("goes no deeper where the visitor says no", () => {
    const seen: string[] = [];
    visitExpr(expr(), {
      expr: (part) => {
        seen.push(part.kind);
        return part.kind === "and";
      },
    });
    assert.deepEqual(seen, ["and", "operator", "test", "subquery", "between"]);
  });

  it("leaves out the names that WITH defines, and counts the table that is written", () => {
    const [query] = readQueries(
      "with w as (select * from a), x as (delete from b returning 1) insert into c (d) select * from w, x, s.w union select 1 from e",
    );
    assert.deepEqual(
      tablesOf(query!)
        .map(({ schema, name }) => (schema ? `${schema}.${name}` : name))
        .sort(),
      ["a", "b", "c", "e", "s.w"],
    );
  });
});
