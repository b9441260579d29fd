import * as vscode from "vscode";
import { startClient } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { FindingsTree } from "./findings-tree.ts";
import { createOverview } from "./overview.ts";
import { registerPreview } from "./preview/commands.ts";
import { showScore } from "./score.ts";
import { TablesTree } from "./tables-tree.ts";

/** Starts the language server and shows what it says; everything that is decided is decided there. */
export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel("Rowguard", { log: true });
  context.subscriptions.push(output);
  const client = startClient(context, output);
  const overview = createOverview(client.requests);
  const tables = new TablesTree(overview);
  const findings = new FindingsTree(overview);
  context.subscriptions.push(
    client,
    overview,
    tables.register(),
    findings.register(),
    showScore(overview),
    registerPreview(context),
    ...registerCommands({ client, overview, tables, extensionUri: context.extensionUri }),
  );
}

export function deactivate(): void {
  // Everything registered above is disposed by the editor, the server with it.
}
