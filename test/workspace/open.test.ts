import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Report } from "../../src/lint/report.ts";
import { checkFolder } from "../../src/workspace/check.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { type Workspace, type WorkspaceOptions, WorkspaceProblem } from "../../src/workspace/workspace.ts";
import { withFolder, writeBelow } from "./folder.ts";

const INIT = "supabase/migrations/20240101000000_init.sql";
const NEXT = "supabase/migrations/20240102000000_next.sql";
const SCHEMA = "prisma/schema.prisma";
const TWO_MODELS =
  'datasource db {\n provider = "postgresql"\n}\nmodel Task {\n id String @id\n}\nmodel Note {\n id String @id\n}\n';
const TASKS = "create table tasks (id uuid primary key, owner_id uuid not null);\n";
const ENABLE = "alter table tasks enable row level security;\n";
const POLICY =
  "create policy own on tasks for select to authenticated using (owner_id = (select auth.uid()));\n";

async function withWorkspace(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (workspace: Workspace, root: string) => Promise<void>,
  options: WorkspaceOptions = {},
): Promise<void> {
  await withFolder(files, async (root) => {
    const workspace = await openWorkspace(root, options);
    try {
      await use(workspace, root);
    } finally {
      await workspace.close();
    }
  });
}

/** The rules that these tests speak of: others may have their own opinion of the same few tables. */
const SPOKEN_OF = new Set([
  "table-without-rls",
  "rls-without-policies",
  "policies-without-rls",
  "configuration-invalid",
]);

const spokenOf = (report: Report) => report.findings.filter(({ rule }) => SPOKEN_OF.has(rule));
const rules = (report: Report) => spokenOf(report).map(({ rule, subject }) => `${rule} ${subject}`);
const left = (report: Report) =>
  report.sources.filter((note) => !note.read).map(({ path, why }) => `${path}: ${why}`);

async function tablesOf(workspace: Workspace): Promise<string[]> {
  const projects = await workspace.projects();
  return projects.flatMap(({ catalog }) =>
    [...catalog.tables.values()].filter((t) => !t.platform).map((t) => t.name),
  );
}

