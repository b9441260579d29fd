import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorkspace } from "../../src/workspace/open.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";
import { ISSUE_SIZE, writeWorkspace } from "./generate.ts";
import { percentile } from "./measure.ts";
import type { Row } from "./table.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 60);

interface Edit {
  readonly path: string;
  readonly text: string;
}

/** Edits of an open workspace inside one process: from the changed text to the new report. */
async function benchEdits(root: string): Promise<Row[]> {
  const { schema, migrations, code } = writeWorkspace(root, ISSUE_SIZE);
  const workspace = await openWorkspace(root, {});
  await workspace.report();
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const newest = migrations.at(-1)!;
  const kinds: Record<string, { budget: number; edit: (i: number) => Edit }> = {
    code: {
      budget: 50,
      edit: (i) => nth(code, i * 37, (text) => text.replace(".from(", `.from(/* ${i} */ `), read),
    },
    schema: {
      budget: 50,
      edit: (i) => ({ path: schema, text: read(schema).replace("@db.VarChar(200)", `@db.VarChar(${i})`) }),
    },
    "newest migration": {
      budget: 50,
      edit: (i) => ({ path: newest, text: `${read(newest)}\n${newPolicy(i)}` }),
    },
    "mid-history": {
      budget: 250,
      edit: (i) => nth(migrations, 401 + i * 20, (text) => `${text}\n${newPolicy(i)}`, read),
    },
  };
  const rows: Row[] = [];
  for (const [what, { budget, edit }] of Object.entries(kinds))
    rows.push(...(await measureEdits(workspace, what, budget, edit)));
  await workspace.close();
  return rows;
}

async function measureEdits(
  workspace: Workspace,
  what: string,
  budget: number,
  edit: (i: number) => Edit,
): Promise<Row[]> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const { path, text } = edit(i);
    const begun = performance.now();
    workspace.setText(path, text);
    await workspace.report();
    times.push(performance.now() - begun);
    workspace.setText(path, undefined);
    await workspace.report();
  }
  return [
    { what: `edit, ${what}: median`, value: percentile(times, 0.5), unit: "ms" },
    { what: `edit, ${what}: 95th percentile`, value: percentile(times, 0.95), unit: "ms", budget },
  ];
}

function nth(
  paths: readonly string[],
  n: number,
  change: (text: string) => string,
  read: (path: string) => string,
): Edit {
  const path = paths[n % paths.length]!;
  return { path, text: change(read(path)) };
}

const newPolicy = (i: number): string =>
  `create policy "extra ${i}" on public.entities_5 for select to authenticated using (organization_id is not null);\n`;

benchEdits(process.argv[2]!).then((rows) => process.stdout.write(JSON.stringify(rows)));
