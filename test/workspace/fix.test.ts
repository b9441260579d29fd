import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, Remedy } from "../../src/text/finding.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import type { Fix, Workspace } from "../../src/workspace/workspace.ts";
import { withFolder, writeBelow } from "./folder.ts";

const CLOCK = new Date("2025-03-04T05:06:07Z");
const PRISMA =
  'datasource db {\n  provider = "postgresql"\n}\n\nmodel Task {\n  id String @id\n\n  @@map("tasks")\n}\n';
const PRISMA_INIT = "prisma/migrations/20240101000000_init/migration.sql";
const SUPABASE_INIT = "supabase/migrations/20240102000000_init.sql";
const TASKS = 'CREATE TABLE "tasks" ("id" TEXT NOT NULL PRIMARY KEY);\n';

const finding = (path: string, remedy: Remedy | undefined, rule = "some-rule"): Finding => ({
  rule,
  category: "exposure",
  severity: "error",
  subject: "public.tasks",
  message: "Something is wrong.",
  at: { path, span: { start: 0, end: 1 } },
  ...(remedy && { remedy }),
});

const sql = (title: string, ...statements: string[]): Remedy => ({ kind: "statements", title, statements });
const ENABLE = sql("Enable row-level security on tasks", "alter table tasks enable row level security;");
const POLICY = sql(
  "Let owners read tasks",
  "create policy own on tasks for select to authenticated using (id = (select auth.uid())::text);",
);

async function fixOf(
  files: Readonly<Record<string, string>>,
  findings: readonly Finding[],
  prepare: (root: string) => void = () => {},
): Promise<Fix | undefined> {
  return withFolder(files, async (root) => {
    prepare(root);
    const workspace = await openWorkspace(root);
    return workspace.resolveFixes(findings, CLOCK);
  });
}

const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root });