describe("a workspace", () => {
  it("reports what its files say, in the order they are replayed", () =>
    withWorkspace({ [NEXT]: ENABLE, [INIT]: TASKS, "docs/x.md": "" }, async (workspace) => {
      const report = await workspace.report();
      assert.deepEqual(rules(report), ["rls-without-policies public.tasks"]);
      assert.deepEqual(
        report.sources.map(({ path, what, why }) => `${path}: ${what}, ${why}`),
        [
          `${INIT}: Supabase migration, 1st of the history`,
          `${NEXT}: Supabase migration, 2nd of the history`,
        ],
      );
      assert.equal(report.incomplete, false);
      assert.equal(report.text(INIT), TASKS);
    }));

  it("is incomplete where there is nothing to read", () =>
    withWorkspace({ "README.md": "hello" }, async (workspace) => {
      const report = await workspace.report();
      assert.equal(report.incomplete, true);
      assert.deepEqual(rules(report), []);
    }));

  it("is incomplete where the folder is missing, and says so", async () => {
    const workspace = await openWorkspace(join(import.meta.dirname, "nowhere"));
    const report = await workspace.report();
    assert.equal(report.incomplete, true);
    assert.match(left(report)[0]!, /^\.: it is not there/);
  });

  it("goes on with defaults where the configuration is broken, and reports it", () =>
    withWorkspace({ [INIT]: TASKS, "rowguard.config.json": '{ "rulez": {} }' }, async (workspace) => {
      const report = await workspace.report();
      assert.equal(report.incomplete, true);
      assert.deepEqual(
        spokenOf(report).map(({ rule, at }) => `${rule} ${at.path}`),
        ["configuration-invalid rowguard.config.json", `table-without-rls ${INIT}`],
      );
    }));

  it("reports a baseline that is not there, and is content with one that is", () =>
    withWorkspace(
      { [INIT]: TASKS, "rowguard.config.json": '{ "baseline": "base.json" }' },
      async (workspace, root) => {
        const report = await workspace.report();
        assert.match(
          report.findings[0]!.message,
          /baseline "base\.json" counts as empty: there is no such file/,
        );
        writeBelow(
          root,
          "base.json",
          '{ "findings": [{ "rule": "table-without-rls", "subject": "public.tasks" }] }',
        );
        workspace.filesChanged(["base.json"]);
        assert.deepEqual(rules(await workspace.report()), []);
      },
    ));

  it("leaves alone what is no SQL of PostgreSQL, with a reason each, and reads the rest", () =>
    withWorkspace(
      {
        [INIT]: TASKS,
        "supabase/migrations/20240103000000_binary.sql": Buffer.from(
          Array.from({ length: 999 }, (_, i) => i % 256),
        ),
        "analytics/migrations/0001_a.sql": "create table a (id UInt64) engine = MergeTree order by id;",
        "analytics/migrations/0002_b.sql": "alter table a add column b int;",
        "deploy/policies.sql": "create policy x on {{ .Table }} using (true);",
        "dump.sql": `-- PostgreSQL database dump\n${TASKS}${POLICY}`,
      },
      async (workspace) => {
        const report = await workspace.report();
        assert.deepEqual(await tablesOf(workspace), ["tasks"]);
        assert.deepEqual(left(report).sort(), [
          "analytics/migrations/0001_a.sql: it is written for ClickHouse: engine = mergetree is not PostgreSQL's",
          "analytics/migrations/0002_b.sql: it is written for ClickHouse: engine = mergetree is not PostgreSQL's",
          "deploy/policies.sql: it is a template: {{ .Table }} is filled in before it is SQL",
          "dump.sql: it is a dump beside the history",
          "supabase/migrations/20240103000000_binary.sql: a binary file",
        ]);
      },
    ));

  it("leaves a 50 MB dump alone in no time, and says so", () =>
    withWorkspace(
      { [INIT]: TASKS, "dump.sql": Buffer.alloc(50 * 2 ** 20, "insert into a values (1);\n") },
      async (w) => {
        assert.deepEqual(left(await w.report()), ["dump.sql: larger than 32 MB"]);
      },
    ));

  it("forgets a migration that grows beyond what is read, and reads it again once it is split", () =>
    withWorkspace({ [INIT]: TASKS, [NEXT]: "create table later (id uuid);\n" }, async (workspace, root) => {
      const write = (text: string | Uint8Array) => {
        writeBelow(root, NEXT, text);
        workspace.filesChanged([NEXT]);
      };
      assert.deepEqual(await tablesOf(workspace), ["tasks", "later"]);
      write(Buffer.alloc(33 * 2 ** 20, "create table later (id uuid);\n"));
      const { incomplete } = await workspace.report();
      assert.deepEqual([await tablesOf(workspace), incomplete], [["tasks"], true]);
      write("create table later (id uuid);\n");
      const after = await workspace.report();
      assert.deepEqual([await tablesOf(workspace), after.incomplete], [["tasks", "later"], false]);
    }));

  it("keeps databases and their code apart", () =>
    withWorkspace(
      {
        "a/package.json": '{ "name": "a" }',
        "a/prisma/schema.prisma": 'datasource db {\n provider = "postgresql"\n}\nmodel A {\n id Int @id\n}\n',
        "b/package.json": '{ "name": "b" }',
        "b/prisma/schema.prisma": 'datasource db {\n provider = "postgresql"\n}\nmodel B {\n id Int @id\n}\n',
      },
      async (workspace) => {
        const projects = await workspace.projects();
        assert.deepEqual(
          projects.map(({ folder, models, tablesFrom }) => [folder, [...models.keys()].join(), tablesFrom]),
          [
            ["a", "A", "prisma"],
            ["b", "B", "prisma"],
          ],
        );
      },
    ));
});

