import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { keepAsFirstCompiled } from "../thread/web-assembly.ts";
import { FIX_ALL } from "./actions.ts";
import { type Client, clientOf } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import { listenToCommands } from "./commands.ts";
import { listenToDocuments } from "./documents.ts";
import { listenToFeatures } from "./features.ts";
import { listenToFindings } from "./findings.ts";
import { createFolders } from "./folders.ts";
import { limitHeapGrowth } from "./heap.ts";
import { listenToSettings } from "./settings.ts";
import { createTrials } from "./trial.ts";

/** Serves one client on a connection until it says goodbye. Never throws on what a client sends. */
export function serve(connection: Connection): void {
  connection.onInitialize((params) => {
    const client = clientOf(params);
    listen(connection, client, params);
    return capabilitiesFor(client);
  });
  connection.listen();
}

function listen(connection: Connection, client: Client, params: InitializeParams): void {
  const folders = createFolders(connection, client, params, () => settings.now.runMigrations);
  const settings = listenToSettings(connection, client, () => findings.changed());
  const findings = listenToFindings(connection, client, folders, settings);
  const startDocuments = listenToDocuments(connection, client, folders, findings);
  const trials = createTrials(connection, client);
  listenToFeatures(connection, client, folders, trials);
  listenToCommands(connection, client, folders, trials);
  connection.onInitialized(() => {
    startDocuments();
    settings.start();
    findings.changed();
  });
  connection.onShutdown(() => {
    findings.close();
    return folders.close();
  });
}

/** The server on standard input and output, as `rowguard lsp --stdio` and the extension start it. */
export function serveProcess(): void {
  limitHeapGrowth();
  keepAsFirstCompiled();
  serve(createConnection(ProposedFeatures.all));
}

function capabilitiesFor({ pulls }: Client): InitializeResult {
  const diagnosticProvider = {
    identifier: "rowguard",
    interFileDependencies: true,
    workspaceDiagnostics: true,
  };
  return {
    serverInfo: { name: "rowguard" },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      ...(pulls ? { diagnosticProvider } : {}),
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL], resolveProvider: true },
      executeCommandProvider: { commands: Object.values(SERVER_COMMANDS) },
      codeLensProvider: { resolveProvider: true },
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      renameProvider: { prepareProvider: true },
      completionProvider: { triggerCharacters: ['"', "'", "`", ".", " "] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}
