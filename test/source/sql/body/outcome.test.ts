import assert from "node:assert/strict";
import { loadGrammar } from "../../../../src/source/sql/grammar.ts";
import { type Shown, statementOf } from "../show.ts";

const resultOf = (body: string): Shown =>
  statementOf(`create function f(a int) returns bool language plpgsql as $$${body}$$`).body.result;

/** What the value of a body is, in few words. */
const words = (expr: Shown): string => {
  switch (expr?.kind) {
    case undefined:
      return "unknown";
    case "constant":
      return expr.type === "null" ? "null" : expr.value;
    case "column":
      return expr.path.join(".");
    case "call":
      return `${expr.name.join(".")}(${expr.args.map(words).join(", ")})`;
    case "operator":
      return `${words(expr.left)} ${expr.name} ${words(expr.right)}`;
    case "test":
      return `${words(expr.arg)} is ${expr.negated ? "not " : ""}${expr.test}`;
    case "not":
      return `not ${words(expr.arg)}`;
    case "case":
      return `${expr.whens.map(({ when, then }: Shown) => `${words(when)} ? ${words(then)}`).join(" : ")} : ${words(expr.otherwise)}`;
    case "subquery":
      return `${expr.form}(${expr.query.targets.map((each: Shown) => words(each.expr)).join(", ")} where ${words(expr.query.where)})`;
    default:
      return expr.kind;
  }
};

const CASES: Readonly<Record<string, readonly [body: string, value: string]>> = {
  "IF as CASE": [
    "begin if a is null then return false; end if; return g(a); end",
    "a is null ? false : g(a)",
  ],
  "ELSIF and ELSE": [
    "begin if a = 1 then return true; elsif a = 2 then return false; else return null; end if; end",
    "a = 1 ? true : a = 2 ? false : null",
  ],
  "variables as what they were given": [
    "declare b int := a + 1; begin b := b * 2; return b = 3; end",
    "a + 1 * 2 = 3",
  ],
  "SELECT INTO as sub-selects": [
    "declare x int; y int; begin select t.x, t.y into x, y from t where t.id = a; return x = y; end",
    "scalar(t.x where t.id = a) = scalar(t.y where t.id = a)",
  ],
  "FOUND as whether there was a row": [
    "begin perform 1 from t where t.id = a; return found; end",
    "exists(1 where t.id = a)",
  ],
  "an exception, and a branch that ends without RETURN, as NULL": [
    "begin if a = 1 then raise exception 'no'; end if; if a = 2 then return true; end if; end",
    "a = 1 ? null : a = 2 ? true : null",
  ],
  "a notice as nothing": [
    "begin if a = 1 then raise notice 'yes'; end if; return true; end",
    "a = 1 ? true : true",
  ],
  "a record as unknown": [
    "declare r record; begin select t.x, t.y into r from t; if r is null then return false; end if; return true; end",
    "unknown",
  ],
  "loops and handlers as unknown": [
    "begin for i in 1..3 loop if a = i then return true; end if; end loop; return false; end",
    "unknown",
  ],
};

describe("what a procedure returns", () => {
  before(loadGrammar);
  for (const [title, [body, value]] of Object.entries(CASES))
    it(`reads ${title}`, () => assert.equal(words(resultOf(body)), value));
});
