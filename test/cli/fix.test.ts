import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fixJson } from "../../src/report/fix-shape.ts";
import { runIn } from "./recorder.ts";
import { CLEAN, type Files, MIGRATION, withFiles } from "./temporary.ts";

/** A subscription that misspells its table: one local fix, and a table that is published already. */
const MISSPELT: Files = {
  ...CLEAN,
  [MIGRATION]: `${CLEAN[MIGRATION]}alter publication supabase_realtime add table public.tasks;\n`,
  "package.json": '{ "dependencies": { "@supabase/supabase-js": "2.50.0" } }',
  "lib/live.ts": `import { createClient } from "@supabase/supabase-js";

const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!);

export const watch = (refresh: () => void) =>
  supabase.channel("tasks").on("postgres_changes", { event: "*", schema: "public", table: "Task" }, refresh).subscribe();
`,
};
const RULE = ["--rule", "realtime-table-unknown", "--no-cache"];

const listing = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe("fix", () => {
  it("mends what it is asked to and says what it changed", () =>
    withFiles(MISSPELT, async (folder) => {
      const { code, out } = await runIn(folder, ["fix", ...RULE]);
      assert.deepEqual([code, out], [0, "changed  lib/live.ts\n"]);
      assert.match(readFileSync(join(folder, "lib/live.ts"), "utf8"), /table: "tasks" \}/);
      assert.equal((await runIn(folder, ["check", ...RULE])).code, 0);
    }));

  it("prints a patch in a dry run, and writes nothing", () =>
    withFiles(MISSPELT, async (folder) => {
      const before = listing(folder);
      const { code, out } = await runIn(folder, ["fix", "--dry-run", ...RULE]);
      assert.equal(code, 1);
      assert.equal(readFileSync(join(folder, "lib/live.ts"), "utf8"), MISSPELT["lib/live.ts"]);
      assert.deepEqual(listing(folder), before);
      execFileSync("git", ["apply", "-"], { cwd: folder, input: out });
      assert.match(readFileSync(join(folder, "lib/live.ts"), "utf8"), /table: "tasks" \}/);
    }));

  it("says as JSON what it changes and what it leaves", () =>
    withFiles(MISSPELT, async (folder) => {
      const { out } = await runIn(folder, ["fix", "--dry-run", "--format", "json", ...RULE]);
      const { version, written, changes, left, complete } = fixJson.parse(JSON.parse(out));
      assert.deepEqual([version, written, left, complete], [1, false, [], true]);
      assert.deepEqual([changes.length, changes[0]?.path, changes[0]?.kind], [1, "lib/live.ts", "changed"]);
      execFileSync("git", ["apply", "-"], { cwd: folder, input: changes[0]!.patch });
      assert.match(readFileSync(join(folder, "lib/live.ts"), "utf8"), /table: "tasks" \}/);
      const again = JSON.parse((await runIn(folder, ["fix", "--format", "json", ...RULE])).out);
      assert.deepEqual([again.written, again.changes, again.left], [true, [], []]);
    }));

  it("has nothing to do the second time", () =>
    withFiles(MISSPELT, async (folder) => {
      await runIn(folder, ["fix", ...RULE]);
      assert.deepEqual(await runIn(folder, ["fix", ...RULE]), { code: 0, out: "", err: "" });
    }));

  it("writes what the database needs as one new migration", () => {
    const published = `create table public.notes (id uuid primary key);\nalter publication supabase_realtime add table public.notes;\n`;
    const unpublished: Files = {
      ...MISSPELT,
      [MIGRATION]: `${CLEAN[MIGRATION]}${published}`,
      "lib/live.ts": String(MISSPELT["lib/live.ts"]).replace('"Task"', '"tasks"'),
    };
    return withFiles(unpublished, async (folder) => {
      const { code, out } = await runIn(folder, [
        "fix",
        "--rule",
        "realtime-table-unpublished",
        "--no-cache",
      ]);
      const created = /^created {2}(supabase\/migrations\/\d{14}_\w+\.sql)\n$/.exec(out)?.[1];
      assert.ok(created, out);
      assert.equal(code, 0);
      assert.match(
        readFileSync(join(folder, created), "utf8"),
        /alter publication supabase_realtime add table (public\.)?tasks;/,
      );
      assert.equal(readFileSync(join(folder, MIGRATION), "utf8"), unpublished[MIGRATION]);
    });
  });

  const TENANTS = (user: string) => `create table public.organizations (id uuid primary key);
create table public.memberships (organization_id uuid not null references public.organizations (id), user_id uuid not null references ${user} (id), primary key (organization_id, user_id));
create table public.tasks (id uuid primary key, organization_id uuid not null references public.organizations (id));
create table public.odd (id uuid primary key, organization_id uuid not null references public.organizations (id), what public.nowhere);
`;
  const REFUSED =
    /^SQL was left out for \S+ \(public\.odd\): PostgreSQL refuses the generated SQL: relation "public\.odd" does not exist/;

  /** Of the tables only `odd`, which PostgreSQL does not make, is not protected. */
  async function assertLeavesOddOut(files: Files, rule: string): Promise<void> {
    await withFiles(files, async (folder) => {
      const args = ["fix", "--all", "--no-cache", "--format", "json", "--dry-run"];
      const { code, out } = await runIn(folder, args);
      const { changes, notes, left } = fixJson.parse(JSON.parse(out));
      const sql = changes.map(({ patch }) => patch).join("");
      const switched = [...sql.matchAll(/alter table public\.(\w+) enable row level/g)].map(
        ([, table]) => table,
      );
      assert.deepEqual(switched.sort(), ["memberships", "organizations", "tasks"]);
      assert.equal(notes.filter((each) => REFUSED.test(each)).length, 1, notes.join("\n"));
      assert.ok(notes.some((each) => /^tried {2}\d+ statements/.test(each)));
      assert.deepEqual([code, left.map((each) => each.rule)], [1, [rule]]);
    });
  }

  it("leaves out what PostgreSQL refuses, and nothing else", () =>
    assertLeavesOddOut({ [MIGRATION]: TENANTS("auth.users") }, "table-without-rls")).timeout(60_000);

  it("leaves out the table that PostgreSQL refuses where one finding is about all of them", () =>
    assertLeavesOddOut(
      {
        "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\n',
        "prisma/migrations/20240101000000_init/migration.sql": TENANTS("public.organizations"),
      },
      "project-without-rls",
    )).timeout(60_000);

  it("lists what wants a decision, with its place and the command where there is one", () =>
    withFiles({ [MIGRATION]: "create table public.tasks (id uuid primary key);\n" }, async (folder) => {
      const { code, out } = await runIn(folder, ["fix", "--rule", "table-without-rls", "--no-cache"]);
      assert.equal(code, 1);
      assert.match(out, /Left to you, 1 finding:\n\n {2}supabase\/migrations\/\S+:1:1 {2}/);
      assert.match(out, /\n {4}rowguard \w+/);
      assert.deepEqual(listing(join(folder, "supabase/migrations")), ["20240101000000_init.sql"]);
    }));
});
