import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { mendedFiles } from "../../src/build/mended-example.ts";
import { ROOT } from "../../src/build/tree.ts";
import { openWorkspace } from "../../src/workspace/open.ts";

const EXAMPLE = join(ROOT, "examples/strive");
const AFTER = join(EXAMPLE, "after");

describe("the mended example", () => {
  it("is what the commands make of the one before; `npm run example` makes it anew", async () => {
    const made = await mendedFiles(join(EXAMPLE, "before"));
    const there = readdirSync(AFTER, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(AFTER, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
      .sort();
    assert.deepEqual(
      made.map(({ path }) => path),
      there,
    );
    for (const { path, text } of made) assert.equal(readFileSync(join(AFTER, path), "utf8"), text, path);
  }).timeout(240_000);

  it("protects every table and scores 95 or more", async () => {
    const workspace = await openWorkspace(AFTER);
    const { health, projects } = await workspace.report();
    assert.ok((health.total ?? 0) >= 95, `the score is ${health.total}`);
    const own = projects
      .flatMap(({ catalog }) => [...catalog.tables.values()])
      .filter((each) => !each.platform);
    assert.deepEqual(
      own.filter(({ rowSecurity }) => !rowSecurity).map(({ name }) => name),
      [],
    );
    await workspace.close();
  });
});
