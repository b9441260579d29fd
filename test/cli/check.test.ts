import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";
import { CLEAN, MIGRATION, OPEN_TABLE, withFiles } from "./temporary.ts";

describe("check", () => {
  it("ends with 0 where nothing reaches the threshold", () =>
    withFiles(CLEAN, async (folder) => {
      const { code, out, err } = await runIn(folder, ["check", "--no-cache"]);
      assert.deepEqual([code, err], [0, ""], out);
      assert.match(out, /Nothing to report\./);
      assert.match(out, /Score 100 of 100/);
    }));

  it("ends with 1 where a finding reaches it, and shows where", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const { code, out, err } = await runIn(folder, ["--no-cache"]);
      assert.deepEqual([code, err], [1, ""]);
      assert.ok(out.includes(`${MIGRATION}:1:1  table-without-rls`), out);
      assert.ok(out.includes("│ create table public.tasks (id uuid primary key, title text);"));
    }));

  it("fails at the threshold that is asked for", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const config = join(folder, "other.json");
      writeFileSync(config, '{ "rules": { "table-without-rls": "info" } }');
      const check = (...args: string[]) =>
        runIn(folder, ["check", "--no-cache", "--config", "other.json", ...args]);
      assert.equal((await check()).code, 0);
      assert.equal((await check("--threshold", "info")).code, 1);
      assert.equal((await check("--threshold", "error")).code, 0);
    }));

  it("takes the threshold of the configuration, and the one asked for before it", () =>
    withFiles(
      {
        ...OPEN_TABLE,
        "rowguard.config.json": '{ "threshold": "error", "rules": { "table-without-rls": "warning" } }',
      },
      async (folder) => {
        assert.equal((await runIn(folder, ["check", "--no-cache"])).code, 0);
        assert.equal((await runIn(folder, ["check", "--no-cache", "--threshold", "warning"])).code, 1);
      },
    ));

  it("prints the published JSON, with paths below the checked folder wherever it was run", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      for (const cwd of [folder, join(folder, "supabase")]) {
        const { out } = await runIn(cwd, ["check", folder, "--format", "json", "--no-cache"]);
        const report = JSON.parse(out);
        assert.equal(misfit("report.schema.json", report), "");
        assert.equal(report.findings[0].path, MIGRATION);
        assert.deepEqual(report.findings[0].start, { line: 1, column: 1, offset: 0 });
      }
    }));

  it("makes one report of several folders, with paths from the current one", () => {
    const below = (name: string, files: typeof CLEAN) =>
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]));
    return withFiles({ ...below("a", CLEAN), ...below("b", OPEN_TABLE) }, async (folder) => {
      for (const format of ["json", "text", "sarif", "github", "gitlab", "junit"]) {
        const { code, out } = await runIn(folder, ["check", "a", "b", "--format", format, "--no-cache"]);
        assert.equal(code, 1, format);
        assert.ok(out.includes(`b/${MIGRATION}`), format);
        assert.ok(!out.includes(`a/${MIGRATION}`), format);
      }
    });
  });

  it("runs one rule alone", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const { code, out } = await runIn(folder, ["check", "--rule", "sql-syntax", "--no-cache"]);
      assert.deepEqual([code, out.includes("table-without-rls")], [0, false]);
    }));

  it("reports what a change touches, since a revision", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
          cwd: folder,
          stdio: "ignore",
        });
      git("init", "-q");
      git("add", ".");
      git("commit", "-qm", "one");
      const since = () => runIn(folder, ["check", "--since", "HEAD", "--format", "json", "--no-cache"]);
      assert.equal((await since()).code, 0);
      const text = await runIn(folder, ["check", ".", "--since", "HEAD", "--no-cache"]);
      assert.match(text.out, /Score 22 of 100[\s\S]*\n\nNothing to report of what changed since HEAD\.\n$/);
      const path = "supabase/migrations/20240102000000_later.sql";
      writeFileSync(join(folder, path), "create table public.notes (id uuid primary key);\n");
      const { code, out } = await since();
      assert.equal(code, 1);
      assert.deepEqual(
        [...new Set(JSON.parse(out).findings.map((each: { path: string }) => each.path))],
        [path],
      );
      const unknown = await runIn(folder, ["check", "--since", "no-such-branch", "--no-cache"]);
      assert.match(unknown.err, /^rowguard: [^\n]*no-such-branch[^\n]*\.\n$/);
      assert.deepEqual([unknown.code, unknown.out], [2, ""]);
    }));

  it("accepts what a baseline lists, and nothing new", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const written = await runIn(folder, ["check", "--write-baseline", "--no-cache"]);
      assert.deepEqual([written.code, written.err], [0, ""]);
      const check = () => runIn(folder, ["check", "--baseline", "rowguard.baseline.json", "--no-cache"]);
      const { code, out } = await check();
      assert.equal(code, 0, out);
      writeFileSync(
        join(folder, "supabase/migrations/20240102000000_later.sql"),
        "create table public.notes (id uuid primary key);\n",
      );
      const after = await check();
      assert.equal(after.code, 1);
      assert.ok(!after.out.includes("public.tasks"));
    }));

  it("lists what was read and what was left alone when asked", () =>
    withFiles(
      { ...OPEN_TABLE, "clickhouse/1.sql": "CREATE TABLE a (id UInt64) ENGINE = MergeTree() ORDER BY id;" },
      async (folder) => {
        const { out } = await runIn(folder, ["check", "--verbose", "--no-cache"]);
        const [read, left] = out.split("Read, in this order")[1]!.split("Left alone");
        assert.ok(read!.includes(MIGRATION));
        assert.match(left!, /clickhouse\/1\.sql .*clickhouse, not PostgreSQL/);
      },
    ));

  it("says the same from its cache", () =>
    withFiles({ ...OPEN_TABLE, "node_modules/.keep": "" }, async (folder) => {
      const first = await runIn(folder, ["check", "--format", "json"]);
      const second = await runIn(folder, ["check", "--format", "json"]);
      assert.deepEqual(second, first);
    }));
});