describe("a workspace of several databases", () => {
  const PACKAGE = (name: string, ...packages: string[]) =>
    JSON.stringify({ name, dependencies: Object.fromEntries(packages.map((each) => [each, "*"])) });
  const schema = (model: string) =>
    `datasource db {\n provider = "postgresql"\n}\nmodel ${model} {\n id Int @id\n}\n`;
  const FILES = {
    "package.json": PACKAGE("all"),
    "packages/main/package.json": PACKAGE("main"),
    "packages/main/prisma/schema.prisma": schema("Invoice"),
    "packages/logs/package.json": PACKAGE("logs"),
    "packages/logs/prisma/schema.prisma": schema("Line"),
    "apps/web/package.json": PACKAGE("web", "main", "@supabase/supabase-js"),
    "apps/web/tasks.ts": `import { createClient } from "@supabase/supabase-js";
const supabase = createClient(process.env.URL!, process.env.KEY!);
export const tasks = () => supabase.from("tasks").select();
export const invoices = () => supabase.from("invoice").select();
export const count = () => supabase.rpc("count_tasks");
export const store = () => supabase.storage.from("files").list();
`,
  };
  const [HISTORY, MAIN] = ["supabase/migrations/20240101000000_a.sql", "packages/main/prisma/more.sql"];
  const UNKNOWN = new Set(["supabase-table-unknown", "supabase-function-unknown", "bucket-unknown"]);
  const unknown = async (workspace: Workspace) =>
    (await workspace.report()).findings.flatMap(({ rule, message }) =>
      UNKNOWN.has(rule) ? [`${rule}: ${message}`] : [],
    );
  const MADE = `create function elsewhere() returns int language sql as 'select 1';
insert into storage.buckets (id) values ('papers');\n`;

  it("takes a name for one of the database that has a supabase folder, unless it is nearly one of its own", () =>
    withWorkspace({ ...FILES, [MAIN]: MADE, [HISTORY]: TASKS }, async (workspace) => {
      assert.deepEqual(await unknown(workspace), [
        'supabase-table-unknown: The query names "invoice", and the table is called Invoice.',
      ]);
    }));

  it("knows that nothing has a name where no other one may be meant", () =>
    withWorkspace({ ...FILES, [MAIN]: MADE }, async (workspace) => {
      assert.deepEqual(await unknown(workspace), [
        'supabase-table-unknown: The query names "tasks", and no table or view has that name.',
        'supabase-table-unknown: The query names "invoice", and the table is called Invoice.',
        'supabase-function-unknown: The code calls the function "count_tasks", and no function has that name.',
        'bucket-unknown: The code uses the bucket "files", and nothing creates it.',
      ]);
    }));
});

