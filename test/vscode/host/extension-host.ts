import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { openBrowser, workbenchUrl } from "./browser.ts";
import { temporary } from "./cleanup.ts";
import { prepare } from "./editor.ts";
import { DOWNLOADS, ROOT } from "./install.ts";
import { startServer } from "./server.ts";

export interface Run {
  /** A folder, or a `.code-workspace` file of several. */
  readonly path: string;
  /** The compiled module with `run()`. */
  readonly tests: string;
  readonly env: Readonly<Record<string, string>>;
  /** Without it, every workspace is trusted and nobody is asked. */
  readonly trust?: boolean;
  /** Folders of extensions that are installed beside ours. */
  readonly beside?: readonly string[];
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

/** A workspace of one folder that may get more: where a single folder is open, a second one starts the editor anew. */
export function writeWorkspaceFile(folder: string): string {
  const path = join(temporary("rowguard-workspace-"), "test.code-workspace");
  writeFileSync(path, JSON.stringify({ folders: [{ path: folder }] }));
  return path;
}

/** What the package holds, in a folder that the editor takes for the extension under development. */
export async function unpackedExtension(): Promise<string> {
  const { extensions } = await prepare();
  const name = readdirSync(extensions).find((each) => each.startsWith("rowguard."))!;
  const folder = join(temporary("rowguard-unpacked-"), "rowguard");
  cpSync(join(extensions, name), folder, { recursive: true });
  return folder;
}

/** A folder of extensions, copied from elsewhere. */
export function extensionsOf(beside: readonly string[] = []): string {
  const folder = join(temporary("rowguard-beside-"), "extensions");
  for (const each of beside) cpSync(each, join(folder, each.split("/").at(-1)!), { recursive: true });
  return folder;
}

/** In the extension host of VS Code's server; a browser has to show the workbench for it to run. Gives what `run()` came to. */
export async function runInServer({ path, tests, env, trust, beside }: Run): Promise<number> {
  const { installed } = await prepare();
  const development = await unpackedExtension();
  const server = await startServer(installed, {
    extensions: extensionsOf(beside),
    env,
    ...(trust && { trust, settings: UNTRUSTED }),
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
    await page.goto(workbenchUrl(server.port, { path, development, tests }), { timeout: 120_000 });
    return await ended;
  } catch (error) {
    throw new Error(`${error}\n${server.said().slice(-3000)}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Nobody trusts the workspace, and nobody is asked. */
const UNTRUSTED = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};