describe("catalog", () => {
  it("prints the published JSON", () =>
    withFiles(CLEAN, async (folder) => {
      const { code, out } = await runIn(folder, ["catalog", "--format", "json", "--no-cache"]);
      const catalog = JSON.parse(out);
      assert.equal(misfit("catalog.schema.json", catalog), "");
      assert.equal(code, 0);
      assert.deepEqual(catalog.tables, [
        {
          schema: "public",
          name: "tasks",
          kind: "ordinary",
          rowSecurity: true,
          forced: false,
          implicit: false,
        },
      ]);
      assert.deepEqual(catalog.policies, [
        {
          schema: "public",
          table: "tasks",
          name: "own tasks",
          command: "all",
          roles: ["authenticated"],
          permissive: true,
          using: "owner = (select auth.uid())",
          check: "owner = (select auth.uid())",
          refused: null,
        },
      ]);
    }));

  it("prints tables with their switches and policies", () =>
    withFiles(CLEAN, async (folder) => {
      const { out } = await runIn(folder, ["catalog", "--no-cache"]);
      assert.match(out, /public\.tasks +row security on\n {4}own tasks {2}all to authenticated\n/);
      assert.match(out, /1 table, 1 policy\.\n$/);
    }));

  it("ends with 2 where there is nothing that makes tables", () =>
    withFiles({}, async (folder) => {
      const { code, err } = await runIn(folder, ["catalog"]);
      assert.equal(code, 2);
      assert.match(err, /^rowguard: No schema\.prisma, .* was found in .*\.\n$/);
    }));
});

describe("explain", () => {
  it("explains a rule with its examples", async () => {
    const { code, out } = await runIn("/", ["explain", "table-without-rls"]);
    assert.equal(code, 0);
    assert.match(out, /^table-without-rls {2}error/);
    assert.match(out, /^Reported$/m);
  });

  it("explains a table: its switch, its policies, who may do what", () =>
    withFiles(CLEAN, async (folder) => {
      for (const name of ["public.tasks", "tasks"]) {
        const { code, out } = await runIn(folder, ["explain", name, "--no-cache"]);
        assert.equal(code, 0);
        assert.match(out, /^public\.tasks$/m);
        assert.match(out, /row-level security is on/);
        assert.match(out, /own tasks {2}all to authenticated/);
        assert.match(
          out,
          /authenticated {2}select, insert, update, delete {2}rows that "own tasks" lets through/,
        );
        assert.match(out, /anon +select, insert, update, delete {2}no row: no policy lets one through/);
      }
    }));

  it("says what is wrong with a table", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const { out } = await runIn(folder, ["explain", "tasks", "--no-cache"]);
      assert.match(out, /row-level security is off/);
      assert.match(out, /Findings\n {2}error\n {4}tasks has no row-level security/);
    }));

  it("names the nearest where it knows neither rule nor table", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const { code, err } = await runIn(folder, ["explain", "taks", "--no-cache"]);
      assert.equal(code, 2);
      assert.equal(err, 'rowguard: There is no rule and no table "taks" here. Did you mean "tasks"?\n');
    }));
});

describe("init", () => {
  it("writes a configuration that changes nothing, and overwrites none", () =>
    withFiles(OPEN_TABLE, async (folder) => {
      const check = () => runIn(folder, ["check", "--format", "json", "--no-cache"]);
      const before = await check();
      const { code, out } = await runIn(folder, ["init"]);
      assert.deepEqual([code, out.startsWith("Wrote rowguard.config.json.")], [0, true]);
      const written = readFileSync(join(folder, "rowguard.config.json"), "utf8");
      assert.match(written, /"\$schema": /);
      assert.match(written, /\/\/ "platform": "supabase",/);
      assert.deepEqual(await check(), before);
      const again = await runIn(folder, ["init"]);
      assert.deepEqual(
        [again.code, again.err],
        [2, "rowguard: rowguard.config.json exists already; it is left as it is.\n"],
      );
      assert.equal(readFileSync(join(folder, "rowguard.config.json"), "utf8"), written);
    }));

  it("writes values that are valid when uncommented, and change nothing either", () =>
    withFiles(CLEAN, async (folder) => {
      const check = () => runIn(folder, ["check", "--format", "json", "--no-cache"]);
      const before = await check();
      await runIn(folder, ["init"]);
      const path = join(folder, "rowguard.config.json");
      writeFileSync(path, readFileSync(path, "utf8").replace(/^( *)\/\/ (?=["\]} ])/gm, "$1"));
      assert.deepEqual(await check(), before);
    }));
});
