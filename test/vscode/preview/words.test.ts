import assert from "node:assert/strict";
import type { TableAccess } from "../../../src/protocol/database.ts";
import { wordsFor } from "../../../src/vscode/preview/page/words.ts";

describe("what decides over rows", () => {
  const access: TableAccess = {
    table: "public.posts",
    command: "select",
    by: "policies",
    policies: [
      { policy: "mine", rows: 2 },
      { policy: "drafts", rows: null },
    ],
    restrictive: ["no spam"],
    seen: null,
    total: null,
  };
  const said = (changes: Partial<TableAccess>, how: Parameters<typeof wordsFor>[1] = {}) =>
    wordsFor({ ...access, ...changes }, how)
      .map((part) => (typeof part === "string" ? part : `"${part.policy}"`))
      .join("");

  it("names each policy that lets rows in, and those that every row must pass besides", () => {
    assert.equal(said({}), 'let in by "mine" (2), "drafts", and every row must pass "no spam"');
    assert.equal(said({ restrictive: [] }), 'let in by "mine" (2), "drafts"');
  });

  it("says what a row that was refused must have passed", () => {
    assert.equal(said({}, { denied: true }), 'each row must pass one of "mine", "drafts", and "no spam"');
    assert.equal(
      said({ policies: access.policies.slice(0, 1), restrictive: [] }, { denied: true }),
      'each row must pass "mine"',
    );
  });

  it("counts nothing where there was no row to let in", () => {
    assert.equal(said({}, { none: true }), 'no row for "mine" or "drafts" to let in');
    assert.equal(said({ by: "open", policies: [] }, { none: true }), "row-level security is off");
  });

  it("says where no policy does", () => {
    assert.equal(said({ policies: [] }), "no policy lets anything through");
    assert.equal(said({ by: "open", policies: [] }), "row-level security is off");
  });
});
