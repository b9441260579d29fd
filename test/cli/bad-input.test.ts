import assert from "node:assert/strict";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { asOrdinaryUser } from "../workspace/folder.ts";
import { type Outcome, runIn } from "./recorder.ts";
import { CLEAN, type Files, MIGRATION, OPEN_TABLE, withFiles } from "./temporary.ts";

interface Found {
  readonly rule: string;
  readonly path: string;
  readonly message: string;
  readonly start: { readonly line: number; readonly column: number };
}

const LATER = "supabase/migrations/20240102000000_later.sql";
const OPEN = "table-without-rls";
/** What is told of bad input, and of the table that all of it stands beside. */
const SHOWN = new Set([OPEN, "sql-syntax", "prisma-syntax", "configuration-invalid"]);
const BINARY = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0xff, 0xfe, 0, 1, 2, 3, 0x80, 0x90]);

interface Bad {
  readonly files: Files;
  /** What is wrong with the folder that no file can say. */
  readonly prepare?: (folder: string) => void;
  /** `rule path:line:column` of each finding beside the one about the open table. */
  readonly findings?: readonly string[];
  /** Where the open table is reported; at its statement where not given. */
  readonly open?: string;
  /** What `--verbose` says of a file that was left alone. */
  readonly left?: RegExp;
  readonly code?: number;
  readonly complaint?: RegExp;
}

const CASES: Readonly<Record<string, Bad>> = {
  "broken SQL in the middle": {
    files: { [LATER]: "create table a (id uuid);\ncreate tabel b (id uuid);\ncreate table c (id uuid);\n" },
    findings: [`${OPEN} ${LATER}:1:1`, `sql-syntax ${LATER}:2:8`, `${OPEN} ${LATER}:3:1`],
  },
  "a half-typed model": {
    files: {
      "prisma/schema.prisma":
        'datasource db {\n  provider = "postgresql"\n}\n\nmodel tasks {\n  id String @id\n  tit',
    },
    open: "prisma/schema.prisma:5:7",
    findings: ["prisma-syntax prisma/schema.prisma:5:1", "prisma-syntax prisma/schema.prisma:7:3"],
  },
  "an unterminated quote": {
    files: { [LATER]: "create table a (id uuid);\ncomment on table a is 'never ends;\n" },
    findings: [`${OPEN} ${LATER}:1:1`, `sql-syntax ${LATER}:2:23`],
  },
  "a byte order mark": {
    files: { [LATER]: "\ufeffcreate table a (id uuid);\n" },
    findings: [`${OPEN} ${LATER}:1:2`],
  },
  "CRLF line ends": {
    files: { [LATER]: "-- one\r\n\r\ncreate table a (id uuid);\r\n" },
    findings: [`${OPEN} ${LATER}:3:1`],
  },
  "a NUL character": {
    files: {
      [LATER]: "create table a (id uuid);\ncreate table \u0000b (id uuid);\ncreate table c (id uuid);\n",
    },
    findings: [
      `${OPEN} ${LATER}:1:1`,
      `${OPEN} ${LATER}:2:1`,
      `sql-syntax ${LATER}:2:14`,
      `${OPEN} ${LATER}:3:1`,
    ],
  },
  "UTF-16 with its mark": {
    files: { [LATER]: Buffer.from("\ufeff-- é\ncreate table a (id uuid);\n", "utf16le") },
    findings: [`${OPEN} ${LATER}:2:1`],
  },
  "a dump of 50 MB": {
    files: {
      "dumps/dump.sql": `-- PostgreSQL database dump\n\n${"insert into public.tasks values (1);\n".repeat(1_400_000)}`,
    },
    left: /dumps\/dump\.sql .*larger than 32 MB/,
  },
  "a binary file that is named .sql": {
    files: { "sql/data.sql": BINARY },
    left: /sql\/data\.sql/,
  },
  "a binary file among the migrations": {
    files: { [LATER]: BINARY },
    left: /20240102000000_later\.sql .*a binary file/,
    code: 2,
    complaint:
      /^rowguard: This is without what could not be read: [^ ]*_later\.sql \(a binary file\); [^\n]*\.\n$/,
  },
  "what a file system keeps beside a migration": {
    files: { [LATER.replace("2024", "._2024")]: BINARY },
    left: /\._20240102000000_later\.sql .*a binary file/,
  },
  "an expression of 10,000 terms": {
    files: {
      [LATER]: `create view v as select ${Array.from({ length: 10_000 }, (_, i) => i).join(" + ")};\n`,
    },
    findings: [`sql-syntax ${LATER}:1:1`],
  },
  "a loop of symbolic links": {
    files: {},
    prepare: (folder) => symlinkSync(folder, join(folder, "supabase", "again"), "junction"),
  },
  "a link to a file that is not there": {
    files: {},
    prepare: (folder) => symlinkSync(join(folder, "gone.sql"), join(folder, LATER)),
    left: /20240102000000_later\.sql/,
  },
  "a folder that is named like a file": {
    files: { "supabase/migrations/20240103000000_folder.sql/readme.txt": "nothing" },
  },
  "an invalid configuration": {
    files: { "rowguard.config.json": '{\n  "treshold": "error"\n}\n' },
    findings: ["configuration-invalid rowguard.config.json:2:3"],
    code: 2,
    complaint: /^rowguard: The configuration has mistakes, which the findings name; .*\.\n$/,
  },
  "a configuration that is no JSON": {
    files: { "rowguard.config.json": '{ "rules": { }\n' },
    findings: ["configuration-invalid rowguard.config.json:2:1"],
    code: 2,
    complaint: /^rowguard: The configuration has mistakes/,
  },
  "a configuration that is a folder": {
    files: { "rowguard.config.json/readme.txt": "nothing" },
    findings: ["configuration-invalid rowguard.config.json:1:1"],
    code: 2,
    complaint: /^rowguard: The configuration has mistakes/,
  },
  "a configuration in UTF-16 that names a baseline which is no text": {
    files: {
      "rowguard.config.json": Buffer.from('\ufeff{ "baseline": "b.json" }', "utf16le"),
      "b.json": BINARY,
    },
    findings: ["configuration-invalid rowguard.config.json:1:16"],
    code: 2,
    complaint: /^rowguard: The configuration has mistakes/,
  },
  "an unknown rule in the configuration": {
    files: { "rowguard.config.json": '{ "rules": { "table-wihtout-rls": "off" } }\n' },
    findings: ["configuration-invalid rowguard.config.json:1:14"],
    code: 2,
    complaint: /^rowguard: The configuration has mistakes/,
  },
};

