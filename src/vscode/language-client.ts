import * as vscode from "vscode";
import {
  CloseAction,
  DocumentDiagnosticRequest,
  type DynamicFeature,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type MessageTransports,
  type StaticFeature,
  TransportKind,
} from "vscode-languageclient/node";
import {
  ASK_REASON,
  CHOOSE,
  type Choice,
  CLIENT_COMMANDS,
  type ClientOptions,
  type ReasonWanted,
} from "../protocol/requests.ts";
import { createMiddleware } from "./middleware.ts";
import { OFFERED } from "./offered.ts";
import { createOthers } from "./others.ts";
import { patientDecoder, patientEncoder } from "./patient-json.ts";
import { nextTurn } from "./sliced.ts";

/** Files whose texts the server wants from open editors. */
const DOCUMENTS = [
  "sql",
  "prisma",
  "typescript",
  "typescriptreact",
  "javascript",
  "javascriptreact",
  "vue",
  "svelte",
  "json",
  "jsonc",
  "dotenv",
  "toml",
].map((language) => ({ scheme: "file", language }));
const PATTERNS = ["**/*.sql", "**/*.prisma", "**/.env*", "**/supabase/config.toml"].map((pattern) => ({
  scheme: "file",
  pattern,
}));

/** Five crashes in a row, each within three minutes of the last, are no accident any more. */
const MOST_CRASHES = 5;
const WINDOW = 3 * 60_000;

/** Starting a process takes its time, and so do large messages: others get their turn between them. */
class PatientClient extends LanguageClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    const method = "registrationType" in feature ? feature.registrationType.method : undefined;
    if (method === undefined || OFFERED.has(method)) super.registerFeature(feature);
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    const transports = await super.createMessageTransports(encoding);
    // The library hands no options on to the reader and the writer that it makes.
    Object.assign(Reflect.get(transports.writer, "options"), { contentTypeEncoder: patientEncoder });
    Object.assign(Reflect.get(transports.reader, "options"), { contentTypeDecoder: patientDecoder });
    await nextTurn();
    return transports;
  }
}

/** The client of the server in `module`, not started yet. */
export function createClient(module: string, output: vscode.LogOutputChannel): LanguageClient {
  const run = { module, transport: TransportKind.stdio };
  const debug = { ...run, options: { execArgv: ["--nolazy", "--inspect=6119"] } };
  const client = new PatientClient(
    "rowguard",
    "Rowguard",
    { run, debug },
    {
      documentSelector: [...DOCUMENTS, ...PATTERNS],
      outputChannel: output,
      initializationOptions: OPTIONS,
      diagnosticPullOptions: { onChange: true, onSave: true, onTabs: false },
      errorHandler: createErrorHandler(output),
      // Hovers may offer this one command, which asks; what they quote is escaped.
      markdown: { isTrusted: { enabledCommands: [CLIENT_COMMANDS.setScope] } },
      middleware: createMiddleware(createOthers((document) => pullAgain(client, document))),
    },
  );
  client.onRequest(ASK_REASON, askReason);
  client.onRequest(CHOOSE, choose);
  return client;
}

function pullAgain(client: LanguageClient, document: vscode.TextDocument): void {
  if (!client.isRunning()) return;
  const provider = client.getFeature(DocumentDiagnosticRequest.method).getProvider(document);
  provider?.onDidChangeDiagnosticsEmitter.fire();
}

/** What the server may count on beyond LSP. */
const OPTIONS: ClientOptions = {
  commands: true,
  hearsChanges: true,
  asksReason: true,
  chooses: true,
  completesConfiguration: true,
};

/** Why a finding is accepted, in one line of the user's; null where he thinks better of it. */
const askReason = async ({ rule, message }: ReasonWanted): Promise<string | null> =>
  (await vscode.window.showInputBox({
    title: `Ignore ${rule} here`,
    prompt: message,
    placeHolder: "Because ...",
  })) ?? null;

/** One of several from a quick pick, by its index; null where the user thinks better of it. */
async function choose({ title, prompt, options }: Choice): Promise<number | null> {
  const items = options.map((option, index) => ({ ...option, index }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: prompt,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.index ?? null;
}

/** Starts a server again that stopped, with a message; not for ever. */
function createErrorHandler(output: vscode.LogOutputChannel): ErrorHandler {
  let crashes = 0;
  let last = Number.NEGATIVE_INFINITY;
  return {
    error: () => ({ action: ErrorAction.Continue }),
    closed() {
      const now = Date.now();
      crashes = now - last < WINDOW ? crashes + 1 : 1;
      last = now;
      const goesOn = crashes < MOST_CRASHES;
      const message = goesOn
        ? "Rowguard's server stopped and is started again."
        : `Rowguard's server stopped ${MOST_CRASHES} times in a row. The output says why; "Restart Server" tries again.`;
      void (goesOn ? vscode.window.showWarningMessage(message) : offerRestart(message, output));
      // The client's own message is not shown where it is no error; it is written to the output all the same.
      return { action: goesOn ? CloseAction.Restart : CloseAction.DoNotRestart, message, handled: true };
    },
  };
}

async function offerRestart(message: string, output: vscode.LogOutputChannel): Promise<void> {
  const [restart, show] = ["Restart Server", "Show Output"] as const;
  const chosen = await vscode.window.showErrorMessage(message, restart, show);
  if (chosen === restart) await vscode.commands.executeCommand("rowguard.restartServer");
  else if (chosen === show) output.show();
}