describe("an edited workspace", () => {
  it("takes the text of an open editor for the file, and gives the file back", () =>
    withWorkspace({ [INIT]: TASKS }, async (workspace) => {
      assert.deepEqual(rules(await workspace.report()), ["table-without-rls public.tasks"]);
      workspace.setText(INIT, TASKS + ENABLE + POLICY);
      assert.deepEqual(rules(await workspace.report()), []);
      workspace.setText(INIT, undefined);
      assert.deepEqual(rules(await workspace.report()), ["table-without-rls public.tasks"]);
    }));

  it("knows files that only an editor has, until it closes them", () =>
    withWorkspace({ [INIT]: TASKS }, async (workspace) => {
      await workspace.report();
      workspace.setText(NEXT, "create table more (id int);");
      assert.deepEqual(await tablesOf(workspace), ["tasks", "more"]);
      workspace.setText(NEXT, undefined);
      assert.deepEqual(await tablesOf(workspace), ["tasks"]);
    }));

  it("leaves what an editor opens alone where a walk does: ignored files, packages, and links to what is read elsewhere", () =>
    withWorkspace(
      {
        ".gitignore": "skip/\n",
        [INIT]: TASKS,
        "node_modules/x/schema.prisma": "",
        "skip/supabase/migrations/20240101_a.sql": "",
        "app/readme.md": "",
      },
      async (workspace, root) => {
        symlinkSync(join(root, "supabase"), join(root, "app/supabase"), "junction");
        const before = await workspace.report();
        workspace.setText(
          "node_modules/x/schema.prisma",
          'datasource db {\n  provider = "postgresql"\n}\nmodel Other {\n  id String @id\n}\n',
        );
        workspace.setText("skip/supabase/migrations/20240101_a.sql", "create table skipped (id int);");
        workspace.setText("skip/supabase/migrations/20240102_unsaved.sql", "create table unsaved (id int);");
        workspace.setText(`app/${INIT}`, TASKS);
        const opened = await workspace.report();
        assert.deepEqual(rules(opened), rules(before));
        assert.deepEqual(opened.sources, before.sources);
        writeFileSync(join(root, ".gitignore"), "skip/supabase/migrations/20240101_a.sql");
        workspace.filesChanged([".gitignore"]);
        assert.deepEqual((await tablesOf(workspace)).sort(), ["tasks", "unsaved"]);
      },
    ));

  it("keeps what an edit does not touch: facts, tables, models, code", () =>
    withWorkspace(
      {
        [INIT]: `${TASKS}create table notes (id uuid primary key);\n`,
        [NEXT]: ENABLE,
        "prisma/schema.prisma":
          'datasource db {\n provider = "postgresql"\n}\nmodel Task {\n id String @id\n @@map("tasks")\n}\n',
        "a.ts": 'import { PrismaClient } from "@prisma/client";\nexport const prisma = new PrismaClient();\n',
        "b.ts": 'import { prisma } from "./a";\nprisma.task.findMany();\n',
      },
      async (workspace) => {
        const [before] = await workspace.projects();
        assert.equal((await workspace.projects())[0], before);
        workspace.setText(NEXT, `${ENABLE}-- more\n`);
        const [sql] = await workspace.projects();
        assert.notEqual(sql, before);
        for (const part of ["code", "usages", "models", "modelOfTable", "prisma", "packages"] as const)
          assert.equal(sql![part], before![part], part);
        const table = (name: string) =>
          [before, sql].map((each) => each!.catalog.tables.get(`public.${name}`));
        assert.equal(...(table("notes") as [unknown, unknown]));
        workspace.setText("b.ts", 'import { prisma } from "./a";\nprisma.task.count();\n');
        const [code] = await workspace.projects();
        assert.equal(code!.catalog, sql!.catalog);
        assert.equal(code!.history, sql!.history);
        assert.equal(code!.tenancy, sql!.tenancy);
        assert.deepEqual(
          code!.code.map((file) => before!.code.includes(file)),
          [true, false],
        );
        workspace.setText("b.ts", undefined);
        assert.equal((await workspace.projects())[0]!.code[0], before!.code[0]);
      },
    ));

  it("gives the same findings after any edit as a workspace opened anew", () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 150; i++) {
      files[`supabase/migrations/2024010100${String(i).padStart(4, "0")}_a.sql`] =
        i % 3
          ? `create policy p${i} on t${i - (i % 3)} for select using (true);`
          : `create table t${i} (id int);`;
    }
    const paths = Object.keys(files);
    return withWorkspace(files, async (workspace, root) => {
      await workspace.report();
      const texts = new Map<string, string>();
      for (const [at, text] of [
        [70, "create table x70 (id int);"],
        [149, "alter table t3 enable row level security;"],
        [69, "drop table t9 cascade;"],
        [0, "select 1;"],
        [130, "broken broken"],
      ] as const) {
        texts.set(paths[at]!, text);
        workspace.setText(paths[at]!, text);
        const edited = await workspace.report();
        const anew = await openWorkspace(root);
        for (const [path, open] of texts) anew.setText(path, open);
        const fresh = await anew.report();
        assert.deepEqual(edited.findings, fresh.findings, `after the edit of file ${at}`);
        assert.deepEqual(edited.health, fresh.health);
      }
    });
  });

  it("follows files and folders that come, change, move and go", () =>
    withWorkspace({ [INIT]: TASKS, "other/empty.txt": "" }, async (workspace, root) => {
      assert.deepEqual(await tablesOf(workspace), ["tasks"]);
      writeBelow(root, NEXT, "create table two (id int);");
      workspace.filesChanged([NEXT]);
      assert.deepEqual(await tablesOf(workspace), ["tasks", "two"]);
      writeBelow(root, NEXT, "create table three (id int);");
      workspace.filesChanged([NEXT]);
      assert.deepEqual(await tablesOf(workspace), ["tasks", "three"]);
      renameSync(join(root, NEXT), join(root, "other/x.sql"));
      workspace.filesChanged([NEXT, "other/x.sql"]);
      assert.deepEqual(await tablesOf(workspace), ["tasks"]);
      renameSync(join(root, "supabase"), join(root, "gone"));
      workspace.filesChanged(["supabase", "gone"]);
      assert.deepEqual(
        (await workspace.report()).sources.filter(({ read }) => read).map(({ path }) => path),
        ["gone/migrations/20240101000000_init.sql"],
      );
      rmSync(join(root, "gone"), { recursive: true });
      rmSync(join(root, "other"), { recursive: true });
      workspace.filesChanged(["gone/migrations/20240101000000_init.sql", "other"]);
      assert.equal((await workspace.report()).incomplete, true);
    }));

  it("sees a change of what git ignores, and leaves new files alone that are ignored", () =>
    withWorkspace({ ".gitignore": "skip/\n", [INIT]: TASKS }, async (workspace, root) => {
      await workspace.report();
      writeBelow(root, "skip/supabase/migrations/1_a.sql", "create table skipped (id int);");
      workspace.filesChanged(["skip/supabase/migrations/1_a.sql"]);
      assert.deepEqual(await tablesOf(workspace), ["tasks"]);
      writeFileSync(join(root, ".gitignore"), "");
      workspace.filesChanged([".gitignore"]);
      assert.deepEqual((await tablesOf(workspace)).sort(), ["skipped", "tasks"]);
    }));

  it("answers calls that overlap each with what was said before them", () =>
    withWorkspace({ [INIT]: TASKS }, async (workspace) => {
      const first = workspace.report();
      workspace.setText(INIT, TASKS + ENABLE + POLICY);
      const second = workspace.report();
      workspace.setText(INIT, `${TASKS}${ENABLE}`);
      const third = workspace.report();
      const all = (await Promise.all([first, second, third])).map(rules);
      assert.deepEqual(all.at(-1), ["rls-without-policies public.tasks"]);
    }));

  it("stops where its signal says so", () =>
    withWorkspace({ [INIT]: TASKS }, async (workspace) => {
      await assert.rejects(workspace.report({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
    }));
});

describe("a workspace in git", () => {
  const git = (root: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root });

  it("knows what is committed, changed and new, and reports only what a change touches", () =>
    withFolder({ [INIT]: `${TASKS}create table old (id int);\n` }, async (root) => {
      git(root, "init", "-q");
      git(root, "add", "-A");
      git(root, "commit", "-qm", "x");
      writeBelow(root, NEXT, "create table fresh (id int);\n");
      const workspace = await openWorkspace(root);
      const [project] = await workspace.projects();
      assert.deepEqual(
        project!.history.map(({ state }) => state),
        ["committed", "new"],
      );
      assert.deepEqual(rules(await workspace.report({ since: "HEAD" })), ["table-without-rls public.fresh"]);
      assert.equal(rules(await workspace.report()).length, 3);
      await assert.rejects(
        workspace.report({ since: "nope" }),
        (error) => error instanceof WorkspaceProblem && /knows no revision "nope"/.test(error.message),
      );
    }));
});

