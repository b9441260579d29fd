import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { listenToDocuments } from "./documents.ts";
import { listenToFeatures } from "./features.ts";
import { listenToFindings } from "./findings.ts";
import { createFolders } from "./folders.ts";

/** Serves one client on a connection until it says goodbye. Never throws on what a client sends. */
export function serve(connection: Connection): void {
  connection.onInitialize((params) => {
    const folders = createFolders(connection, params);
    const findings = listenToFindings(connection, folders, params);
    listenToDocuments(connection, folders, findings);
    listenToFeatures(connection, folders);
    connection.onInitialized(async () => {
      await folders.watch();
      findings.changed();
    });
    connection.onShutdown(() => folders.close());
    return capabilitiesFor(params);
  });
  connection.listen();
}

/** The server on standard input and output, as `rowguard lsp --stdio` and the extension start it. */
export const serveProcess = (): void => serve(createConnection(ProposedFeatures.all));

function capabilitiesFor(params: InitializeParams): InitializeResult {
  const pulls = params.capabilities.textDocument?.diagnostic !== undefined;
  return {
    serverInfo: { name: "rowguard" },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      ...(pulls
        ? {
            diagnosticProvider: {
              identifier: "rowguard",
              interFileDependencies: true,
              workspaceDiagnostics: true,
            },
          }
        : {}),
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix], resolveProvider: true },
      codeLensProvider: {},
      hoverProvider: true,
      definitionProvider: true,
      referencesProvider: true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      renameProvider: { prepareProvider: true },
      completionProvider: { triggerCharacters: ['"', "'", ".", " "] },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}
