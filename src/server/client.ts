import { type InitializeParams, ResourceOperationKind } from "vscode-languageserver";
import type { ClientOptions } from "../protocol/requests.ts";

/** What the client can do, as it said at the start. */
export interface Client extends Required<ClientOptions> {
  /** It pulls diagnostics; then none are pushed. */
  readonly pulls: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  /** What a lens says may be worked out when it is seen. */
  readonly resolvesLenses: boolean;
  /** It tells of changed files when it is asked to. */
  readonly watches: boolean;
  readonly changesFolders: boolean;
  readonly showsProgress: boolean;
  /** It answers `workspace/configuration`. */
  readonly configures: boolean;
  readonly hearsConfiguration: boolean;
  readonly completesSnippets: boolean;
  /** Edits of a document may be snippets. */
  readonly editsSnippets: boolean;
  /** Edits may be tied to the versions of documents. */
  readonly versionsEdits: boolean;
  /** Edits may create files. */
  readonly createsFiles: boolean;
  /** Actions may be worked out when they are chosen. */
  readonly resolvesActions: boolean;
  readonly showsDocuments: boolean;
}

/**
 * Neovim can pull, and leaves as they are the findings of open documents that an edit elsewhere changed: told to ask
 * again, it asks for the workspace's, and takes of those only what is not open.
 */
const PULLS_IN_PART = "Neovim";

export function clientOf({ capabilities, clientInfo, initializationOptions }: InitializeParams): Client {
  const { workspace, textDocument, window } = capabilities;
  const edits = workspace?.workspaceEdit;
  const operations = edits?.resourceOperations ?? [];
  return {
    pulls: textDocument?.diagnostic !== undefined && clientInfo?.name !== PULLS_IN_PART,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    resolvesLenses: textDocument?.codeLens?.resolveSupport?.properties.includes("command") === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    changesFolders: workspace?.workspaceFolders === true,
    showsProgress: window?.workDoneProgress === true,
    configures: workspace?.configuration === true,
    hearsConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    completesSnippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    editsSnippets: edits?.snippetEditSupport === true,
    // Operations on files come among changes of documents only: who names some takes those. Neovim does not say it twice.
    versionsEdits: edits?.documentChanges === true || operations.length > 0,
    createsFiles: operations.includes(ResourceOperationKind.Create),
    resolvesActions: textDocument?.codeAction?.resolveSupport?.properties.includes("edit") === true,
    showsDocuments: window?.showDocument?.support === true,
    ...optionsOf(initializationOptions),
  };
}

/** Options are the client's own text: what is not `true` is false. */
function optionsOf(given: unknown): Required<ClientOptions> {
  const options = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  return {
    commands: options.commands === true,
    hearsChanges: options.hearsChanges === true,
    chooses: options.chooses === true,
    asksReason: options.asksReason === true,
    completesConfiguration: options.completesConfiguration === true,
  };
}
