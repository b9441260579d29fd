import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { findChanges, parseDiff } from "../../src/workspace/git/changes.ts";
import { readGitState } from "../../src/workspace/git/git.ts";
import { withFolder, writeBelow } from "./folder.ts";

const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: root,
    encoding: "utf8",
  });

function commitAll(root: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-qm", "x");
}

describe("what git says", () => {
  it("tells committed, changed, new and ignored files, also below the top of the repository", () =>
    withFolder({ "app/old.sql": "a", "app/edited.sql": "a", "app/.gitignore": "skip.sql" }, async (root) => {
      git(root, "init", "-q");
      commitAll(root);
      writeBelow(root, "app/edited.sql", "b");
      writeBelow(root, "app/ö new.sql", "a");
      writeBelow(root, "app/staged.sql", "a");
      writeBelow(root, "app/skip.sql", "a");
      git(root, "add", "app/staged.sql");
      const state = await readGitState(join(root, "app"));
      const asked = ["old.sql", "edited.sql", "ö new.sql", "staged.sql", "skip.sql"];
      assert.deepEqual(
        asked.map((path) => state.state(path)),
        ["committed", "changed", "new", "new", "unknown"],
      );
      assert.equal(state.tracked("old.sql"), true);
      assert.equal(state.tracked("skip.sql"), false);
    }));

  it("knows nothing outside a repository, without git, and in a broken repository", () =>
    withFolder({ "a.sql": "" }, async (root) => {
      assert.equal((await readGitState(root)).state("a.sql"), "unknown");
      writeBelow(root, ".git/HEAD", "nonsense");
      assert.equal((await readGitState(root)).state("a.sql"), "unknown");
      assert.equal((await readGitState(root)).tracked("a.sql"), undefined);
      rmSync(join(root, ".git"), { recursive: true });
      git(root, "init", "-q");
      const path = process.env.PATH;
      process.env.PATH = join(root, "nothing");
      try {
        assert.equal((await readGitState(root)).state("a.sql"), "unknown");
      } finally {
        process.env.PATH = path;
      }
    }));

  it("runs no program that the repository's settings name", () =>
    withFolder({ "a.sql": "" }, async (root) => {
      git(root, "init", "-q");
      commitAll(root);
      git(root, "config", "core.fsmonitor", `touch ${join(root, "ran")}; false`);
      git(root, "config", "diff.external", `touch ${join(root, "ran")}; false`);
      writeBelow(root, "a.sql", "b");
      await findChanges(root, "HEAD");
      assert.equal((await readGitState(root)).state("ran"), "unknown");
      assert.equal((await readGitState(root)).state("a.sql"), "changed");
    }));
});

describe("changes since a revision", () => {
  it("names changed lines, new files whole, and only what this branch did", () =>
    withFolder(
      { "w/a.sql": "one\ntwo\nthree\nfour\n", "w/gone.sql": "x\n", "other.sql": "x\n" },
      async (root) => {
        git(root, "init", "-q", "-b", "main");
        commitAll(root);
        git(root, "checkout", "-qb", "branch");
        writeBelow(root, "w/a.sql", "one\n2\n-- x\nthree\n");
        rmSync(join(root, "w/gone.sql"));
        writeBelow(root, "w/b c.sql", "x\n");
        commitAll(root);
        writeBelow(root, "w/new.sql", "x\n");
        git(root, "checkout", "-q", "main");
        writeBelow(root, "w/later.sql", "x\n");
        git(root, "add", "w/later.sql");
        git(root, "commit", "-qm", "later");
        git(root, "checkout", "-q", "branch");
        const changes = await findChanges(join(root, "w"), "main");
        assert.ok(changes instanceof Map);
        assert.deepEqual(Object.fromEntries(changes), {
          "a.sql": [
            { first: 2, last: 3 },
            { first: 4, last: 5 },
          ],
          "b c.sql": "all",
          "new.sql": "all",
        });
      },
    ));

  it("says so where there is no such revision, also one that looks like an option", () =>
    withFolder({ "a.sql": "" }, async (root) => {
      git(root, "init", "-q");
      commitAll(root);
      assert.deepEqual(await findChanges(root, "nope"), { problem: 'Git knows no revision "nope" here.' });
      assert.deepEqual(await findChanges(root, "--output=x"), {
        problem: 'Git knows no revision "--output=x" here.',
      });
    }));

  it("says so where there is no repository, or git does not run", () =>
    withFolder({ "a.sql": "" }, async (root) => {
      assert.deepEqual(await findChanges(root, "HEAD"), {
        problem:
          'Git cannot say what changed since "HEAD": not a git repository (or any of the parent directories): .git.',
      });
      const { PATH } = process.env;
      process.env.PATH = root;
      try {
        assert.deepEqual(await findChanges(root, "HEAD"), {
          problem: 'Git cannot say what changed since "HEAD": spawn git ENOENT.',
        });
      } finally {
        process.env.PATH = PATH;
      }
    }));

  it("is not misled by lines that look like headers", () => {
    const diff = [
      "--- a/a.sql",
      "+++ b/a.sql",
      "@@ -1,2 +1,2 @@",
      "--- a comment that went",
      "-x",
      "+++ b/fake.sql",
      "+y",
      "@@ -9,0 +10 @@",
      "+z",
    ].join("\n");
    assert.deepEqual(Object.fromEntries(parseDiff(diff)), {
      "a.sql": [
        { first: 1, last: 2 },
        { first: 10, last: 10 },
      ],
    });
  });
});
