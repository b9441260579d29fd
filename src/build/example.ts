import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { mendedFiles } from "./mended-example.ts";
import { ROOT } from "./tree.ts";

// `npm run example`: makes `after/` of the example anew from `before/`, with the commands that a user has.
const after = join(ROOT, "examples/strive/after");
const files = await mendedFiles(join(ROOT, "examples/strive/before"));
rmSync(after, { recursive: true, force: true });
for (const { path, text } of files) {
  mkdirSync(dirname(join(after, path)), { recursive: true });
  writeFileSync(join(after, path), text);
}
console.log(`${files.length} files in examples/strive/after`);
