import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { misfit } from "./published.ts";
import { runIn } from "./recorder.ts";
import { withFiles } from "./temporary.ts";

const FILES = {
  "supabase/migrations/20240101000000_init.sql": `create table public.notes (
  id uuid primary key,
  user_id uuid not null references auth.users (id)
);
create policy "own notes" on public.notes for select to authenticated using (user_id = (select auth.uid()));
create table public.drafts (id uuid primary key, user_id uuid not null references auth.users (id));
create table public.ledger (id uuid primary key, amount numeric);
`,
};

const fits = (schema: string, text: string) => {
  const value = JSON.parse(text);
  assert.equal(misfit(schema, value), "");
  return value;
};

describe("what commands print as JSON", () => {
  it("is, of explain, a rule, a table with all that is known of it, or the tenancy", () =>
    withFiles(FILES, async (folder) => {
      const explain = async (...args: string[]) =>
        fits("explain.schema.json", (await runIn(folder, ["explain", ...args, "--format", "json"])).out);
      const { kind, rule } = await explain("table-without-rls");
      assert.deepEqual([kind, rule.id, rule.category], ["rule", "table-without-rls", "exposure"]);
      const [notes] = (await explain("notes")).tables;
      assert.deepEqual([notes.rowSecurity, notes.scope.kind, notes.policies.length], [false, "user", 1]);
      assert.ok(notes.findings.length > 0);
      const [database] = (await explain("--tenancy")).databases;
      assert.equal(database.style.kind, "personal");
    }));

  it("is, of init, the file that was made and what was found out", () =>
    withFiles(FILES, async (folder) => {
      const { out } = await runIn(folder, ["init", "--format", "json"]);
      const { created, found } = fits("init.schema.json", out);
      assert.equal(created, "rowguard.config.json");
      assert.equal(found.tenancy.scopes["public.notes"], "user");
      assert.ok(existsSync(join(folder, created)));
    }));

  it("is, of generate, what was written, what is left, and what trying it showed", () =>
    withFiles(FILES, async (folder) => {
      const args = ["generate", "drafts", "ledger", "--format", "json"];
      const { code, out } = await runIn(folder, args);
      const { written, changes, left, trial } = fits("generate.schema.json", out);
      assert.deepEqual([code, written], [1, true]);
      assert.match(changes[0].patch, /alter table public\.drafts enable row level security/);
      assert.deepEqual(
        left.map(({ subject }: { subject: string }) => subject),
        ["public.ledger"],
      );
      assert.ok(trial.tried > 0);
      assert.ok(existsSync(join(folder, changes[0].path)));
    })).timeout(240_000);
});
