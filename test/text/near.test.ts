import assert from "node:assert/strict";
import { findAlike, findNear, indexNames } from "../../src/text/near.ts";

describe("near names", () => {
  const near: readonly (readonly [string, readonly string[], string | undefined])[] = [
    ["userId", ["user_id", "user_ids", "id"], "user_id"],
    ["Notification", ["notifications", "notes"], "notifications"],
    ["category", ["categories"], "categories"],
    ["organisation_members", ["organization_members"], "organization_members"],
    ["porfiles", ["profiles"], "profiles"],
    ["costs", ["posts"], undefined],
    ["tasks", ["tags"], undefined],
    ["images", ["pages"], undefined],
    ["projct", ["project", "projects"], "project"],
    ["a", ["b"], undefined],
    ["log", [], undefined],
  ];
  for (const [name, candidates, expected] of near)
    it(`${name} among ${candidates.join(", ")} is ${expected ?? "nothing"}`, () => {
      assert.equal(findNear(name, candidates), expected);
      assert.equal(indexNames(candidates).near(name), expected);
      assert.equal(indexNames(candidates).alike(name), findAlike(name, candidates));
    });

  it("says nothing where two are equally alike", () => {
    assert.equal(findAlike("user", ["User", "USER"]), undefined);
    assert.equal(findNear("task", ["tasks", "Tasks"]), undefined);
  });

  it("does not take a typing mistake for the same words", () => {
    assert.equal(findAlike("porfiles", ["profiles"]), undefined);
  });
});