describe("SQL that mends a database", () => {
  it("becomes the next migration of the tool whose migrations made the table", async () => {
    const prisma = await fixOf({ "prisma/schema.prisma": PRISMA, [PRISMA_INIT]: TASKS }, [
      finding(PRISMA_INIT, ENABLE),
    ]);
    assert.deepEqual(prisma!.files, [
      {
        path: "prisma/migrations/20250304050607_enable_row_level_security_on_tasks/migration.sql",
        text: "-- Enable row-level security on tasks\nalter table tasks enable row level security;\n",
      },
    ]);
    const both = {
      "prisma/schema.prisma": PRISMA,
      [PRISMA_INIT]: TASKS,
      [SUPABASE_INIT]: "create table more ();",
    };
    assert.match((await fixOf(both, [finding(PRISMA_INIT, ENABLE)]))!.files[0]!.path, /^prisma\//);
    const other = await fixOf(
      { "db/migrations/0001_a.sql": TASKS, "db/migrations/0002_b.sql": "select 1;" },
      [finding("db/migrations/0001_a.sql", ENABLE)],
    );
    assert.equal(other!.files[0]!.path, "db/migrations/0003_enable_row_level_security_on_tasks.sql");
  });

  it("is written as the tool of its folder runs it: goose's marks, Drizzle's journal", async () => {
    const goose = await fixOf(
      { "db/migrations/1_a.sql": `-- +goose Up\n${TASKS}\n-- +goose Down\ndrop table tasks;\n` },
      [finding("db/migrations/1_a.sql", sql("Say something", "select 1;", "do $$ begin perform 1; end $$;"))],
    );
    assert.equal(
      goose!.files[0]!.text,
      `-- +goose Up

-- Say something
select 1;
-- +goose StatementBegin
do $$ begin perform 1; end $$;
-- +goose StatementEnd

-- +goose Down

-- Not taken back: do $$ begin perform 1; end $$;
-- Not taken back: select 1;
`,
    );
    const journal = {
      version: "7",
      dialect: "postgresql",
      entries: [{ idx: 0, version: "7", when: 1, tag: "0000_a", breakpoints: true }],
    };
    const text = JSON.stringify(journal, null, 2);
    await withFolder({ "drizzle/0000_a.sql": TASKS, "drizzle/meta/_journal.json": text }, async (root) => {
      const workspace = await openWorkspace(root);
      const fix = await workspace.resolveFixes([finding("drizzle/0000_a.sql", ENABLE)], CLOCK);
      await workspace.applyFix(fix!);
      const tag = "0001_enable_row_level_security_on_tasks";
      assert.ok(existsSync(join(root, `drizzle/${tag}.sql`)));
      assert.deepEqual(JSON.parse(readFileSync(join(root, "drizzle/meta/_journal.json"), "utf8")).entries, [
        journal.entries[0],
        { idx: 1, version: "7", when: CLOCK.getTime(), tag, breakpoints: true },
      ]);
    });
  });

  it("goes where the platform is, when it needs it, and all of one run into one file", async () => {
    const files = { "prisma/schema.prisma": PRISMA, [PRISMA_INIT]: TASKS, "supabase/config.toml": "" };
    const fix = await fixOf(files, [
      finding(PRISMA_INIT, ENABLE),
      finding(PRISMA_INIT, POLICY),
      finding(PRISMA_INIT, ENABLE),
    ]);
    assert.deepEqual(fix!.files, [
      {
        path: "supabase/migrations/20250304050607_row_level_security_fixes.sql",
        text: `-- Enable row-level security on tasks
alter table tasks enable row level security;

-- Let owners read tasks
create policy own on tasks for select to authenticated using (id = (select auth.uid())::text);
`,
      },
    ]);
    assert.equal(fix!.title, "Apply 2 fixes");
  });

  it("is guarded in a Prisma migration, which Prisma also tries on a database without the platform", async () => {
    const supabase = '{ "dependencies": { "@supabase/supabase-js": "2" } }';
    const files = { "prisma/schema.prisma": PRISMA, [PRISMA_INIT]: TASKS, "package.json": supabase };
    const fix = await fixOf(files, [finding(PRISMA_INIT, ENABLE), finding(PRISMA_INIT, POLICY)]);
    assert.equal(
      fix!.files[0]!.text,
      `-- Enable row-level security on tasks
alter table tasks enable row level security;

-- Let owners read tasks
do $$
begin
  if to_regnamespace('auth') is not null and to_regrole('authenticated') is not null then
    create policy own on tasks for select to authenticated using (id = (select auth.uid())::text);
  end if;
end
$$;
`,
    );
  });

  it("sorts after every migration there is, of both tools", async () => {
    const files = {
      "prisma/schema.prisma": PRISMA,
      [PRISMA_INIT]: TASKS,
      "supabase/migrations/20301231235959_x.sql": "create table more ();",
    };
    const fix = await fixOf(files, [finding(PRISMA_INIT, ENABLE)]);
    assert.match(fix!.files[0]!.path, /^prisma\/migrations\/20310101000000_/);
  });

  it("goes to the file itself where there are no migrations, or to one of its own", async () => {
    const adhoc = await fixOf(
      { "prisma/schema.prisma": PRISMA, "prisma/rls.sql": "create policy a on tasks;" },
      [finding("prisma/schema.prisma", ENABLE)],
    );
    assert.deepEqual(adhoc!.edits, [
      {
        path: "prisma/rls.sql",
        span: { start: 25, end: 25 },
        text: "\n\n-- Enable row-level security on tasks\nalter table tasks enable row level security;\n",
      },
    ]);
    const pushed = await fixOf({ "prisma/schema.prisma": PRISMA }, [finding("prisma/schema.prisma", ENABLE)]);
    assert.equal(pushed!.files[0]!.path, "prisma/row-security.sql");
  });

  it("is written in place where git says that the file is new or changed, or where it is no migration", async () => {
    const inPlace = [{ path: SUPABASE_INIT, span: { start: 0, end: 0 }, text: "-- x\n" }];
    const remedy: Remedy = { ...(ENABLE as Extract<Remedy, { kind: "statements" }>), inPlace };
    const files = { [SUPABASE_INIT]: TASKS };
    const [isNew, committed, changed, without] = [
      await fixOf(files, [finding(SUPABASE_INIT, remedy)], (root) => git(root, "init", "-q")),
      await fixOf(files, [finding(SUPABASE_INIT, remedy)], commitAll),
      await fixOf(files, [finding(SUPABASE_INIT, remedy)], (root) => {
        commitAll(root);
        writeBelow(root, SUPABASE_INIT, `${TASKS}-- y\n`);
      }),
      await fixOf(files, [finding(SUPABASE_INIT, remedy)]),
    ];
    assert.deepEqual([isNew!.edits, changed!.edits], [inPlace, inPlace]);
    for (const fix of [committed, without]) {
      assert.deepEqual(fix!.edits, []);
      assert.match(fix!.files[0]!.path, /^supabase\/migrations\/20250304050607_/);
    }
    const adhoc = [{ ...inPlace[0]!, path: "policies.sql" }];
    const outside = await fixOf({ "policies.sql": `${TASKS}create policy a on tasks;` }, [
      finding("policies.sql", { ...remedy, inPlace: adhoc }),
    ]);
    assert.deepEqual(outside!.edits, adhoc);
  });

  function commitAll(root: string): void {
    git(root, "init", "-q");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "x");
  }
});

