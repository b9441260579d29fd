import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { openBrowser, workbenchUrl } from "./browser.ts";
import { temporary } from "./cleanup.ts";
import { prepare } from "./editor.ts";
import { DOWNLOADS, ROOT } from "./install.ts";
import { startServer } from "./server.ts";

export interface HostRun {
  /** Which VS Code it was. */
  readonly editor: string;
  readonly code: number;
  /** The file that the suite itself wrote. */
  readonly results: string;
}

/**
 * Runs the compiled suite in the extension host of the VS Code that VSCODE_EXECUTABLE names; else of one that is downloaded;
 * else, where there is no screen or no way to the download, of the server from the npm registry.
 */
export async function runInExtensionHost(folder: string): Promise<HostRun> {
  const tests = await compileSuite("extension");
  const results = join(temporary("rowguard-results-"), "results.json");
  const env = { ROWGUARD_RESULTS: results };
  const executable = process.env.VSCODE_EXECUTABLE ?? (await downloadEditor());
  const run = executable
    ? await runElectron(executable, folder, tests, env)
    : await runInServer(folder, tests, env);
  return { ...run, results };
}

/** Compiles what lies in a folder beside this one to a module with `run()`. */
export async function compileSuite(name: string): Promise<string> {
  const outfile = join(DOWNLOADS, name, "index.cjs");
  await build({
    entryPoints: [join(ROOT, "test", "vscode", name, "index.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    supported: { "dynamic-import": false },
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

/** What the package holds, in a folder that the editor takes for the extension under development. */
async function unpackedExtension(): Promise<string> {
  const { extensions } = await prepare();
  const name = readdirSync(extensions).find((each) => each.startsWith("rowguard."))!;
  const folder = join(temporary("rowguard-unpacked-"), "rowguard");
  cpSync(join(extensions, name), folder, { recursive: true });
  return folder;
}

async function downloadEditor(): Promise<string | undefined> {
  const hasScreen = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasScreen) return undefined;
  try {
    const answer = await fetch("https://update.code.visualstudio.com/api/releases/stable", {
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok ? await downloadAndUnzipVSCode({ cachePath: DOWNLOADS }) : undefined;
  } catch {
    return undefined;
  }
}

type Environment = Readonly<Record<string, string>>;
type Run = Omit<HostRun, "results">;

async function runElectron(
  executable: string,
  folder: string,
  tests: string,
  env: Environment,
): Promise<Run> {
  const code = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: await unpackedExtension(),
    extensionTestsPath: tests,
    extensionTestsEnv: env,
    launchArgs: [
      folder,
      "--disable-workspace-trust",
      "--disable-extensions",
      "--user-data-dir",
      temporary("rowguard-user-"),
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  }).catch(() => 1);
  return { editor: executable, code };
}

/** In the extension host of VS Code's server; a browser has to show the workbench for it to run. */
export async function runInServer(path: string, tests: string, env: Environment): Promise<Run> {
  const { installed } = await prepare();
  const development = await unpackedExtension();
  const server = await startServer(installed, {
    extensions: join(temporary("rowguard-none-"), "extensions"),
    env,
  });
  const browser = await openBrowser(installed.browser);
  try {
    const page = await browser.newPage();
    // VS Code calls these with what `run()` came to, and with what was logged.
    const ended = new Promise<number>((resolve, reject) => {
      void page.exposeFunction("codeAutomationExit", resolve);
      page.on("crash", () => reject(new Error("The page crashed.")));
    });
    await page.exposeFunction("codeAutomationLog", () => undefined);
    await page.goto(workbenchUrl(server.port, { path, development, tests }));
    return { editor: "VS Code's server", code: await ended };
  } catch (error) {
    throw new Error(`${error}\n${server.said().slice(-3000)}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}
