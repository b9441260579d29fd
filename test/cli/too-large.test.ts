import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { asOrdinaryUser } from "../workspace/folder.ts";
import { runIn } from "./recorder.ts";
import { CLEAN, type Files, MIGRATION, withFiles } from "./temporary.ts";

const MB = 2 ** 20;
const LATER = "supabase/migrations/20240102000000_later.sql";
const ROW = "insert into public.tasks (title) values ('it''s done, granted to nobody');\n";
const COPIED = "a row that says create table\tand more\n";

const filled = (line: string, megabytes: number, before = "", after = "\n"): Buffer =>
  Buffer.concat([Buffer.from(before), Buffer.alloc(megabytes * MB, line), Buffer.from(after)]);

/** More than is read, and with a table in it. */
const TABLES = filled(ROW, 33, "", "\ncreate table public.late (id uuid);\n");

const configured = (configuration: object): Files => ({
  "rowguard.config.json": JSON.stringify(configuration),
});

interface Outcome {
  readonly code: number;
  readonly err: string;
  readonly complete: boolean;
}

async function check(files: Files): Promise<Outcome> {
  return withFiles({ ...CLEAN, ...files }, async (folder) => {
    const { code, out, err } = await runIn(folder, ["check", "--no-cache", "--format", "json"]);
    return { code, err, complete: JSON.parse(out).summary.complete };
  });
}

describe("a file that is too large to be read", () => {
  const MISSED: Readonly<Record<string, { readonly path: string; readonly files: Files }>> = {
    "a migration": { path: LATER, files: { [LATER]: TABLES } },
    "a migration of another tool": {
      path: "db/migrate/002_late.sql",
      files: { "db/migrate/001_early.sql": "select 1;\n", "db/migrate/002_late.sql": TABLES },
    },
    "a migration whose table is made in the first of many lines": {
      path: LATER,
      files: { [LATER]: filled(ROW, 33, "CREATE\n  TABLE public.late (id uuid);\n") },
    },
    "a migration of one line": {
      path: LATER,
      files: { [LATER]: filled(" ", 33, "select 1;", "create table public.late (id uuid);") },
    },
    "a migration whose rows are followed by a block": {
      path: LATER,
      files: { [LATER]: filled(ROW, 33, "", "do\n$$ begin perform public.make_tables(); end $$;\n") },
    },
    "a migration in UTF-16": {
      path: LATER,
      files: { [LATER]: Buffer.concat([Buffer.from("\ufeff", "utf16le"), Buffer.alloc(33 * MB, "c\0")]) },
    },
    "a declarative schema": {
      path: "supabase/schemas/late.sql",
      files: { "supabase/schemas/late.sql": TABLES },
    },
    "a Prisma schema": {
      path: "prisma/schema.prisma",
      files: { "prisma/schema.prisma": filled("// a line\n", 17) },
    },
    "SQL that the configuration names": {
      path: "db/late.sql",
      files: { "db/late.sql": TABLES, ...configured({ adhoc: ["db/late.sql"] }) },
    },
  };
  for (const [what, { path, files }] of Object.entries(MISSED))
    it(`is missed, and named with what to do: ${what}`, async () => {
      const { code, err, complete } = await check(files);
      assert.match(err, /^rowguard: This is without what could not be read: [^\n]*\.\n$/);
      assert.ok(err.includes(`${path} (larger than ${path.endsWith(".sql") ? 32 : 16} MB: split it`), err);
      assert.deepEqual([code, complete], [2, false]);
    }).timeout(60_000);

  const NO_PART: Readonly<Record<string, Files>> = {
    "a dump beside the history": { "backup.sql": TABLES },
    "dumps with dates in a folder of their own": {
      "nightly/20240101_all.sql": TABLES,
      "nightly/20240102_all.sql": TABLES,
    },
    "a dump with a date in a folder of SQL": { "sql/20240101-dump.sql": TABLES },
    "a seed": { "supabase/seed.sql": TABLES },
    "a migration of another database system": {
      "mysql/prisma/schema.prisma": 'datasource db {\n  provider = "mysql"\n}\n',
      "mysql/prisma/migrations/20240101000000_a/migration.sql": TABLES,
    },
    "a migration that the configuration excludes": { [LATER]: TABLES, ...configured({ exclude: [LATER] }) },
    "a migration of INSERTs": { [LATER]: filled(ROW, 33) },
    "a migration of the rows that COPY takes": {
      [LATER]: filled(
        COPIED,
        33,
        "COPY public.tasks (title) FROM stdin;\n",
        "\n\\.\nselect setval('a', 1);\n",
      ),
    },
  };
  for (const [what, files] of Object.entries(NO_PART))
    it(`is not missed where no table can be in it: ${what}`, async () =>
      assert.deepEqual(await check(files), { code: 0, err: "", complete: true })).timeout(60_000);

  it("is listed with the reason where it is not missed", () =>
    withFiles({ ...CLEAN, "backup.sql": TABLES, [LATER]: filled(ROW, 33) }, async (folder) => {
      const { out } = await runIn(folder, ["check", "--no-cache", "--verbose"]);
      assert.match(out, /backup\.sql {2}file, larger than 32 MB\n/);
      assert.match(out, /later\.sql {2}file, larger than 32 MB, and holds rows alone\n/);
    })).timeout(60_000);

  it("is missed again on the next run, which reads nothing anew", () =>
    withFiles({ ...CLEAN, [LATER]: TABLES, "node_modules/a/package.json": "{}" }, async (folder) => {
      const first = await runIn(folder, ["check"]);
      assert.deepEqual(await runIn(folder, ["check"]), first);
      assert.equal(first.code, 2);
    })).timeout(60_000);
});

describe("a folder that may not be read", () => {
  it("is not missed where the configuration excludes it", () =>
    withFiles(
      { ...CLEAN, [MIGRATION]: CLEAN[MIGRATION]!, "shut/a.sql": "", ...configured({ exclude: ["shut/"] }) },
      async (folder) => {
        chmodSync(folder, 0o755);
        chmodSync(join(folder, "shut"), 0);
        const { code, err } = await asOrdinaryUser(() => runIn(folder, ["check", "--no-cache"]));
        chmodSync(join(folder, "shut"), 0o755);
        assert.deepEqual([code, err], [0, ""]);
      },
    ));
});
