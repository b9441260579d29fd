import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./generate.ts";

/** One edit of one file: the text that it has then. */
export interface Edit {
  readonly path: string;
  readonly text: string;
}

export interface EditKind {
  readonly what: string;
  /** Milliseconds at the 95th percentile. */
  readonly budget: number;
  edit(i: number): Edit;
}

/** Edits by what they mean for a workspace: where a name is typed, a model, and history at its end and in its middle. */
export function editKinds(root: string, { schema, migrations, code }: Workspace): EditKind[] {
  const change = (path: string, by: (text: string) => string): Edit => ({
    path,
    text: by(readFileSync(join(root, path), "utf8")),
  });
  const addPolicy = (i: number) => (text: string) => `${text}\n${newPolicy(i)}`;
  const nth = (paths: readonly string[], n: number) => paths[n % paths.length]!;
  return [
    {
      what: "code",
      budget: 50,
      edit: (i) => change(nth(code, i * 37), (text) => text.replace('.from("', `.from(/* ${i} */ "x`)),
    },
    {
      what: "schema",
      budget: 50,
      edit: (i) => change(schema, (text) => text.replace("@db.VarChar(200)", `@db.VarChar(${i})`)),
    },
    { what: "newest migration", budget: 50, edit: (i) => change(migrations.at(-1)!, addPolicy(i)) },
    {
      what: "mid-history",
      budget: 250,
      edit: (i) => change(nth(migrations, 401 + i * 20), addPolicy(i)),
    },
  ];
}

const newPolicy = (i: number): string =>
  `create policy "extra ${i}" on public.entities_5 for select to anon using (true);\n`;
