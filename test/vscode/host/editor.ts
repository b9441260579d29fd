import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { packExtension } from "../../../src/build/package.ts";
import { runCommand } from "./actions.ts";
import { openBrowser, workbenchUrl } from "./browser.ts";
import { temporary } from "./cleanup.ts";
import { type Installed, installEditor, ROOT } from "./install.ts";
import { installExtension, type Settings, startServer } from "./server.ts";

export const THEMES = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  contrast: "Default High Contrast",
} as const;

/** What the list of themes calls them. */
const NAMES = { light: "Light Modern", dark: "Dark Modern", contrast: "Dark High Contrast" } as const;
/** What the workbench is called in each. */
const CLASSES = { light: "vs", dark: "vs-dark", contrast: "hc-black" } as const;

export type Theme = keyof typeof THEMES;

/** With UPDATE=1, what makes pictures of the walkthrough is gone through in both. */
export const PICTURED: readonly Theme[] = process.env.UPDATE ? ["light", "dark"] : ["light"];

export interface Editor {
  readonly page: Page;
  /** What a page's content security policy refused so far. */
  readonly refused: readonly string[];
  /** What was said and written to files so far. */
  written(): string;
  setTheme(theme: Theme): Promise<void>;
  /** Keeps a picture in test/artefacts/, called by what it shows and its theme. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface EditorOptions {
  /** A folder, or a `.code-workspace` file of several. */
  readonly path: string;
  readonly theme?: Theme;
  readonly settings?: Settings;
  readonly trust?: boolean;
  /** Folders of extensions that are installed beside ours. */
  readonly beside?: readonly string[];
}

/** Pictures of the walkthrough, which UPDATE=1 writes. */
const PUBLISHED: ReadonlySet<string> = new Set(["tables", "problems", "fix", "configuration", "preview"]);
/** Those of the README, which are not packed. Its readers' programs may know no WebP. */
const IN_README: ReadonlySet<string> = new Set(["tables-light", "preview-light"]);

const ARTEFACTS = join(ROOT, "test", "artefacts");

interface Prepared {
  readonly installed: Installed;
  readonly extensions: string;
  /** The command, as it lies in the package. */
  readonly cli: string;
}

let prepared: Promise<Prepared> | undefined;

/** The packed extension, installed once into a folder that every editor of the run gets a copy of. */
export function prepare(): Promise<Prepared> {
  prepared ??= (async () => {
    const installed = installEditor();
    const folder = temporary("rowguard-packed-");
    const extensions = join(folder, "extensions");
    installExtension(installed, await packExtension(join(folder, "rowguard.vsix")), extensions);
    const ours = readdirSync(extensions).find((name) => name.startsWith("rowguard."))!;
    return { installed, extensions, cli: join(extensions, ours, "dist", "cli.cjs") };
  })();
  return prepared;
}

/** A copy of the example that a test may change. */
export function copyExample(): string {
  const folder = join(temporary("rowguard-ui-"), "strive");
  cpSync(join(ROOT, "examples", "strive", "before"), folder, { recursive: true });
  return folder;
}

/** VS Code on a folder, with the packed extension, in a browser. */
export async function openEditor({
  path,
  theme: first = "light",
  settings,
  trust,
  beside,
}: EditorOptions): Promise<Editor> {
  const { installed, extensions } = await prepare();
  const server = await startServer(installed, {
    extensions: beside ? withBeside(extensions, beside) : extensions,
    settings: { "workbench.colorTheme": THEMES[first], ...settings },
    ...(trust ? { trust } : {}),
  });
  const browser = await openBrowser(installed.browser);
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const refused: string[] = [];
  page.on("console", (said) => {
    if (said.text().includes("Content Security Policy")) refused.push(said.text());
  });
  let theme = first;
  const picture = async (name: string) => {
    // Away from whatever would show a tip.
    await page.mouse.move(700, 899);
    const path = join(ARTEFACTS, `${name}-${theme}.png`);
    await page.screenshot({ path });
    if (process.env.UPDATE && PUBLISHED.has(name) && PICTURED.includes(theme))
      await publish(page, `${name}-${theme}`, path);
  };
  await page.goto(workbenchUrl(server.port, { path }), { timeout: 120_000 });
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 90_000 });
  return {
    page,
    refused,
    written: () => server.said() + server.written(),
    async setTheme(next) {
      theme = next;
      await runCommand(page, "Preferences: Color Theme");
      const input = page.locator(".quick-input-widget input[type=text]");
      await input.fill(NAMES[theme]);
      await page.keyboard.press("Enter");
      await page.locator(`.monaco-workbench.${CLASSES[theme]}`).waitFor();
      // Colours fade in.
      await page.waitForTimeout(500);
    },
    picture,
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/** The walkthrough's are WebP, a quarter as large: the package has little room. */
async function publish(page: Page, name: string, png: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 80 });
  await session.detach();
  writeFileSync(join(ROOT, "media", "walkthrough", `${name}.webp`), Buffer.from(data, "base64"));
  if (IN_README.has(name)) cpSync(png, join(ROOT, "docs", "pictures", `${name}.png`));
}

/** VS Code reads the extensions of a folder from its list; one that is copied in is found when the list is gone. */
function withBeside(extensions: string, beside: readonly string[]): string {
  const folder = join(temporary("rowguard-beside-"), "extensions");
  mkdirSync(folder);
  cpSync(extensions, folder, { recursive: true, filter: (file) => !file.endsWith("extensions.json") });
  for (const each of beside) cpSync(each, join(folder, each.split("/").at(-1)!), { recursive: true });
  return folder;
}
