import { openWorkspace } from "../../src/workspace/open.ts";
import { editKinds } from "./edit-kinds.ts";
import { ISSUE_SIZE, writeWorkspace } from "./generate.ts";
import { percentile } from "./measure.ts";
import type { Row } from "./table.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 60);

/** Edits of an open workspace inside one process: from the changed text to the new report. */
async function benchEdits(root: string): Promise<Row[]> {
  const kinds = editKinds(root, writeWorkspace(root, ISSUE_SIZE));
  const workspace = await openWorkspace(root, {});
  await workspace.report();
  const rows: Row[] = [];
  for (const { what, budget, edit } of kinds) {
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
    rows.push(
      { what: `edit, ${what}: median`, value: percentile(times, 0.5), unit: "ms" },
      { what: `edit, ${what}: 95th percentile`, value: percentile(times, 0.95), unit: "ms", budget },
    );
  }
  await workspace.close();
  return rows;
}

benchEdits(process.argv[2]!).then((rows) => process.stdout.write(JSON.stringify(rows)));
