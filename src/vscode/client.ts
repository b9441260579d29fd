import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import { readSettings } from "./settings.ts";
import { loadSliced, nextTurn } from "./sliced.ts";

/** Sends a request to the server and hears of its notifications, once it runs. */
export interface Requests {
  ask<Answer>(method: string, params: unknown): Promise<Answer | undefined>;
  on(method: string, listener: (params: unknown) => void): void;
}

export interface Client extends vscode.Disposable {
  readonly requests: Requests;
  restart(): Promise<void>;
}

/** Starts the server in a process of its own. Activation waits neither for it nor for the code that speaks with it. */
export function startClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Client {
  const bundled = vscode.Uri.joinPath(context.extensionUri, "dist", "server.cjs").fsPath;
  const listeners: [method: string, listener: (params: unknown) => void][] = [];
  const launch = async (): Promise<LanguageClient> => {
    const { createClient } = await loadSliced(() => import("./language-client.cjs"));
    await nextTurn();
    const client = createClient(readSettings().serverPath ?? bundled, output);
    for (const [method, listener] of listeners) client.onNotification(method, listener);
    await client.start().catch((error: unknown) => output.error(String(error)));
    return client;
  };
  const end = (client: LanguageClient) => client.dispose().catch(() => undefined);
  let running = launch();

  async function restart(): Promise<void> {
    const before = running;
    running = before.then(end).then(launch);
    await running;
  }

  const settings = vscode.workspace.onDidChangeConfiguration(
    (event) => RESTARTING.some((name) => event.affectsConfiguration(name)) && void restart(),
  );
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => readSettings().serverPath && void restart());
  return {
    requests: {
      async ask(method, params) {
        const client = await running;
        return client.isRunning() ? client.sendRequest(method, params) : undefined;
      },
      on: (method, listener) => void listeners.push([method, listener]),
    },
    restart,
    dispose() {
      settings.dispose();
      trust.dispose();
      void running.then(end);
    },
  };
}

/** Another server is another process. */
const RESTARTING = ["rowguard.server.path"];
