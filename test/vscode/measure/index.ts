import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import * as vscode from "vscode";
import { longestBlock, spentBetween, type Turn } from "./stretch.ts";

const EDITS = 30;

/** Where Node parses what a server sends, before any code of ours runs: other extensions' servers send little here. */
const PARSING = "parseChannelMessages";

/** What `npm run bench -- vscode` runs in the extension host: activation, then a large workspace opened and edited. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension("rowguard.rowguard")!;
  const file = extension.extensionPath;
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  // Fine enough for 20 ms, coarse enough to disturb little.
  await session.post("Profiler.setSamplingInterval", { interval: 1000 });
  await session.post("Profiler.start");
  const turns: Turn[] = [];
  const noting = setInterval(
    () => turns.push({ at: Number(process.hrtime.bigint() / 1000n), spent: spent() }),
    1,
  );
  const wasActive = extension.isActive;
  await extension.activate();
  vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(process.env.ROWGUARD_FOLDER!) });
  const findings = () => vscode.languages.getDiagnostics().flatMap(([, each]) => each);
  await until(() => findings().some(({ source }) => source === "rowguard"));
  await edit(EDITS);
  clearInterval(noting);
  const { profile } = await session.post("Profiler.stop");
  const block = longestBlock(
    profile,
    turns,
    ({ url, functionName }) => url.includes(file) || functionName === PARSING,
  );
  writeFileSync(
    process.env.ROWGUARD_RESULTS!,
    JSON.stringify({
      activation: wasActive ? null : spentActivating(extension.id, turns),
      block,
      findings: findings().length,
    }),
  );
}

/** What the loading of the extension's code and its `activate()` took, between the marks that VS Code sets. */
function spentActivating(id: string, turns: readonly Turn[]): number {
  const { getMarks } = (globalThis as unknown as { MonacoPerformanceMarks: Marks }).MonacoPerformanceMarks;
  const offset = Number(process.hrtime.bigint() / 1000n) - Date.now() * 1000;
  const at = (name: string) =>
    getMarks().find((mark) => mark.name === `code/extHost/${name}/${id}`)!.startTime * 1000 + offset;
  return (
    spentBetween(turns, at("willLoadExtensionCode"), at("didLoadExtensionCode")) +
    spentBetween(turns, at("willActivateExtension"), at("didActivateExtension"))
  );
}

interface Marks {
  getMarks(): readonly { readonly name: string; readonly startTime: number }[];
}

/** Processor time of this thread alone, in milliseconds: compilers and collectors beside it make nobody wait. */
function spent(): number {
  // VS Code's server runs on a Node that has it.
  const { user, system } = (process as unknown as { threadCpuUsage(): NodeJS.CpuUsage }).threadCpuUsage();
  return (user + system) / 1000;
}

/** Types into the schema, with pauses in which findings, lenses and trees follow. */
async function edit(times: number): Promise<void> {
  const [uri] = await vscode.workspace.findFiles("**/schema.prisma", null, 1);
  const document = await vscode.workspace.openTextDocument(uri!);
  const editor = await vscode.window.showTextDocument(document);
  for (let n = 0; n < times; n++) {
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), "/"));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 240_000; Date.now() < end; ) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("No findings came.");
}
