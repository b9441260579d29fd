import * as vscode from "vscode";
import type { TableWanted, Target } from "../protocol/requests.ts";
import type { Client } from "./client.ts";
import { openTarget } from "./items.ts";
import type { OverviewSource } from "./overview.ts";
import type { TableNode, TablesTree } from "./tables-tree.ts";

interface Parts {
  readonly client: Client;
  readonly overview: OverviewSource;
  readonly tables: TablesTree;
  readonly extensionUri: vscode.Uri;
}

/** Every command of the manifest. */
export function registerCommands({ client, overview, tables, extensionUri }: Parts): vscode.Disposable[] {
  const on = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(`rowguard.${name}`, run);
  return [
    on("refresh", () => overview.refresh()),
    on("restartServer", () => client.restart()),
    on("filterTables", () => filterTables(tables)),
    on("clearFilter", () => tables.setFilter("")),
    on("showTable", (key: string) => showTable(overview, key)),
    on("goToTable", () => goToTable(overview)),
    on("showPlaces", peek),
    on("showRule", (rule: string) => showRule(extensionUri, rule)),
    on("offerCommand", (command: string) => offerCommand(command)),
    on("protectTable", (node: TableNode) => node.kind === "table" && protect(overview, node.wanted)),
    on("protectAll", () => vscode.commands.executeCommand("rowguard.server.protect", activeUri())),
    on("setScope", (given?: TableNode | TableWanted | string) => setScope(overview, given)),
    on("setTenant", () => vscode.commands.executeCommand("rowguard.server.setTenant", activeUri())),
    on("createConfiguration", () => offerCommand("rowguard init")),
    on("openWalkthrough", () =>
      vscode.commands.executeCommand("workbench.action.openWalkthrough", "rowguard.rowguard#start", false),
    ),
  ];
}

/** The open file says which folder of several is meant. */
const activeUri = (): string | undefined => vscode.window.activeTextEditor?.document.uri.toString();

async function protect(overview: OverviewSource, wanted: TableWanted): Promise<void> {
  const uri = await fileOf(overview, wanted);
  await vscode.commands.executeCommand("rowguard.server.protect", uri, wanted.key);
}

/** Of a table in the tree, of one by its key, or of one that is asked for. */
async function setScope(
  overview: OverviewSource,
  given: TableNode | TableWanted | string | undefined,
): Promise<void> {
  if (typeof given !== "object")
    return vscode.commands.executeCommand("rowguard.server.setScope", activeUri(), given);
  const wanted = "key" in given ? given : "wanted" in given ? given.wanted : undefined;
  const uri = wanted ? await fileOf(overview, wanted) : activeUri();
  await vscode.commands.executeCommand("rowguard.server.setScope", uri, wanted?.key);
}

/** A file of the folder that the table is in, which says to the server which of several is meant. */
const fileOf = async (overview: OverviewSource, wanted: TableWanted): Promise<string | undefined> =>
  (await overview.table(wanted))?.place?.uri ?? activeUri();

async function openTable(overview: OverviewSource, wanted: TableWanted): Promise<void> {
  const place = (await overview.table(wanted))?.place;
  if (!place) return;
  const { command, arguments: args } = openTarget(place);
  await vscode.commands.executeCommand(command, ...(args ?? []));
}

async function filterTables(tables: TablesTree): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: "Filter tables",
    prompt: "Part of a table's name; empty shows all.",
  });
  if (text !== undefined) tables.setFilter(text);
}

/** The table's findings as the editor's own list of references, or the table itself where there are none. */
async function showTable(overview: OverviewSource, key: string): Promise<void> {
  const known = tablesOf(overview).find(({ wanted }) => wanted.key === key);
  const table = known && (await overview.table(known.wanted));
  if (!table) return;
  const targets = [...table.findings.map(({ place }) => place), ...table.policies.map(({ place }) => place)];
  const place = table.place ?? targets[0];
  if (!place) return;
  await peek(place, targets);
}

/** Other places, within the editor of this one. */
async function peek({ uri, range: { start } }: Target, places: readonly Target[]): Promise<void> {
  await vscode.commands.executeCommand(
    "editor.action.peekLocations",
    vscode.Uri.parse(uri),
    new vscode.Position(start.line, start.character),
    places.map(
      ({ uri, range: { start, end } }) =>
        new vscode.Location(
          vscode.Uri.parse(uri),
          new vscode.Range(start.line, start.character, end.line, end.character),
        ),
    ),
    "peek",
  );
}

async function goToTable(overview: OverviewSource): Promise<void> {
  const tables = tablesOf(overview);
  const picked = await vscode.window.showQuickPick(
    tables.map(({ wanted, rowSecurity }) => ({
      label: wanted.key,
      description: rowSecurity ? "RLS on" : "RLS off",
      wanted,
    })),
    { title: "Go to table", matchOnDescription: true },
  );
  if (picked) await openTable(overview, picked.wanted);
}

const tablesOf = (overview: OverviewSource): { wanted: TableWanted; rowSecurity: boolean }[] =>
  (overview.current?.folders ?? []).flatMap(({ uri: folder, schemas }) =>
    schemas.flatMap(({ database, tables }) =>
      tables.map(({ key, rowSecurity }) => ({ wanted: { folder, database, key }, rowSecurity })),
    ),
  );

/** The rule's page, as the editor shows Markdown. The name comes from the server; only a rule's own signs are taken. */
async function showRule(extensionUri: vscode.Uri, rule: string): Promise<void> {
  if (!/^[a-z-]+$/.test(rule)) return;
  await vscode.commands.executeCommand(
    "markdown.showPreview",
    vscode.Uri.joinPath(extensionUri, "media", "rules", `${rule}.md`),
  );
}

/** Puts a command into a terminal without running it: the user reads it and presses Enter. */
function offerCommand(command: string): void {
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showInformationMessage(`In a trusted workspace, run: ${command}`);
    return;
  }
  const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal("Rowguard");
  terminal.show(true);
  terminal.sendText(command.startsWith("rowguard ") ? `npx ${command}` : command, false);
}
