import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { ROOT } from "../../src/build/tree.ts";
import { DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { lint } from "../../src/lint/lint.ts";
import type { Report } from "../../src/lint/report.ts";
import { registry } from "../../src/rules/registry.generated.ts";
import { openWorkspace } from "../../src/workspace/open.ts";

const FOLDER = join(ROOT, "examples/strive/before");
const ROUNDS = 60;

/** SQL that changes what findings about other objects come from: switches, policies, roles, grants, helpers, names. */
const SNIPPETS = [
  "alter table public.tasks enable row level security;",
  "alter table public.projects enable row level security;",
  'create policy "read" on public.tasks for select to authenticated using (true);',
  'create policy "own" on public.tasks for all to authenticated using (assignee_id = (select auth.uid()));',
  'create policy "write" on public.projects for insert with check (is_member(organization_id));',
  "create function public.is_member(organization text) returns boolean language sql as $$ select true $$;",
  "create function public.is_member(organization text) returns boolean language sql security definer as $$ select auth.uid() is not null $$;",
  "revoke all on public.comments from anon, authenticated;",
  "create role reports login bypassrls;",
  "grant reports to authenticated;",
  "alter default privileges in schema public revoke all on tables from anon;",
  "revoke usage on schema public from anon;",
  "create view public.open_tasks as select * from public.tasks;",
  "alter publication supabase_realtime add table public.comments;",
  "insert into storage.buckets (id, name, public) values ('papers', 'papers', false);",
  "alter table public.customers rename to clients;",
  "alter table public.tasks drop column assignee_id cascade;",
  "create table public.copies as select * from public.invoices;",
  'drop policy "read" on public.tasks;',
  "grant truncate on public.tasks to authenticated;",
];

/** The same numbers in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** Takes a line out, writes one twice, or adds a snippet at the end of an SQL file. */
function mutate(path: string, text: string, random: (below: number) => number): string {
  const lines = text.split("\n");
  const at = random(lines.length);
  if (path.endsWith(".sql") && random(3) > 0) return `${text}\n${SNIPPETS[random(SNIPPETS.length)]}\n`;
  return lines.toSpliced(at, 1, ...(random(2) ? [] : [lines[at]!, lines[at]!])).join("\n");
}

const shown = ({ findings, health }: Report) => [
  ...findings.map(
    ({ rule, severity, at, message }) =>
      `${at.path}:${at.span.start}-${at.span.end} ${rule} ${severity} ${message}`,
  ),
  `health ${health.total}`,
];

describe("findings kept from one edit to the next", () => {
  it("are those of a fresh look, whatever was edited", async function () {
    this.timeout(120_000);
    const paths = globSync("**/*.{sql,prisma,ts,tsx,json}", { cwd: FOLDER }).sort();
    const workspace = await openWorkspace(FOLDER, {});
    const texts = new Map<string, string>();
    const random = seeded(7);
    for (let round = 0; round < ROUNDS; round++) {
      const path = paths[random(paths.length)]!;
      const original = readFileSync(join(FOLDER, path), "utf8");
      const text = random(4) ? mutate(path, texts.get(path) ?? original, random) : original;
      texts.set(path, text);
      workspace.setText(path, text);
      const kept = await workspace.report();
      const fresh = lint({
        root: kept.root,
        projects: await workspace.projects(),
        configuration: DEFAULT_CONFIGURATION,
        registry,
        sources: kept.sources,
        text: kept.text,
      });
      assert.deepEqual(shown(kept), shown(fresh), `round ${round}, after an edit of ${path}`);
      assert.deepEqual(kept.failures, []);
    }
    await workspace.close();
  });
});
