import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedDatabase, type Progress } from "../../src/database/embedded/open.ts";
import { projectOf } from "./projects.ts";

const FIRST = "supabase/migrations/1_first.sql";
const FILES = {
  [FIRST]:
    "create table public.notes (id int); select pg_sleep(0.4);\nalter table nowhere enable row level security;",
  "supabase/migrations/2_last.sql": "alter table public.notes enable row level security;",
  "supabase/seed.sql": "insert into public.notes values (1);",
};

describe("a history that was run before", function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rowguard-kept-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Files that need not run, refused statements, and rows, of a database that begins now. */
  async function begin(files: Partial<typeof FILES> = {}) {
    let there: number | undefined;
    const tell = ({ state, done }: Progress) => {
      if (state === "running migrations") there ??= done;
    };
    const project = await projectOf({ ...FILES, ...files });
    const database = new EmbeddedDatabase(project, { tell, folder });
    try {
      const { failures } = await database.ready();
      const { rows } = await database.query(
        "select count(*), bool_or(relrowsecurity) from public.notes, pg_class where relname = 'notes'",
      );
      return { there, refused: failures.map(({ message }) => message), rows };
    } finally {
      await database.close();
    }
  }

  const whole = { refused: ['relation "nowhere" does not exist'], rows: [["1", "t"]] };

  it("is not run again but for its newest file and the seed", async () => {
    assert.deepEqual(await begin(), { there: 0, ...whole });
    const [name] = readdirSync(folder);
    assert.match(name!, /^history-[0-9a-f]{16}$/);
    const seed = "insert into public.notes values (1), (2);";
    assert.deepEqual(await begin({ "supabase/seed.sql": seed }), { ...whole, there: 1, rows: [["2", "t"]] });
  });

  it("is run again where it is another, or what was kept is damaged", async () => {
    assert.deepEqual(await begin({ [FIRST]: `${FILES[FIRST]}\nselect 1;` }), { there: 0, ...whole });
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(file, bytes);
    }
    assert.deepEqual(await begin(), { there: 0, ...whole });
  });
});
