import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
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
import { middleware } from "./middleware.ts";
import { readSettings } from "./settings.ts";

/** Sends a request to the server and hears of its notifications, once it runs. */
export interface Requests {
  ask<Answer>(method: string): Promise<Answer | undefined>;
  on(method: string, listener: (params: unknown) => void): void;
}

export interface Client extends vscode.Disposable {
  readonly requests: Requests;
  restart(): Promise<void>;
}

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

/** Starts the server in a process of its own. Activation does not wait for it. */
export function startClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Client {
  const bundled = vscode.Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
  const listeners: [method: string, listener: (params: unknown) => void][] = [];
  const launch = () => {
    const client = createClient(readSettings().serverPath ?? bundled, output);
    for (const [method, listener] of listeners) client.onNotification(method, listener);
    client.onRequest(ASK_REASON, askReason);
    client.onRequest(CHOOSE, choose);
    const started = client.start().catch((error: unknown) => output.error(String(error)));
    return { client, started };
  };
  let running = launch();

  async function restart(): Promise<void> {
    const { client, started } = running;
    await started;
    await client.dispose().catch(() => undefined);
    running = launch();
    await running.started;
  }

  const settings = vscode.workspace.onDidChangeConfiguration(
    (event) => RESTARTING.some((name) => event.affectsConfiguration(name)) && void restart(),
  );
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => readSettings().serverPath && void restart());
  return {
    requests: {
      async ask(method) {
        const { client, started } = running;
        await started;
        return client.isRunning() ? client.sendRequest(method) : undefined;
      },
      on(method, listener) {
        listeners.push([method, listener]);
        running.client.onNotification(method, listener);
      },
    },
    restart,
    dispose() {
      settings.dispose();
      trust.dispose();
      void running.client.dispose();
    },
  };
}

/** Another server is another process. */
const RESTARTING = ["rowguard.server.path"];

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

function createClient(module: string, output: vscode.LogOutputChannel): LanguageClient {
  const run = { module, transport: TransportKind.ipc };
  const debug = { ...run, options: { execArgv: ["--nolazy", "--inspect=6119"] } };
  return new LanguageClient(
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
      middleware,
    },
  );
}

/** Starts a server again that stopped, with a message; not for ever. */
function createErrorHandler(output: vscode.LogOutputChannel): ErrorHandler {
  let crashes: number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue }),
    closed() {
      const now = Date.now();
      crashes = [...crashes.filter((at) => now - at < WINDOW), now];
      const goesOn = crashes.length < MOST_CRASHES;
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
