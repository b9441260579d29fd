import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { applyFix, FixRefused, hashText } from "../../src/workspace/fix/apply.ts";
import type { Fix } from "../../src/workspace/workspace.ts";
import { withFolder, writeBelow } from "./folder.ts";

const fix = (parts: Partial<Fix>): Fix => ({
  title: "",
  edits: [],
  files: [],
  madeFrom: {},
  protects: { tables: [], buckets: [], channels: [] },
  left: [],
  ...parts,
});
const insert = (path: string, at: number, text: string) => ({ path, span: { start: at, end: at }, text });
const read = (root: string, path: string) => readFileSync(join(root, path), "utf8");

describe("writing a fix", () => {
  it("writes edits and new files, keeps modes and links, leaves nothing beside", () =>
    withFolder({ "real/a.sh": "one" }, (root) => {
      symlinkSync("real/a.sh", join(root, "a.sh"));
      const mode = statSync(join(root, "a.sh")).mode;
      const wrote = applyFix(
        root,
        fix({ edits: [insert("a.sh", 3, " two")], files: [{ path: "new/deep/b.sql", text: "x" }] }),
      );
      assert.deepEqual(wrote, ["a.sh", "new/deep/b.sql"]);
      assert.equal(read(root, "real/a.sh"), "one two");
      assert.ok(lstatSync(join(root, "a.sh")).isSymbolicLink());
      assert.equal(statSync(join(root, "real/a.sh")).mode, mode);
      assert.equal(read(root, "new/deep/b.sql"), "x");
      assert.deepEqual(readdirSync(join(root, "real")), ["a.sh"]);
    }));

  it("refuses where a file is another by now, is gone, exists already or is not UTF-8, and then writes nothing", () =>
    withFolder({ "a.ts": "one", "b.ts": "now", "c.sql": Buffer.from([0xe9, 0x0a]) }, (root) => {
      const first = insert("a.ts", 0, "x");
      const cases: [Partial<Fix>, RegExp][] = [
        [
          { edits: [first, insert("b.ts", 0, "x")], madeFrom: { "b.ts": hashText("then") } },
          /b\.ts has changed/,
        ],
        [{ edits: [first, insert("gone.ts", 0, "x")] }, /gone\.ts cannot be read/],
        [{ edits: [first], files: [{ path: "b.ts", text: "" }] }, /b\.ts exists already/],
        [{ edits: [first, insert("c.sql", 0, "x")] }, /c\.sql is not UTF-8/],
      ];
      for (const [parts, message] of cases) {
        assert.throws(
          () => applyFix(root, fix(parts)),
          (error) => error instanceof FixRefused && message.test(error.message),
        );
      }
      assert.equal(read(root, "a.ts"), "one");
      assert.deepEqual(readdirSync(root).sort(), ["a.ts", "b.ts", "c.sql"]);
    }));

  it("undoes what it wrote when a later write fails", () =>
    withFolder({ "a.ts": "one" }, (root) => {
      const files = [
        { path: "made/x.sql", text: "x" },
        // The folder appears while writing: renaming a file onto it fails.
        { path: "made/y.sql", text: "y" },
      ];
      const trap = fix({ edits: [insert("a.ts", 0, "x")], files });
      Object.defineProperty(files[1], "text", {
        get() {
          mkdirSync(join(root, "made/y.sql"), { recursive: true });
          return "y";
        },
      });
      assert.throws(() => applyFix(root, trap), FixRefused);
      assert.equal(read(root, "a.ts"), "one");
      assert.equal(existsSync(join(root, "made/x.sql")), false);
      assert.deepEqual(readdirSync(join(root, "made")), ["y.sql"]);
      assert.deepEqual(readdirSync(root).sort(), ["a.ts", "made"]);
    }));

  it("keeps a byte order mark and Windows line ends", () =>
    withFolder({}, (root) => {
      writeBelow(root, "a.sql", "\ufeffa;\r\nb;\r\n");
      applyFix(root, fix({ edits: [{ path: "a.sql", span: { start: 5, end: 6 }, text: "c" }] }));
      assert.equal(read(root, "a.sql"), "\ufeffa;\r\nc;\r\n");
    }));
});
