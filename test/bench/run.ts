import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../src/build/bundle.ts";
import { benchDatabase } from "./database.ts";
import { benchEditor } from "./editor.ts";
import { benchEdits } from "./edits.ts";
import { benchMeaning } from "./meaning.ts";
import { benchOneFile } from "./one-file.ts";
import { benchPolicies } from "./policies.ts";
import { benchPreview } from "./preview.ts";
import { benchSplinter } from "./splinter.ts";
import { isOver, type Row, renderRows } from "./table.ts";
import { benchGenerate } from "./thousand.ts";
import { benchExtension } from "./vscode.ts";
import { benchScale, benchWorkspace } from "./workspace.ts";

const TIMES = 10;

/** What `npm run bench -- <part>` may name; without one, all but those that take long or install an editor. */
const PARTS: Record<string, (folder: string, cli: string) => Row[] | Promise<Row[]>> = {
  file: benchOneFile,
  workspace: benchWorkspace,
  edits: benchEdits,
  preview: benchPreview,
  policies: benchPolicies,
  generate: benchGenerate,
  meaning: benchMeaning,
  splinter: benchSplinter,
  editor: benchEditor,
  vscode: benchExtension,
  database: benchDatabase,
  scale: (folder, cli) => benchScale(folder, cli, TIMES),
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}": there are ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

// Other work on the machine shows in times, hardly in ratios.
const load = loadavg()[0]!.toFixed(1);
console.log(`Node ${process.versions.node}, ${availableParallelism()} processors, load ${load}`);

const folder = mkdtempSync(join(tmpdir(), "rowguard-bench-"));
try {
  await bundle(join(folder, "dist"));
  let over = 0;
  for (const name of named.length ? named : ["file", "workspace", "edits", "editor", "database"]) {
    const rows = await PARTS[name]!(folder, join(folder, "dist", "cli.cjs"));
    console.log(`\n${renderRows(rows)}`);
    over += rows.filter(isOver).length;
  }
  process.exitCode = over ? 1 : 0;
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}
