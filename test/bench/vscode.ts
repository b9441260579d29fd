import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packExtension } from "../../src/build/package.ts";
import { compileSuite, runInServer } from "../vscode/host/extension-host.ts";
import type { Block } from "../vscode/measure/stretch.ts";
import { ISSUE_SIZE, writeWorkspace } from "./generate.ts";
import type { Row } from "./table.ts";

/** The packed extension in VS Code's own extension host, on the large workspace. */
export async function benchExtension(folder: string): Promise<Row[]> {
  const vsix = await packExtension(join(folder, "rowguard.vsix"));
  const large = join(folder, "workspace-editor");
  writeWorkspace(large, ISSUE_SIZE);
  const { activation, block } = await measure(folder, large);
  return [
    ...(activation === null
      ? []
      : [
          { what: "editor: activation, processor time", value: activation, unit: "ms" as const, budget: 100 },
        ]),
    {
      what: `editor: longest block of the extension host, in ${block.in}`,
      value: block.spent,
      unit: "ms",
      budget: 20,
    },
    { what: "editor: size of the package", value: statSync(vsix).size / 1e6, unit: "MB", budget: 12 },
  ];
}

/** Activated on a workspace without anything of ours, which gets the large folder afterwards. */
async function measure(
  folder: string,
  large: string,
): Promise<{ readonly activation: number | null; readonly block: Block }> {
  const empty = join(folder, "empty");
  mkdirSync(empty, { recursive: true });
  const path = join(folder, "bench.code-workspace");
  writeFileSync(path, JSON.stringify({ folders: [{ path: empty }] }));
  const results = join(folder, "editor.json");
  const tests = await compileSuite("measure");
  const env = { ROWGUARD_RESULTS: results, ROWGUARD_FOLDER: large };
  const code = await runInServer({ path, tests, env });
  if (code !== 0) throw new Error("The extension host ended with a failure.");
  return JSON.parse(readFileSync(results, "utf8"));
}
