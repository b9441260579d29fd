import { type Browser, chromium } from "playwright-core";

/** A browser without a screen that reaches nothing but this machine. */
export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    headless: true,
    // Ends are ours to order: nothing may stay behind.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });

export interface Opened {
  /** A folder, or a `.code-workspace` file of several. */
  readonly path: string;
  readonly development?: string;
  /** The module whose `run()` the extension host calls. */
  readonly tests?: string;
}

/** The address at which the workbench shows a folder. */
export function workbenchUrl(port: number, { path, development, tests }: Opened): string {
  const remote = (file: string) => `vscode-remote://127.0.0.1:${port}${file}`;
  const payload = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...(development ? [["extensionDevelopmentPath", remote(development)]] : []),
    ...(tests ? [["extensionTestsPath", remote(tests)]] : []),
  ];
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set(path.endsWith(".code-workspace") ? "workspace" : "folder", path);
  url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}
