// The packed extension as a person sees it: `node test/vscode/ui.mjs rowguard.vsix`. Screenshots go to test/artefacts/.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  deadline,
  findBrowser,
  installExtension,
  installHost,
  openBrowser,
  pressUntil,
  ROOT,
  runCommand,
  startServer,
  temporary,
  workbenchUrl,
} from "./host.mjs";

deadline(300);
const THEMES = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  contrast: "Default High Contrast",
};
const shots = join(ROOT, "test", "artefacts");
mkdirSync(shots, { recursive: true });

const executable = findBrowser();
if (!executable) {
  console.error(
    "Chromium is missing. On Debian: `sudo apt-get install chromium`; elsewhere set CHROMIUM to its path.",
  );
  process.exit(1);
}
installHost();
const base = temporary("rowguard-ui-");
const extensions = join(base, "extensions");
const vsix = process.argv[2] ?? join(ROOT, "rowguard.vsix");
installExtension(vsix, extensions);

let passed = 0;
const step = (name) => {
  passed++;
  console.log(`  ok ${name}`);
};

async function withEditor(theme, work) {
  const folder = join(base, `workspace-${theme}`);
  cpSync(join(ROOT, "examples", "strive", "before"), folder, { recursive: true });
  const server = await startServer({ extensions, settings: { "workbench.colorTheme": THEMES[theme] } });
  const browser = await openBrowser(executable);
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
  try {
    await page.goto(workbenchUrl(server.port, { folder }));
    await page.getByRole("treeitem", { name: /package\.json/ }).waitFor({ timeout: 90_000 });
    await work({
      page,
      folder,
      shot: (name) => page.screenshot({ path: join(shots, `${name}-${theme}.png`) }),
    });
  } catch (error) {
    await page.screenshot({ path: join(shots, `failed-${theme}.png`) });
    throw error;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Opens a file by name from the keyboard alone; once more where a key was lost. */
async function openFile(page, name) {
  const last = name.split("/").at(-1);
  const input = page.locator(".quick-input-widget input[type=text]");
  const active = page.locator(".tab.active", { hasText: last });
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press("Escape");
    await pressUntil(page, "Control+p", input);
    await input.fill(name);
    await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: last }).waitFor();
    await page.keyboard.press("Enter");
    try {
      await active.waitFor({ timeout: 4000 });
      return;
    } catch {
      // The list was still being filled.
    }
  }
  throw new Error(`${name} could not be opened.`);
}

/** Puts the cursor at `line:column`. */
async function goTo(page, place) {
  const input = page.locator(".quick-input-widget input[type=text]");
  await pressUntil(page, "Control+g", input);
  await input.fill(`:${place}`);
  await page.keyboard.press("Enter");
  await page.locator(".statusbar-item", { hasText: `Ln ${place.split(":")[0]}, Col` }).waitFor();
}

async function tellTheStory({ page, folder, shot }) {
  await openFile(page, "schema.prisma");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: 60_000 });
  step("a squiggle under a model whose table is open");
  await page
    .locator(".codelens-decoration", { hasText: "RLS off, 0 policies" })
    .first()
    .waitFor({ timeout: 30_000 });
  step("a lens above the model");
  await shot("editor");

  await pressUntil(page, "Control+Shift+M", page.locator(".markers-panel .monaco-list-row").first());
  await page
    .locator(".markers-panel .monaco-list-row", { hasText: "the table is called activity_logs" })
    .first()
    .waitFor();
  step("the finding in the Problems panel");
  await shot("problems");
  await page.keyboard.press("Control+j");

  await openFile(page, "use-activity.ts");
  await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: 30_000 });
  await goTo(page, "13:56");
  await pressUntil(page, "Control+.", page.locator(".action-widget").getByText("Listen to activity_logs"));
  await shot("fix");
  await page.keyboard.press("Enter");
  await page.locator(".view-line", { hasText: '"activity_logs"' }).waitFor();
  step("a quick fix from the keyboard");
  await page.keyboard.press("Control+s");
  await page.keyboard.press("Escape");

  await page.locator(".activitybar").getByRole("tab", { name: "Rowguard" }).click();
  await page
    .getByRole("treeitem", { name: /activity_logs/ })
    .first()
    .waitFor({ timeout: 30_000 });
  await page
    .getByRole("treeitem", { name: /isolation|exposure/ })
    .first()
    .waitFor();
  step("tables and findings in their trees");
  await page
    .locator(".statusbar-item", { hasText: /^\s*\d+$/ })
    .first()
    .waitFor();
  step("the score in the status bar");
  await shot("tables");

  await openFile(page, "schema.prisma");
  await goTo(page, "38:8");
  await runCommand(page, "Show or Focus Hover");
  await page
    .locator(".monaco-hover", { hasText: "Row-level security is off" })
    .first()
    .waitFor({ timeout: 20_000 });
  step("a hover says who may do what");
  await shot("hover");

  await page.keyboard.press("Escape");
  await runCommand(page, "Rowguard: Open Walkthrough");
  await page.getByText("See what is open").first().waitFor();
  step("the walkthrough");
  await shot("walkthrough");
  await writeMigration(page, folder, shot);
}

/** Prisma's bookkeeping wants only the switch: its fix is the next migration. */
async function writeMigration(page, folder, shot) {
  await openFile(page, "schema.prisma");
  await goTo(page, "5:13");
  await pressUntil(
    page,
    "Control+.",
    page.locator(".action-widget").getByText("Enable row-level security on _prisma_migrations"),
  );
  await page.keyboard.press("Enter");
  const migrations = join(folder, "supabase", "migrations");
  let made;
  for (let n = 0; n < 100 && !made; n++) {
    await page.waitForTimeout(100);
    if (n === 20) await runCommand(page, "File: Save All Files");
    made = [...readdirSync(migrations), ...readdirSync(join(folder, "prisma", "migrations"))].find(
      (name) => /^\d{14}_/.test(name) && name > "20250609100000_realtime.sql",
    );
  }
  assert.ok(made, "A new migration file appears.");
  step("a fix that is the next migration makes its file");
  await shot("migration");
  assert.doesNotMatch(
    readFileSync(join(migrations, "20250609100000_realtime.sql"), "utf8"),
    /_prisma_migrations/,
  );
}

try {
  await withEditor("light", tellTheStory);
  for (const theme of ["dark", "contrast"])
    await withEditor(theme, async ({ page, shot }) => {
      await openFile(page, "schema.prisma");
      await page.locator(".monaco-editor .squiggly-error").first().waitFor({ timeout: 60_000 });
      await page.locator(".activitybar").getByRole("tab", { name: "Rowguard" }).click();
      await page
        .getByRole("treeitem", { name: /activity_logs/ })
        .first()
        .waitFor({ timeout: 30_000 });
      await shot("tables");
      step(`${theme}: squiggle and tree`);
    });
  console.log(`\n${passed} passed, 0 failed`);
  process.exit(0);
} catch (error) {
  console.error(error);
  console.log(`\n${passed} passed, 1 failed`);
  process.exit(1);
}