describe("bad input", () => {
  for (const [what, bad] of Object.entries(CASES))
    it(`does not keep the rest from being checked: ${what}`, () =>
      withFiles({ ...OPEN_TABLE, ...bad.files }, async (folder) => {
        bad.prepare?.(folder);
        const outcome = await runIn(folder, ["check", "--no-cache", "--format", "json"]);
        assertFound(outcome, bad);
        if (bad.left) {
          const { out } = await runIn(folder, ["check", "--no-cache", "--verbose"]);
          assert.match(out.split("Left alone")[1] ?? "", bad.left);
        }
      })).timeout(60_000);

  it("says what it may not read, and is not content without it", () =>
    withFiles({ "a/shut/b.sql": "", ...inFolder("a", CLEAN), [`a/${LATER}`]: "" }, async (folder) => {
      chmodSync(folder, 0o755);
      chmodSync(join(folder, "a", LATER), 0);
      chmodSync(join(folder, "a/shut"), 0);
      const { code, out, err } = await asOrdinaryUser(() =>
        runIn(folder, ["check", "a", "--no-cache", "--format", "json"]),
      );
      chmodSync(join(folder, "a/shut"), 0o755);
      assert.equal(code, 2);
      const why = "\\(no permission to read it\\)";
      assert.match(
        err,
        new RegExp(
          `^rowguard: This is without what could not be read: a/${LATER} ${why}, a/shut ${why}; [^\n]*"exclude"[^\n]*\\.\\n$`,
        ),
      );
      const { findings, summary } = JSON.parse(out);
      assert.deepEqual([findings, summary.complete], [[], false]);
    }));

  it("has one sentence for a folder with no sources at all", () =>
    withFiles({ "readme.md": "nothing" }, async (folder) => {
      const { code, out, err } = await runIn(folder, ["check"]);
      assert.equal(code, 2);
      assert.match(err, /^rowguard: There is nothing to check in .*; name the folder [^\n]*\.\n$/);
      assert.equal(out.trim(), "");
    }));

  it("has one sentence for a folder without tables, whatever is asked of it", () =>
    withFiles({ "readme.md": "nothing" }, async (folder) => {
      for (const command of [["generate"], ["explain", "--tenancy"], ["catalog"], ["fix", "--dry-run"]]) {
        const { code, err } = await runIn(folder, command);
        assert.equal(code, 2, command.join(" "));
        assert.match(err, /^rowguard: .*no migrations and no other SQL.* was found.*\.\n$/);
      }
    }));

  it("says of a folder whose SQL is another database's that it was left alone", () =>
    withFiles({ "schema.sql": "create table `a` (id int auto_increment);\n" }, async (folder) => {
      const { code, err } = await runIn(folder, ["check"]);
      assert.equal(code, 2);
      assert.match(
        err,
        /no other SQL of PostgreSQL was found; `rowguard check --verbose` says what was left/,
      );
    }));

  it("still prints a whole document for programs when there are no sources", () =>
    withFiles({}, async (folder) => {
      for (const command of [["check"], ["catalog"], ["explain", "--tenancy"]]) {
        const { code, out, err } = await runIn(folder, [...command, "--format", "json"]);
        assert.equal(code, 2);
        assert.equal(`rowguard: ${JSON.parse(out).incomplete}\n`, err);
      }
    }));
});

const inFolder = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

function assertFound({ code, out, err }: Outcome, bad: Bad): void {
  const { findings } = JSON.parse(out) as { findings: Found[] };
  const shown = findings
    .filter(({ rule }) => SHOWN.has(rule))
    .map(({ rule, path, start }) => `${rule} ${path}:${start.line}:${start.column}`);
  const expected = [`${OPEN} ${bad.open ?? `${MIGRATION}:1:1`}`, ...(bad.findings ?? [])];
  assert.deepEqual(shown.sort(), expected.sort());
  for (const { message } of findings) assert.match(message, /^[^\n]+[.!?]$/, "one sentence");
  assert.equal(code, bad.code ?? 1);
  assert.match(err, bad.complaint ?? /^$/);
}
