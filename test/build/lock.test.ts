import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../src/build/tree.ts";

interface Entry {
  readonly link?: boolean;
  readonly integrity?: string;
}

describe("the lock file", () => {
  it("says of every package what it must be, those of other platforms too", () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      packages: Record<string, Entry>;
    };
    const unsure = Object.entries(packages).filter(
      ([path, { link, integrity }]) => path && !link && !integrity,
    );
    assert.deepEqual(
      unsure.map(([path]) => path),
      [],
    );
  });
});
