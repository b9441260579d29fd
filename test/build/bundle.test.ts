import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../src/build/bundle.ts";
import { createDatabaseHost } from "../../src/link/database-host.ts";
import { CLEAN, type Files, MIGRATION, OPEN_TABLE, withFiles } from "../cli/temporary.ts";

/** Needs every part of the bundle: SQL, TypeScript, a configuration to check, a schema. */
const EVERYTHING: Files = {
  ...OPEN_TABLE,
  "rowguard.config.json": '{ "threshold": "error" }',
  "package.json": '{ "dependencies": { "@prisma/client": "6.0.0", "@supabase/supabase-js": "2.50.0" } }',
  "prisma/schema.prisma":
    'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n\nmodel Task {\n  id String @id @db.Uuid\n\n  @@map("tasks")\n}\n',
  "lib/live.ts": `import { createClient } from "@supabase/supabase-js";
const client = createClient(process.env.URL!, process.env.KEY!);
client.channel("a").on("postgres_changes", { event: "*", schema: "public", table: "Task" }, () => {}).subscribe();
`,
};

describe("bundle", () => {
  let dist: string;
  const run = (cwd: string, ...args: string[]) =>
    spawnSync(process.execPath, [join(dist, "cli.cjs"), ...args], { cwd, encoding: "utf8" });

  before(async function () {
    this.timeout(300_000);
    // Outside the repository there is no node_modules to fall back on.
    dist = join(mkdtempSync(join(tmpdir(), "rowguard-dist-")), "dist");
    await bundle(dist);
  });
  after(() => rmSync(join(dist, ".."), { recursive: true, force: true }));

  it("checks a workspace, with nothing but Node around it", () =>
    withFiles(EVERYTHING, async (folder) => {
      const { status, stdout, stderr } = run(folder, "check", "--format", "json");
      assert.deepEqual([status, stderr], [1, ""]);
      const rules = JSON.parse(stdout).findings.map((each: { rule: string }) => each.rule);
      assert.ok(rules.includes("table-without-rls") && rules.includes("realtime-table-unknown"), stdout);
    })).timeout(60_000);

  it("keeps what it read where the user's caches lie, for the next run", () =>
    withFiles({ ...EVERYTHING, "node_modules/.keep": "" }, async (folder) => {
      const first = run(folder, "check");
      const second = run(folder, "check");
      assert.deepEqual([second.status, second.stdout], [first.status, first.stdout]);
    })).timeout(60_000);

  it("loads nothing of what lies apart for a workspace of SQL", () => {
    const partial = join(dist, "..", "partial");
    cpSync(dist, partial, { recursive: true });
    for (const name of ["typescript", "zod", "prisma-schema", "pg", "languageserver"])
      rmSync(join(partial, `${name}.cjs`));
    return withFiles(CLEAN, async (folder) => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(partial, "cli.cjs"), "check", "--no-cache"],
        {
          cwd: folder,
          encoding: "utf8",
        },
      );
      assert.deepEqual([status, stderr], [0, ""]);
    });
  }).timeout(60_000);

  it("runs the migrations on a database host of its own", () =>
    withFiles(CLEAN, async (folder) => {
      const host = createDatabaseHost(join(dist, "database-host.cjs"));
      try {
        const { failures, relations } = await host.ask("database/open", { kind: "embedded", folder });
        assert.deepEqual([failures, relations.length > 0], [[], true]);
      } finally {
        host.end();
      }
    })).timeout(120_000);

  it("ends with its own exit code when the reader of its output leaves", () =>
    withFiles({ [MIGRATION]: manyTables(3000) }, async (folder) => {
      const child = spawn(process.execPath, [join(dist, "cli.cjs"), "check", "--no-cache"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let err = "";
      child.stderr.on("data", (chunk) => {
        err += chunk;
      });
      child.stdout.once("data", () => child.stdout.destroy());
      const code = await new Promise((resolve) => child.on("close", resolve));
      assert.deepEqual([code, err], [1, ""]);
    })).timeout(60_000);

  it("ends at once, in silence, when it is interrupted", () =>
    withFiles({ [MIGRATION]: manyTables(20_000) }, async (folder) => {
      const child = spawn(process.execPath, [join(dist, "cli.cjs"), "check", "--no-cache"], { cwd: folder });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (chunk) => {
          said += chunk;
        });
      setTimeout(() => child.kill("SIGINT"), 300);
      const signal = await new Promise((resolve) => child.on("close", (_, name) => resolve(name)));
      assert.deepEqual([signal, said], ["SIGINT", ""]);
    })).timeout(60_000);
});

const manyTables = (count: number): string =>
  Array.from({ length: count }, (_, i) => `create table public.table_${i} (id uuid primary key);\n`).join("");