describe("fixes of several findings", () => {
  const edit = (start: number, end: number, text: string, path = "a.ts"): Remedy => ({
    kind: "edit",
    title: `Write ${text}`,
    edits: [{ path, span: { start, end }, text }],
  });

  it("leave out what overlaps, wants a decision or has no remedy, and say so", async () => {
    const intent: Remedy = {
      kind: "intent",
      title: "Protect tasks",
      intent: { verb: "protect", subject: "public.tasks", command: "rowguard generate public.tasks" },
    };
    const findings = [
      finding("a.ts", edit(0, 3, "x"), "first"),
      finding("a.ts", edit(2, 4, "y"), "overlapping"),
      finding("a.ts", edit(0, 3, "x"), "same"),
      finding("a.ts", edit(3, 3, "z"), "touching"),
      finding("a.ts", intent, "intent"),
      finding("a.ts", undefined, "none"),
    ];
    const fix = await fixOf({ "a.ts": "abcdef" }, findings);
    assert.deepEqual(
      fix!.edits.map(({ text }) => text),
      ["x", "z"],
    );
    assert.deepEqual(
      fix!.left.map(({ rule }) => rule),
      ["overlapping", "intent", "none"],
    );
    assert.equal(await fixOf({ "a.ts": "abcdef" }, [finding("a.ts", intent)]), undefined);
  });

  it("are written, seen at once, and refused when the file is no longer what was checked", () =>
    withFolder({ [SUPABASE_INIT]: TASKS, "a.ts": "abc" }, async (root) => {
      const workspace: Workspace = await openWorkspace(root);
      await workspace.report();
      const fix = await workspace.resolveFixes(
        [finding(SUPABASE_INIT, ENABLE), finding("a.ts", edit(0, 1, "x"))],
        CLOCK,
      );
      await workspace.applyFix(fix!);
      assert.equal(readFileSync(join(root, "a.ts"), "utf8"), "xbc");
      const [project] = await workspace.projects();
      assert.equal(project!.catalog.tables.get("public.tasks")!.rowSecurity, true);
      const late = await workspace.resolveFixes(
        [finding("a.ts", edit(1, 2, "y")), finding(SUPABASE_INIT, POLICY)],
        CLOCK,
      );
      writeBelow(root, "a.ts", "somebody else's");
      await assert.rejects(workspace.applyFix(late!), /a\.ts has changed since the fix was made/);
      assert.equal(existsSync(join(root, late!.files[0]!.path)), false);
    }));
});
