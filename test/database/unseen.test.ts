import { strict as assert } from "node:assert";
import type { PreviewStatement } from "../../src/database/session/statement.ts";
import { couldLeaveUnseen, type Definition } from "../../src/database/session/unseen.ts";

const statement: PreviewStatement = {
  sql: "select 1",
  kind: "read",
  procedural: false,
  functions: [],
  relations: [],
  writes: [],
};

const isProven = (text: string, ...others: Definition[]): boolean =>
  couldLeaveUnseen(statement, [{ schema: "public", name: "f", text, used: true }, ...others]) === undefined;

describe("code that could leave its identity unseen", () => {
  it("is not a template that takes names and values alone", () => {
    assert.ok(isProven("execute format('select %I from config limit 1', field) into result;"));
    assert.ok(isProven("for r in execute format('select id from %I where a = %L', t, v.a) loop"));
  });

  it("is a template that takes code, calls what it is given, or is not all of the text", () => {
    for (const text of [
      "execute format('select %s from config', field) into result;",
      "execute format('select %I(1)', field) into result;",
      "execute format('select c.%I from config c', field) into result;",
      "execute format('select set_config(%L, %L, true)', a, b);",
      "execute format('set role %I', a);",
      "execute format('select 1 from %I', a) || b;",
      "execute format('select 1 from %I', a); execute a;",
    ])
      assert.ok(!isProven(text), text);
  });

  it("is any template where the project has a format of its own", () => {
    const own = { schema: "public", name: "format", text: "select 1", used: false };
    assert.ok(!isProven("execute format('select %I from config', field) into result;", own));
  });
});
