import assert from "node:assert/strict";
import { nextMigrationPath } from "../../src/workspace/fix/next-migration.ts";

const clock = new Date("2025-03-04T05:06:07Z");
const next = (owner: "prisma" | "supabase" | "other", names: string[], after = names) =>
  nextMigrationPath({ owner, folder: "m", names }, "what", clock, after);

describe("the name of the next migration", () => {
  it("is what the owning tool would write", () => {
    assert.equal(next("prisma", []), "m/20250304050607_what/migration.sql");
    assert.equal(next("supabase", ["20240101000000_a.sql"]), "m/20250304050607_what.sql");
  });

  it("sorts after every other, though the clock is behind", () => {
    assert.equal(next("supabase", ["20261231235959_a.sql"]), "m/20270101000000_what.sql");
    assert.equal(next("supabase", ["20250304050607_a.sql"]), "m/20250304050608_what.sql");
    assert.equal(next("supabase", [], ["20990101_a"]), "m/20990101000001_what.sql");
    for (const odd of ["20269999999999_x", "99999999999998_x", "0000"])
      assert.ok(next("supabase", [odd]) > `m/${odd}`);
  });

  it("continues numbers in their own width and style", () => {
    assert.equal(next("other", ["0000_a.sql", "0007_b.sql"]), "m/0008_what.sql");
    assert.equal(next("other", ["V1__a.sql", "V9__b.sql"]), "m/V10__what.sql");
    assert.equal(next("other", ["099-a.sql"]), "m/100-what.sql");
    assert.equal(next("other", ["20240101000000_a.sql"]), "m/20250304050607_what.sql");
    assert.equal(next("other", []), "m/0001_what.sql");
  });
});
