import { strict as assert } from "node:assert";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { FactStore } from "../../src/workspace/facts/fact-store.ts";
import { Sources } from "../../src/workspace/sources.ts";
import { Surveyor } from "../../src/workspace/surveyor.ts";
import { withFolder } from "./folder.ts";

const FIRST = "supabase/migrations/20240101000000_init.sql";
const LAST = "supabase/migrations/20240102000000_more.sql";
const ASIDE = "scripts/policies.sql";
const TASKS = "create table public.tasks (id uuid primary key);\n";
const POLICY = "create policy all_of_them on public.tasks for select to anon using (true);\n";

describe("what a workspace holds", () => {
  it("stays as it is where a migration gets what decides nothing about it", () =>
    withFolder({ [FIRST]: TASKS, [LAST]: "select 1;\n", [ASIDE]: "select 1;\n" }, async (root) => {
      const store = new FactStore(root);
      const sources = new Sources(root, store);
      const surveyor = new Surveyor(store);
      const survey = async () => surveyor.survey(await sources.list(), DEFAULT_CONFIGURATION);
      const before = await survey();
      assert.deepEqual(paths(before), [FIRST, LAST]);
      sources.setText(LAST, POLICY);
      assert.equal(await survey(), before);
      sources.setText(LAST, "create table public.notes (id uuid primary key);\n");
      assert.notEqual(await survey(), before);
      sources.setText(ASIDE, POLICY);
      assert.ok(paths(await survey()).includes(ASIDE));
    }));
});

const paths = ({ databases }: Awaited<ReturnType<Surveyor["survey"]>>): string[] =>
  databases.flatMap(({ sql }) => sql.map(({ path }) => path));
