import { strict as assert } from "node:assert";
import { withFolder } from "../workspace/folder.ts";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";

const FILES = {
  "supabase/migrations/1_first.sql": `
    create table notes (id int primary key, owner uuid, title text);
    alter table notes enable row level security;
    create policy own on notes for select to authenticated using (owner = auth.uid());
    create policy shared on notes for select using (owner is null);`,
  "supabase/seed.sql":
    "insert into notes values (1, null, '=shared'), (2, 'a11ce000-0000-4000-8000-000000000001', 'a \"quoted\", one');",
};

describe("rowguard preview", function () {
  this.timeout(120_000);

  it("says which table is meant by a name that none has, and runs what is a statement", () =>
    withFolder(FILES, async (root) => {
      const { code, out, err } = await runIn(root, ["preview", "note", "--no-cache"]);
      assert.deepEqual(
        [code, out, err],
        [2, "", 'rowguard: There is no table and no model "note" here. Did you mean "notes"?\n'],
      );
      const words = await runIn(root, ["preview", "checkpoint", "--no-cache"]);
      assert.doesNotMatch(words.err, /no table/);
    }));

  it("prints rows side by side, as JSON of a stated shape, or as CSV", async () => {
    await withFolder(FILES, async (root) => {
      const json = await runIn(root, [
        "preview",
        "notes",
        "--as",
        "anon",
        "--as",
        "service",
        "--format",
        "json",
        "--no-cache",
      ]);
      assert.equal(misfit("preview.schema.json", JSON.parse(json.out)), "");
      const { results } = JSON.parse(json.out) as { results: { time: number; origins: unknown[] }[] };
      const times = results.map(({ time }) => time);
      assert.ok(times.every((time) => time > 0));
      assert.deepEqual(
        results.map(({ time: _, origins: __, ...result }) => result),
        [
          {
            identity: "anon",
            status: "ok",
            role: "anon",
            tenant: null,
            columns: ["id", "owner", "title"],
            rows: [["1", null, "=shared"]],
            hidden: 1,
            message: null,
            more: false,
            seen: 1,
            written: null,
            access: [
              {
                table: "public.notes",
                command: "select",
                by: "policies",
                policies: [{ policy: "shared", rows: 1 }],
                restrictive: [],
                seen: null,
                total: null,
              },
            ],
            foreign: [],
            cost: null,
          },
          {
            identity: "service",
            status: "ok",
            role: "service_role",
            tenant: null,
            columns: ["id", "owner", "title"],
            rows: [
              ["1", null, "=shared"],
              ["2", "a11ce000-0000-4000-8000-000000000001", 'a "quoted", one'],
            ],
            hidden: 0,
            message: null,
            more: false,
            seen: 2,
            written: null,
            access: [
              {
                table: "public.notes",
                command: "select",
                by: "bypassed",
                policies: [],
                restrictive: [],
                seen: null,
                total: null,
              },
            ],
            foreign: [],
            cost: null,
          },
        ],
      );
      const csv = await runIn(root, [
        "preview",
        "select id, title from notes order by id",
        "--as",
        "service",
        "--format",
        "csv",
        "--no-cache",
      ]);
      assert.equal(
        csv.out,
        'identity,status,id,title\r\nservice,ok,1,\'=shared\r\nservice,ok,2,"a ""quoted"", one"\r\n',
      );
    });
  });

  it("counts what policies let through among the rows shown, and nothing where no row is asked for", () =>
    withFolder(FILES, async (root) => {
      const asked = (query: string, ...others: string[]) =>
        runIn(root, ["preview", query, "--as", "signed-in", "--as", "anon", "--no-cache", ...others]);
      const none = await asked("select * from notes where id > 9");
      assert.match(none.out, /public\.notes: no row for "own" or "shared" to let through$/m);
      assert.match(none.out, /public\.notes: no row for "shared" to let through$/m);
      const first = await asked("select id from notes n cross join generate_series(1, 2)", "--limit", "1");
      assert.match(first.out, /"shared" lets 1 of those shown$/m);
    }));

  it("says in a sentence what it cannot do", async () => {
    await withFolder(FILES, async (root) => {
      const outcome = await runIn(root, ["preview", "notes", "--database", "NO_SUCH_VARIABLE", "--no-cache"]);
      assert.deepEqual(
        [outcome.code, outcome.err],
        [2, "rowguard: The environment has no variable NO_SUCH_VARIABLE with a connection string.\n"],
      );
      const refused = await runIn(root, [
        "preview",
        "notes",
        "--database",
        "postgresql://me:marker-Pa55word@127.0.0.1:1/db",
        "--no-cache",
      ]);
      assert.equal(refused.code, 2);
      assert.match(refused.err, /^rowguard: Nothing answers at 127.0.0.1:1/);
      assert.ok(!`${refused.out}${refused.err}`.includes("marker-Pa55word"));
    });
    await withFolder({ "package.json": "{}" }, async (root) => {
      const outcome = await runIn(root, ["preview", "notes", "--no-cache"]);
      assert.equal(outcome.code, 2);
      assert.match(outcome.err, /makes tables/);
    });
  });
});
