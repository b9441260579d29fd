import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { temporary } from "./cleanup.ts";
import { extensionsOf, type Run, unpackedExtension } from "./extension-host.ts";
import { DOWNLOADS } from "./install.ts";

const RELEASES = "https://update.code.visualstudio.com/api/releases/stable";

/** The VS Code that VSCODE_EXECUTABLE names, else one that is downloaded. Throws one sentence where neither can be. */
export async function findElectron(): Promise<string> {
  const named = process.env.VSCODE_EXECUTABLE;
  if (named) return named;
  const remedy = "`npm test` runs the same suite in VS Code's server.";
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    throw new Error(`VS Code needs a screen, and there is none (xvfb-run gives one): ${remedy}`);
  const reached = await fetch(RELEASES, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (!reached?.ok)
    throw new Error(
      `VS Code cannot be downloaded here, and VSCODE_EXECUTABLE names none on this machine: ${remedy}`,
    );
  return downloadAndUnzipVSCode({ cachePath: DOWNLOADS });
}

/** In the extension host of a VS Code with a window of its own. */
export async function runInElectron(
  executable: string,
  { path, tests, env, trust, beside }: Run,
): Promise<number> {
  const data = temporary("rowguard-user-");
  return runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: await unpackedExtension(),
    extensionTestsPath: tests,
    extensionTestsEnv: { ...env, ROWGUARD_DATA: data },
    launchArgs: [
      path,
      ...(trust ? [] : ["--disable-workspace-trust"]),
      ...["--user-data-dir", data, "--extensions-dir", extensionsOf(beside)],
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  }).catch(() => 1);
}
