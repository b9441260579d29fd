import * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, TransportKind } from "vscode-languageclient/node";

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
  const module = vscode.workspace.isTrusted
    ? vscode.workspace.getConfiguration("rowguard").get<string>("server.path") || bundled
    : bundled;
  const crashes: number[] = [];
  const languageClient = new LanguageClient(
    "rowguard",
    "Rowguard",
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6119"] } },
    },
    {
      documentSelector: [...DOCUMENTS, ...PATTERNS],
      outputChannel: output,
      diagnosticPullOptions: { onChange: runsOnType(), onSave: true, onTabs: false },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          const now = Date.now();
          crashes.push(now);
          const recent = crashes.filter((at) => now - at < WINDOW);
          if (recent.length < MOST_CRASHES)
            return {
              action: CloseAction.Restart,
              message: "Rowguard's server stopped and is started again.",
            };
          return {
            action: CloseAction.DoNotRestart,
            message: `Rowguard's server stopped ${MOST_CRASHES} times in a row. The output channel "Rowguard" says why; "Rowguard: Restart Server" tries again.`,
          };
        },
      },
      middleware: { handleDiagnostics: (uri, diagnostics, next) => next(uri, mapSeverities(diagnostics)) },
    },
  );
  const started = languageClient.start().catch((error: unknown) => output.error(String(error)));
  return {
    requests: {
      async ask(method) {
        await started;
        return languageClient.isRunning() ? languageClient.sendRequest(method) : undefined;
      },
      on: (method, listener) => void languageClient.onNotification(method, listener),
    },
    async restart() {
      crashes.length = 0;
      await languageClient.restart();
    },
    dispose: () => void languageClient.dispose(),
  };
}

const runsOnType = (): boolean => vscode.workspace.getConfiguration("rowguard").get("run") !== "onSave";

const SEVERITIES: Readonly<Record<string, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** The editor's own taste: how loud a severity is shown. What is checked stands in rowguard.config.json. */
function mapSeverities(diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
  const wanted =
    vscode.workspace.getConfiguration("rowguard").get<Record<string, string>>("severities") ?? {};
  const names = ["error", "warning", "information", "hint"];
  return diagnostics.flatMap((diagnostic) => {
    const shown = wanted[names[diagnostic.severity]!];
    if (shown === "off") return [];
    const severity = shown === undefined ? undefined : SEVERITIES[shown];
    if (severity !== undefined) diagnostic.severity = severity;
    return [diagnostic];
  });
}
