import assert from "node:assert/strict";
import type { Expr } from "../../../src/source/sql/expression.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readExpression, readQueries } from "../../../src/source/sql/read-text.ts";
import { visitExpr } from "../../../src/source/sql/walk.ts";
import { shown, unplaced } from "./show.ts";

const read = (text: string): Expr => readExpression(text) ?? assert.fail(`not an expression: ${text}`);
const plain = (text: string): unknown => unplaced(read(text));

const EXPRESSIONS = [
  "a",
  `public."Task"."né"`,
  "auth.uid() = owner",
  "(a = b) and (c or not d)",
  "((a)) = (b)",
  "not (a is null) and b is not true and c notnull",
  "a in (1, 2) or b not in ('x')",
  "id in (select team_id from members m where m.user_id = (select auth.uid()))",
  "exists (select 1 from t where t.id = a) is not false",
  "role = any (array['a', 'b']) and x = any ((select array_agg(y) from t)::text[])",
  "(auth.jwt() -> 'app_metadata' ->> 'org')::uuid = org",
  "nullif(current_setting('app.tenant', true), '')::uuid is not distinct from tenant_id",
  "case when a then b when c then d else e end = 1",
  "case x when 1 then 'a' end",
  "coalesce(a, b, 'c') || greatest(1, 2)",
  "a between 1 and 2 + 3",
  "a not between symmetric b and c",
  "name like 'a%' and name not ilike '%b' and name ~ 'c'",
  "cast(a as numeric(10, 2)) > -1.5e3",
  "a::timestamp(3) with time zone at time zone 'utc' < now()",
  "date '2020-01-01' + interval '1 day'",
  "(storage.foldername(name))[1] = (select auth.uid())::text",
  "(r).x.y = row(1, 2)",
  "array[[1, 2], [3, 4]] && b",
  "array(select x from t)",
  "count(distinct x) filter (where y) over (partition by z order by w)",
  "extract(year from d) = 2020 and trim(both ' ' from n) <> ''",
  "f(a => 1, b := 2)",
  "-a + - 1",
  `a collate "C" < b`,
  "current_user = 'x' or current_timestamp(3) > d",
  "$1 = a and a operator(pg_catalog.=) b",
  "x is json object and y is nfc normalized",
  "(a, b) overlaps (c, d)",
  "'é😀' || 'ü' = b",
];

describe("an SQL expression", () => {
  before(loadGrammar);

  for (const text of EXPRESSIONS) {
    it(`stands where its span says, and so do its parts: ${text}`, () => {
      visitExpr(read(text), {
        expr: (part) => {
          const slice = text.slice(part.span.start, part.span.end);
          if (slice.startsWith("[") || part.kind === "constant") return;
          const again = readExpression(slice);
          const inner = again?.kind === "not" && / not in /.test(slice) ? again.arg : again;
          assert.deepEqual(unplaced(inner), unplaced(part), slice);
        },
        query: (query) => {
          const again = readQueries(text.slice(query.span.start, query.span.end))[0];
          assert.deepEqual(unplaced(again), unplaced(query));
        },
      });
    });
  }

  it("is what lies between the brackets, brackets of its own included", () => {
    const text = "((a)) = (b) and (c)";
    const expr = read(text);
    assert.ok(expr.kind === "and");
    assert.equal(shown(expr.span, text), text);
    assert.deepEqual(
      expr.args.map((arg) => shown(arg.span, text)),
      ["((a)) = (b)", "c"],
    );
  });

  it("keeps names as PostgreSQL folds them, and no more", () => {
    assert.deepEqual(plain(`Public."Task".ID`), { kind: "column", path: ["public", "Task", "id"] });
    assert.deepEqual(plain("Auth.UID()"), { kind: "call", name: ["auth", "uid"], args: [] });
    assert.deepEqual(plain("current_user"), { kind: "call", name: ["current_user"], args: [], bare: true });
  });

  it("has built-in types by PostgreSQL's own name", () => {
    assert.deepEqual(plain("a::int[]"), {
      kind: "cast",
      arg: { kind: "column", path: ["a"] },
      type: { name: "int4", array: true },
    });
    assert.deepEqual(plain("a::app.role"), {
      kind: "cast",
      arg: { kind: "column", path: ["a"] },
      type: { schema: "app", name: "role", array: false },
    });
    assert.deepEqual((plain("a::numeric(10,2)") as { type: unknown }).type, {
      name: "numeric",
      modifiers: "10,2",
      array: false,
    });
  });

  it("tells IN a list from IN a query, and ANY of an array from ANY of a query", () => {
    const [a, one] = [plain("a"), plain("1")];
    const query = unplaced(readQueries("select 1")[0]);
    assert.deepEqual(plain("a not in (1)"), { kind: "in", negated: true, left: a, list: [one] });
    assert.deepEqual(plain("a not in (select 1)"), {
      kind: "not",
      arg: { kind: "subquery", form: "any", operator: "=", left: a, query },
    });
    assert.deepEqual(plain("a = any (b)"), {
      kind: "operator",
      name: "=",
      left: a,
      right: plain("b"),
      quantifier: "any",
    });
    assert.deepEqual(plain("a > all (select 1)"), {
      kind: "subquery",
      form: "all",
      operator: ">",
      left: a,
      query,
    });
  });

  it("names what it has no word for, and keeps the parts", () => {
    assert.deepEqual(plain(`a collate "C"`), { kind: "other", what: "collate C", args: [plain("a")] });
    assert.deepEqual(plain("json_object('k': v)"), {
      kind: "other",
      what: "json_object",
      args: [plain("'k'"), plain("v")],
    });
  });

  it("is undefined for a text that is none", () => {
    for (const text of ["", "a b c d", "a; b", "select", "(", "'"])
      assert.equal(readExpression(text), undefined);
  });
});
