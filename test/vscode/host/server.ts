import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atEnd, temporary } from "./cleanup.ts";
import type { Installed } from "./install.ts";

/** Settings of a quiet editor: no dialogs, tips, telemetry. */
const QUIET = {
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.editor.enablePreview": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "git.enabled": false,
  "files.autoSave": "off",
  "files.simpleDialog.enable": true,
  "editor.accessibilitySupport": "off",
  "terminal.integrated.shellIntegration.enabled": false,
};

export type Settings = Readonly<Record<string, unknown>>;

export interface CodeServer {
  readonly port: number;
  /** What the server has said so far. */
  said(): string;
  /** All that it and the extensions that run in it have written to files so far: state, storage, logs. */
  written(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly extensions: string;
  readonly settings?: Settings;
  readonly env?: Readonly<Record<string, string>>;
  /** Without it, every workspace is trusted and nobody is asked. */
  readonly trust?: boolean;
}

/** Installs a packed extension into a folder, as a user's editor would. */
export function installExtension({ node, server }: Installed, vsix: string, extensions: string): void {
  mkdirSync(extensions, { recursive: true });
  const data = temporary("rowguard-install-");
  const args = ["--accept-server-license-terms", "--install-extension", vsix];
  execFileSync(node, [server, ...args, "--extensions-dir", extensions, "--server-data-dir", data], {
    stdio: "ignore",
  });
}

/** Starts VS Code's server on a free port. */
export async function startServer(installed: Installed, options: ServerOptions): Promise<CodeServer> {
  const data = temporary("rowguard-vscode-");
  const user = join(data, "data", "User");
  mkdirSync(user, { recursive: true });
  const change = (settings: Settings) =>
    writeFileSync(
      join(user, "settings.json"),
      JSON.stringify({ ...QUIET, ...options.settings, ...settings }),
    );
  change({});
  const child = spawn(installed.node, [installed.server, ...argumentsFor(data, options)], {
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, which ends as one.
    detached: true,
    env: environmentFor(data, options),
  });
  const kill = (signal: NodeJS.Signals) => process.kill(-child.pid!, signal);
  atEnd(() => kill("SIGKILL"));
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => {
      said += bytes;
    });
  const port = await findPort(child, () => said);
  return {
    port,
    said: () => said,
    written: () =>
      readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
        .join("\n"),
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      kill("SIGTERM");
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 3000))]);
    },
  };
}

const argumentsFor = (data: string, { extensions, trust }: ServerOptions): string[] => [
  ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms"],
  ...["--server-data-dir", data, "--extensions-dir", extensions],
  ...["--telemetry-level", "off", "--disable-telemetry", "--disable-experiments", "--disable-update-check"],
  ...["--disable-getting-started-override", ...(trust ? [] : ["--disable-workspace-trust"])],
  // Without the driver the extension tests of the address are ignored, and the run hangs in silence.
  ...["--enable-smoke-test-driver", "--log", "info"],
];

const environmentFor = (data: string, { env }: ServerOptions): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries({
      ...process.env,
      HOME: data,
      ROWGUARD_DATA: data,
      EXTENSIONS_GALLERY: "{}",
      NODE_OPTIONS: "",
      ...env,
    }).filter(([name]) => !/^(VSCODE_|npm_|ELECTRON_)/.test(name)),
  );

const findPort = (child: ChildProcess, said: () => string): Promise<number> =>
  new Promise((resolve, reject) => {
    const refuse = (what: string) => reject(new Error(`VS Code's server ${what}:\n${said()}`));
    const late = setTimeout(() => refuse("did not start"), 90_000);
    child.stdout!.on("data", () => {
      const port = /Extension host agent listening on (\d+)/.exec(said())?.[1];
      if (!port) return;
      clearTimeout(late);
      resolve(Number(port));
    });
    child.on("exit", (code) => refuse(`stopped with ${code}`));
  });