describe("the cache of a workspace", () => {
  const FILES = {
    [INIT]: TASKS + ENABLE + POLICY,
    [NEXT]: "create table more (id int); broken;",
    "prisma/schema.prisma": 'datasource db {\n provider = "postgresql"\n}\nmodel Task {\n id String @id\n}\n',
    "a.ts": 'import { PrismaClient } from "@prisma/client";\nexport const prisma = new PrismaClient();\n',
    "package.json": '{ "dependencies": { "drizzle-orm": "1" } }',
    ".env": "DATABASE_URL=postgresql://a:b@c/d?schema=app",
  };

  async function check(root: string, cacheFolder: string): Promise<Omit<Report, "text" | "projects">> {
    const workspace = await openWorkspace(root, { cacheFolder });
    const { text: _, projects: __, ...report } = await workspace.report();
    await workspace.close();
    return report;
  }

  it("gives the same report from facts that it kept, and from damaged ones", () =>
    withFolder(FILES, async (root) => {
      const cache = join(root, "node_modules/.cache/x");
      const first = await check(root, cache);
      const [file] = readdirSync(cache);
      const bytes = readFileSync(join(cache, file!));
      assert.deepEqual(await check(root, cache), first);
      bytes[bytes.length - 5]! ^= 1;
      writeFileSync(join(cache, file!), bytes);
      assert.deepEqual(await check(root, cache), first);
      writeFileSync(join(cache, file!), "");
      assert.deepEqual(await check(root, cache), first);
    }));

  it("knows the models of a schema by those that it kept, whatever is edited and taken back", () =>
    withFolder({ [SCHEMA]: TWO_MODELS }, async (root) => {
      const cacheFolder = join(root, "node_modules/.cache/x");
      await check(root, cacheFolder);
      const workspace = await openWorkspace(root, { cacheFolder });
      const now = async () => (await workspace.projects())[0]!;
      const kept = await now();
      workspace.setText(SCHEMA, TWO_MODELS);
      assert.equal((await now()).prisma[0], kept.prisma[0], "where it is opened");
      for (const text of ["model Task {\n note String?\n", undefined, "// moved\nmodel Task {\n"]) {
        workspace.setText(SCHEMA, text && TWO_MODELS.replace("model Task {\n", text));
        const { prisma, models } = await now();
        assert.equal(prisma[0]!.models[1], kept.prisma[0]!.models[1]);
        assert.equal(models.get("Note"), kept.models.get("Note"));
      }
      await workspace.close();
    }));

  it("sees an edit that keeps size and time", () =>
    withFolder(FILES, async (root) => {
      const cache = join(root, "node_modules/.cache/x");
      await check(root, cache);
      await check(root, cache);
      writeBelow(root, INIT, FILES[INIT].replace("enable", "disable").replace("own on", "my on"));
      assert.ok((await check(root, cache)).findings.some(({ rule }) => rule === "policies-without-rls"));
    }));

  it("gives the last report again where nothing changed, and never where something did", () =>
    withFolder({ ...FILES, ".gitignore": "node_modules\n" }, async (root) => {
      const cacheFolder = join(root, "node_modules/.cache/x");
      const run = async () => {
        const { text, projects, ...report } = await checkFolder(root, { cacheFolder });
        assert.equal(text(INIT), readFileSync(join(root, INIT), "utf8"));
        return { report, kept: projects.length === 0 };
      };
      const anew = async () => {
        const { text: _, projects: __, ...report } = await checkFolder(root, {});
        return report;
      };
      const settled = JSON.parse(JSON.stringify((await run()).report));
      assert.deepEqual(JSON.parse(JSON.stringify(await run())), { report: settled, kept: true });
      const changes: (() => void)[] = [
        () => writeBelow(root, INIT, FILES[INIT].replace("enable", "disable").replace("own on", "my on")),
        () => writeBelow(root, "rowguard.config.json", '{ "baseline": "base.json" }'),
        () => writeBelow(root, "base.json", '{ "findings": [] }'),
        () => writeBelow(root, "new.ts", "process.env.X;"),
        () => rmSync(join(root, "new.ts")),
        () => writeBelow(root, ".gitignore", "node_modules\na.ts\n"),
        () => execFileSync("git", ["init", "-q"], { cwd: root }),
      ];
      for (const [i, change] of changes.entries()) {
        change();
        const { report, kept } = await run();
        assert.equal(kept, false, `change ${i}`);
        assert.deepEqual(report, await anew(), `change ${i}`);
        assert.equal((await run()).kept, true, `after change ${i}`);
      }
    }));

  it("is shared by runs side by side, and does without a folder it may write", () =>
    withFolder(FILES, async (root) => {
      const cache = join(root, "node_modules/.cache/x");
      const reports = await Promise.all(Array.from({ length: 4 }, () => check(root, cache)));
      for (const report of reports) assert.deepEqual(report, reports[0]);
      assert.equal(readdirSync(cache).length, 1);
      mkdirSync(join(root, "plain"));
      writeFileSync(join(root, "plain/file"), "");
      assert.deepEqual(await check(root, join(root, "plain/file/below")), reports[0]);
    }));
});
