import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { listPackage } from "../../src/build/package.ts";
import { ROOT } from "../../src/build/tree.ts";
import { registry } from "../../src/rules/registry.generated.ts";

const STORED = join(import.meta.dirname, "package-files.txt");
/** Bytes, decimal, that a VSIX may have. */
const MOST = 12_000_000;
const RULE = /^media\/rules\/(.+)\.md$/;

describe("the package", function () {
  this.timeout(60_000);
  let files: string[];

  before(function () {
    // `npm test` builds first; the list is of what was built.
    if (!existsSync(join(ROOT, "dist", "extension.cjs"))) this.skip();
    files = listPackage();
  });

  it("holds the files of its list, and no others; UPDATE=1 writes the list for review", () => {
    const listed = `${files.filter((file) => !RULE.test(file)).join("\n")}\n`;
    if (process.env.UPDATE) writeFileSync(STORED, listed);
    assert.equal(listed, readFileSync(STORED, "utf8"));
  });

  it("holds a page for every rule", () => {
    const pages = files.flatMap((file) => RULE.exec(file)?.[1] ?? []);
    assert.deepEqual(pages.sort(), registry.map(({ id }) => id).sort());
  });

  it("is at most 12 MB", () => {
    // As packing deflates each; its own words on a file are some hundred bytes.
    const packed = files.map((file) => deflateRawSync(readFileSync(join(ROOT, file))).length + 300);
    const sum = packed.reduce((total, bytes) => total + bytes, 0);
    assert.ok(sum < MOST, `${sum} bytes`);
  });

  it("holds everything that the manifest names", () => {
    const manifest = readFileSync(join(ROOT, "package.json"), "utf8");
    const named = [
      ...manifest.matchAll(/"(?:\.\/)?((?:media|syntaxes|dist)\/[^"]+\.(?:json|png|webp|svg|cjs))"/g),
    ];
    assert.ok(named.length > 8);
    for (const [, path] of named) assert.ok(files.includes(path!), `${path} is in the package`);
  });
});
