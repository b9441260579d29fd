import { strict as assert } from "node:assert";
import { join } from "node:path";
import { generateFiles } from "../src/build/generated-files.ts";
import { listPages, ROOT, readOrEmpty } from "../src/build/tree.ts";

describe("generated files", () => {
  it("are what the rules and fixtures say", async () => {
    const files = await generateFiles(ROOT);
    const stale = [...files]
      .filter(([path, text]) => readOrEmpty(join(ROOT, path)) !== text)
      .map(([path]) => path);
    const orphans = listPages(ROOT).filter((path) => !files.has(path));
    assert.deepEqual([...stale, ...orphans], [], 'Run "npm run generate" and commit what it writes.');
  });
});
