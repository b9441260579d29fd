import { strict as assert } from "node:assert";
import { openEmbedded } from "../../src/database/embedded/open.ts";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { readSql } from "../../src/source/sql/read.ts";
import { undo } from "../../src/workspace/fix/undo.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { SCHEMAS } from "../policies/schemas.ts";
import { withFolder } from "./folder.ts";

const TABLES =
  "create table users (id text primary key);\ncreate table notes (id text primary key, user_id text not null references users (id));\n";

/** Paths and texts of what is generated for everything that is open. */
const generateIn = (files: Readonly<Record<string, string>>): Promise<Record<string, string>> =>
  withFolder(files, async (root) => {
    const workspace = await openWorkspace(root);
    try {
      const wanted = (await workspace.projects()).map((project) => ({
        project,
        request: everythingOpen(project),
      }));
      const { fix } = await workspace.generate(wanted, new Date("2025-03-04T05:06:07Z"));
      return Object.fromEntries(fix!.files.map(({ path, text }) => [path, text]));
    } finally {
      await workspace.close();
    }
  });

describe("what takes generated SQL back", function () {
  this.timeout(60_000);
  before(loadGrammar);

  it("leaves nothing of it in the database", async () => {
    const schema = {
      path: "supabase/migrations/20240101000000_init.sql",
      text: SCHEMAS["names of every kind, composite keys, partitions, cycles and several schemas"].schema,
    };
    const [before] = await buildProjectFromTexts([schema]);
    const statements = generatePolicies(before!, everythingOpen(before!)).groups.flatMap(
      (group) => group.statements,
    );
    const [after] = await buildProjectFromTexts([
      schema,
      { path: "supabase/migrations/20240102000000_up.sql", text: statements.join("\n") },
      { path: "supabase/migrations/20240103000000_back.sql", text: undo(statements, readSql) },
    ]);
    const database = await openEmbedded(after!);
    try {
      assert.deepEqual((await database.ready()).failures, []);
      const { rows } = await database.query(`
        select relname from pg_class where (relrowsecurity or relforcerowsecurity) and relnamespace::regnamespace::text in ('public', '"Büro"')
        union all select polname from pg_policy p join pg_class c on c.oid = polrelid where relnamespace::regnamespace::text in ('public', '"Büro"')
        union all select nspname from pg_namespace where nspname = 'private'
        union all select indexrelid::regclass::text from pg_index i join pg_class c on c.oid = indexrelid where relname like '%idx' and relnamespace::regnamespace::text in ('public', '"Büro"')`);
      assert.deepEqual(rows, []);
    } finally {
      await database.close();
    }
  });

  it("stands where the folder's tool looks for it: below a mark, or in a file of its own", async () => {
    const [dbmate] = Object.values(
      await generateIn({
        "db/migrations/20240101000000_init.sql": `-- migrate:up\n${TABLES}\n-- migrate:down\ndrop table notes;\n`,
      }),
    );
    assert.match(
      dbmate!,
      /^-- migrate:up\n[\s\S]*create policy [\s\S]*\n-- migrate:down\n\ndrop index if exists public\.notes_user_id_idx;\n[\s\S]*drop schema if exists private;\n$/,
    );
    const pair = await generateIn({
      "db/migrations/000001_init.up.sql": TABLES,
      "db/migrations/000001_init.down.sql": "drop table notes;\n",
    });
    assert.deepEqual(
      Object.keys(pair).map((path) => path.replace(/.*\/000002_\w+/, "")),
      [".up.sql", ".down.sql"],
    );
    assert.match(pair[Object.keys(pair)[1]!]!, /^drop index [\s\S]*drop policy /);
  });

  it("says what cannot be taken back", () => {
    assert.equal(
      undo(["drop policy mine on public.notes;"], readSql),
      "-- Not taken back: drop policy mine on public.notes;\n",
    );
  });

  it("names what was made as the grammar reads it", () => {
    const made = [
      'create policy "all; of them" on "Büro"."my table" using (true);',
      "-- Why.\nalter table notes enable row level security, force row level security;",
      "create function private.is_member(org uuid) returns boolean language sql as 'select true';",
      'grant select (id, "Title"), update on notes to app, public;',
      "grant usage on schema private to app;",
    ];
    assert.equal(
      undo(made, readSql),
      `revoke select (id, "Title"), update on notes from app, public;
drop function if exists private.is_member;
alter table notes disable row level security, no force row level security;
drop policy if exists "all; of them" on "Büro"."my table";
`,
    );
  });
});
