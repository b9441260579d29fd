import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Change, renderPatch } from "../../src/cli/patch.ts";

const CHANGES: readonly Change[] = [
  { path: "lib/a b.ts", before: "one\ntwo\nthree\n", after: "one\n2\nthree\n" },
  { path: "lib/crlf.ts", before: "one\r\ntwo\r\n", after: "one\r\n2\r\n" },
  { path: "lib/no-end.ts", before: "one\ntwo", after: "one\n2" },
  { path: "prisma/migrations/1_new/migration.sql", before: undefined, after: "select 1;\n" },
];

describe("patch", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rowguard-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is one that git applies", () => {
    for (const { path, before } of CHANGES) {
      if (before === undefined) continue;
      mkdirSync(dirname(join(folder, "app", path)), { recursive: true });
      writeFileSync(join(folder, "app", path), before);
    }
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: renderPatch(CHANGES, "app/", false),
      // Below somebody's repository git would take paths to be relative to its root.
      env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) },
    });
    for (const { path, after } of CHANGES)
      assert.equal(readFileSync(join(folder, "app", path), "utf8"), after, path);
  });

  it("shows what steers a terminal instead of doing it, where it is coloured", () => {
    const text = renderPatch([{ path: "a.ts", before: "x\n", after: "\u001b]0;owned\u0007\n" }], "", true);
    assert.ok(!text.includes("\u001b]0"));
    assert.ok(text.includes("␛]0;owned␇"));
  });
});
