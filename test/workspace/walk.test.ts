import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../../src/workspace/discover/read-text.ts";
import { walkWorkspace } from "../../src/workspace/discover/walk.ts";
import { asOrdinaryUser, withFolder, writeBelow } from "./folder.ts";

const paths = async (root: string) => (await walkWorkspace(root)).files.map((file) => file.path);

describe("walking a workspace", () => {
  it("finds sources of every kind and nothing else", () =>
    withFolder(
      {
        "package.json": "{}",
        ".env": "",
        "prisma/schema.prisma": "",
        "prisma/migrations/migration_lock.toml": "",
        "prisma/migrations/1_a/migration.sql": "",
        "supabase/config.toml": "",
        "app/page.tsx": "",
        "app/App.vue": "",
        "public/jquery.min.js": "",
        "README.md": "",
        "node_modules/x/index.js": "",
        "dist/out.js": "",
      },
      async (root) =>
        assert.deepEqual(await paths(root), [
          ".env",
          "app/App.vue",
          "app/page.tsx",
          "package.json",
          "prisma/migrations/1_a/migration.sql",
          "prisma/migrations/migration_lock.toml",
          "prisma/schema.prisma",
          "supabase/config.toml",
        ]),
    ));

  it("respects .gitignore files of every level, and reads ignored environment files", () =>
    withFolder(
      {
        ".gitignore": "*.gen.ts\n/build\n.env*\n",
        ".env": "",
        "a.gen.ts": "",
        "build/a.ts": "",
        "src/build/a.ts": "",
        "src/.gitignore": "!keep.gen.ts\n/private/\n",
        "src/keep.gen.ts": "",
        "src/drop.gen.ts": "",
        "src/private/a.ts": "",
        "other/private/a.ts": "",
      },
      async (root) =>
        assert.deepEqual(await paths(root), [
          ".env",
          "other/private/a.ts",
          "src/build/a.ts",
          "src/keep.gen.ts",
        ]),
    ));

  it("respects what the repository above ignores, unless that is the workspace itself", () =>
    withFolder(
      {
        ".git/info/exclude": "local.ts\n",
        ".gitignore": "apps/web/tmp\n/out/\n",
        "apps/web/tmp/a.ts": "",
        "apps/web/local.ts": "",
        "apps/web/b.ts": "",
        "out/c.ts": "",
      },
      async (root) => {
        assert.deepEqual(await paths(join(root, "apps/web")), ["b.ts"]);
        assert.deepEqual(await paths(join(root, "out")), ["c.ts"]);
      },
    ));

  it("survives links that lead back, to themselves and to nothing, and says so", () =>
    withFolder({ "a/b.ts": "", "elsewhere/c.ts": "" }, async (root) => {
      symlinkSync("..", join(root, "a/up"));
      symlinkSync("self", join(root, "self"));
      symlinkSync("gone.sql", join(root, "lost.sql"));
      symlinkSync("b.ts", join(root, "a/again.ts"));
      const { files, notes } = await walkWorkspace(root);
      assert.deepEqual(
        files.map((file) => file.path),
        ["a/b.ts", "elsewhere/c.ts"],
      );
      assert.deepEqual(
        notes.map(({ path, why }) => `${path}: ${why}`),
        [
          "a/again.ts: a link to a/b.ts, which is read there",
          "a/up: a link to the workspace itself, which is read there",
          "lost.sql: it is not there (a link to nothing, or removed while reading)",
          "self: a symbolic link that leads back to itself",
        ],
      );
    }));

  it("reads what a link outside the workspace leads to, once", () =>
    withFolder({ "shared/db/schema.prisma": "", "work/a.ts": "" }, async (root) => {
      symlinkSync("../shared/db", join(root, "work/db"));
      symlinkSync("../shared/db", join(root, "work/second"));
      symlinkSync("../../shared", join(root, "shared/db/round"));
      const { files, notes } = await walkWorkspace(join(root, "work"));
      assert.equal(files.filter((file) => file.kind === "prisma").length, 1);
      assert.deepEqual(
        notes.map((note) => note.why!.replace(/.* which/, "which")),
        ["which is read through another link", "which is read through another link"],
      );
    }));

  it("says which folders and files it may not read", () =>
    withFolder({ "open/a.sql": "", "shut/b.sql": "" }, async (root) => {
      chmodSync(root, 0o755);
      chmodSync(join(root, "open/a.sql"), 0);
      chmodSync(join(root, "shut"), 0);
      await asOrdinaryUser(async () => {
        const { notes } = await walkWorkspace(root);
        assert.deepEqual(notes, [
          { path: "shut", what: "file", read: false, why: "no permission to read it", failed: true },
        ]);
        const unread = { why: "no permission to read it", failed: true };
        assert.deepEqual(readText(root, "open/a.sql"), unread);
      });
      chmodSync(join(root, "shut"), 0o755);
    }));

  it("does not open what is no regular file, nor what is far too large", () =>
    withFolder(
      { "big.ts": Buffer.alloc(2 * 2 ** 20 + 1, 32), "big.sql": Buffer.alloc(3 * 2 ** 20, 32) },
      async (root) => {
        if (process.platform !== "win32") execFileSync("mkfifo", [join(root, "pipe.sql")]);
        const { files, notes } = await walkWorkspace(root);
        assert.deepEqual(
          files.map((file) => file.path),
          ["big.sql"],
        );
        assert.deepEqual(
          notes.map(({ path, why }) => `${path}: ${why}`),
          [
            "big.ts: larger than 2 MB",
            ...(process.platform === "win32" ? [] : ["pipe.sql: not a regular file"]),
          ],
        );
      },
    ));

  it("finds nothing in an empty or missing folder, and says which one is missing", () =>
    withFolder({}, async (root) => {
      assert.deepEqual(await walkWorkspace(root), { files: [], notes: [] });
      const { files, notes } = await walkWorkspace(join(root, "nowhere"));
      assert.deepEqual(files, []);
      assert.match(notes[0]!.why!, /not there/);
    }));
});

describe("reading a text", () => {
  it("tells binary files from texts with a stray NUL, and knows UTF-16", () =>
    withFolder({}, (root) => {
      writeBelow(root, "binary.sql", Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7) % 256)));
      writeBelow(root, "nul.sql", "create table a (id int);\0\ncreate table b (id int);");
      writeBelow(root, "wide.sql", Buffer.from("\ufeffselect 'é';", "utf16le"));
      writeBelow(root, "marked.sql", "\ufeffselect 1;");
      assert.deepEqual(readText(root, "binary.sql"), { why: "a binary file", binary: true });
      assert.deepEqual(readText(root, "nul.sql"), {
        text: "create table a (id int);\0\ncreate table b (id int);",
      });
      assert.deepEqual(readText(root, "wide.sql"), { text: "\ufeffselect 'é';" });
      assert.deepEqual(readText(root, "marked.sql"), { text: "\ufeffselect 1;" });
    }));
});
