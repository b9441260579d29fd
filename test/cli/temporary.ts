import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Files = Readonly<Record<string, string | Buffer>>;

/** A folder with these files in it, gone when `work` has ended. */
export async function withFiles<T>(files: Files, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rowguard-test-")));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const MIGRATION = "supabase/migrations/20240101000000_init.sql";

/** A workspace with exactly one error: `public.tasks` is open. */
export const OPEN_TABLE: Files = {
  [MIGRATION]: "create table public.tasks (id uuid primary key, title text);\n",
};

/** The same table, protected: nothing reaches the threshold. */
export const CLEAN: Files = {
  [MIGRATION]: `${OPEN_TABLE[MIGRATION]}alter table public.tasks add column owner uuid not null references auth.users (id);
create index on public.tasks (owner);
alter table public.tasks enable row level security;
create policy "own tasks" on public.tasks for all to authenticated
  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));
`,
};
