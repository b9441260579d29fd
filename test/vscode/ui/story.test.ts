import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { goTo, openFile, pressAt, pressUntil, quickFix, runByKeys, runCommand } from "../host/actions.ts";
import { copyExample, type Editor, openEditor, PICTURED, prepare } from "../host/editor.ts";
import { ROOT } from "../host/install.ts";

for (const theme of PICTURED)
  describe(`the example in the editor, ${theme}`, () => {
    let editor: Editor;
    let page: Page;
    let folder: string;

    before(async function () {
      this.timeout(600_000);
      folder = copyExample();
      editor = await openEditor({ path: folder, theme });
      page = editor.page;
      // The first report reads everything; what follows is quick.
      await page.locator("[id='rowguard.rowguard.rowguard.score']").waitFor({ timeout: 240_000 });
    });
    after(() => editor?.close());
    afterEach(async function () {
      if (this.currentTest?.state === "failed") await editor?.picture(`failed ${this.currentTest.title}`);
    });

    it("underlines the model of a table that is open", async () => {
      await openFile(page, "schema.prisma");
      await page.locator(".monaco-editor .squiggly-error").first().waitFor();
    });

    it("says above a model how its table is protected", async () => {
      await page.locator(".codelens-decoration", { hasText: "RLS off, 0 policies" }).first().waitFor();
      await editor.picture("editor");
    });

    it("lists findings in the Problems panel", async () => {
      const rows = page.locator(".markers-panel .monaco-list-row");
      await pressUntil(page, "Control+Shift+M", rows.first());
      await rows.filter({ hasText: "the table is called activity_logs" }).first().waitFor();
      await editor.picture("problems");
      await page.keyboard.press("Control+j");
    });

    it("leads by keys alone from the explorer to a squiggle, and mends it from the light bulb", async () => {
      const explorer = page.locator(".explorer-folders-view");
      const line = (name: string) => explorer.locator(".monaco-list-row", { hasText: name });
      const chosen = (name: string) => explorer.locator(".monaco-list-row.focused", { hasText: name });
      await pressUntil(page, "Control+Shift+E", explorer.locator(".monaco-list:focus"));
      await page.keyboard.press("Home");
      // A list moves to what is typed.
      await page.keyboard.type("hooks");
      await chosen("hooks").waitFor();
      await pressUntil(page, "ArrowRight", line("use-activity.ts"));
      await pressUntil(page, "ArrowDown", chosen("use-activity.ts"));
      await page.keyboard.press("Enter");
      await page.locator(".tab.active", { hasText: "use-activity.ts" }).waitFor();
      await page.locator(".monaco-editor.focused").first().waitFor();
      await page.locator(".monaco-editor .squiggly-error").first().waitFor();
      await goTo(page, "13:56");
      await quickFix(page, "Listen to activity_logs", () => editor.picture("fix"));
      await page.locator(".view-line", { hasText: '"activity_logs"' }).waitFor();
      await page.keyboard.press("Control+s");
    });

    it("shows tables and findings in their trees, and the score in the status bar", async () => {
      await page.keyboard.press("Escape");
      await page.locator(".activitybar").getByRole("tab", { name: "Rowguard" }).click();
      await page
        .getByRole("treeitem", { name: /activity_logs/ })
        .first()
        .waitFor();
      await page
        .getByRole("treeitem", { name: /^realtime/ })
        .first()
        .waitFor();
      await page
        .locator(".statusbar-item", { hasText: /^\s*\d+$/ })
        .first()
        .waitFor();
      // Findings speak of the table too; its own item is read with its schema.
      await page
        .getByRole("treeitem", { name: /^public\.activity_logs: / })
        .first()
        .click();
      const scope = page.getByRole("treeitem", { name: /Rows of a tenant, by organization_id/ }).first();
      await pressUntil(page, "ArrowRight", scope);
      await editor.picture("tables");
    });

    it("counts tables with errors on its icon, and has actions beside what they are of", async () => {
      assert.equal(await page.locator(".activitybar .checked .badge-content").textContent(), "17");
      const scope = page.getByRole("treeitem", { name: /Rows of a tenant, by organization_id/ }).first();
      await scope.hover();
      await scope.getByRole("button", { name: "Set Scope of Table..." }).click();
      await page
        .locator(".quick-input-widget", { hasText: "Whose rows does public.activity_logs hold?" })
        .waitFor();
      await page.keyboard.press("Escape");
      const table = page.getByRole("treeitem", { name: /^public\.activity_logs: / }).first();
      await table.hover();
      for (const name of ["Preview as ...", "Protect Table"])
        await table.getByRole("button", { name, exact: true }).waitFor();
    });

    it("shows only the tables that are looked for", async () => {
      await runCommand(page, "Rowguard: Filter Tables");
      const box = page
        .locator(".quick-input-widget", { hasText: "Filter tables" })
        .locator("input[type=text]");
      await box.fill("invo");
      await box.press("Enter");
      await page.getByText('Tables with "invo" in their name').first().waitFor();
      const tables = page.getByRole("treeitem", { name: /^public\.\w+: / });
      await tables.filter({ hasText: "invoices" }).first().waitFor();
      await tables.filter({ hasNotText: "invoices" }).first().waitFor({ state: "detached" });
      assert.equal(await tables.count(), 1);
      await page.getByRole("treeitem", { name: /^public 1 of \d+ tables/ }).waitFor();
      await runCommand(page, "Rowguard: Show All Tables");
      await tables.nth(5).waitFor();
    });

    it("leads by keys alone through the tree to the panel, and back to a table", async () => {
      const tree = page.getByRole("tree", { name: "Tables" });
      const chosen = tree.locator(".monaco-list-row.focused");
      await runByKeys(page, "Rowguard: Focus on Tables View");
      await pressUntil(page, "Home", chosen.getByText("public", { exact: true }));
      await page.keyboard.type("tasks");
      await chosen.getByText("tasks", { exact: true }).waitFor();
      const menu = page.locator(".monaco-menu");
      await page.keyboard.press("Shift+F10");
      await menu.getByText("Preview as ...").waitFor();
      await pressUntil(
        page,
        "ArrowDown",
        menu.locator(".action-item.focused", { hasText: "Preview as ..." }),
      );
      await page.keyboard.press("Enter");
      await page.locator(".tab.active", { hasText: "Preview" }).waitFor();
      const panel = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
      await panel.locator(".cm-content", { hasText: "select * from public.tasks" }).waitFor();
      await runByKeys(page, "Rowguard: Focus on Tables View");
      await pressAt(page, tree, "Enter", page.locator(".tab.active", { hasText: "schema.prisma" }));
    });

    it("says on hover who may do what", async () => {
      await openFile(page, "schema.prisma");
      await goTo(page, "38:8");
      await runCommand(page, "Show or Focus Hover");
      await page.locator(".monaco-hover", { hasText: "Row-level security is off" }).first().waitFor();
      await editor.picture("hover");
      await page.keyboard.press("Escape");
    });

    it("checks the configuration while it is written", async () => {
      const text =
        '{\n  "threshold": "error",\n  "rules": {\n    "second-orm": "off",\n    "policy-without-role": "loud"\n  }\n}\n';
      writeFileSync(join(folder, "rowguard.config.json"), text);
      await openFile(page, "rowguard.config.json");
      const shown = page.locator('.monaco-editor[data-uri$="rowguard.config.json"]');
      await shown.locator(".squiggly-error, .squiggly-warning").first().waitFor();
      await editor.picture("configuration");
      rmSync(join(folder, "rowguard.config.json"));
    });

    it("has a walkthrough, with a picture in every step", async () => {
      await runCommand(page, "Rowguard: Open Walkthrough");
      for (const { title, media } of stepsOfWalkthrough()) {
        await page.getByText(title, { exact: true }).first().click();
        // What cannot be shown has no width.
        const image = `.getting-started-media img[alt=${JSON.stringify(media.altText)}]`;
        await page.waitForFunction(`document.querySelector(${JSON.stringify(image)})?.naturalWidth > 0`);
      }
      await editor.picture("walkthrough");
    });

    it("writes the next migration where a fix is SQL, and leaves those that are applied alone", async () => {
      const migrations = join(folder, "prisma", "migrations");
      const before = readTree(migrations);
      await openFile(page, "schema.prisma");
      // Prisma's own table stands at the datasource.
      await goTo(page, "5:13");
      await quickFix(page, "Enable row-level security on _prisma_migrations");
      // All migrations run with it first.
      await page.locator(".tab.active", { hasText: "migration.sql" }).waitFor({ timeout: 90_000 });
      await page.locator(".view-line", { hasText: "enable row level security" }).first().waitFor();
      await editor.picture("migration");
      const after = readTree(migrations);
      const added = [...after].filter(([name]) => !before.has(name));
      assert.deepEqual(
        added.map(([name]) => name.replace(/^\d{14}/, "<time>")),
        [join("<time>_enable_row_level_security_on_prisma_migrations", "migration.sql")],
      );
      assert.match(added[0]![1], /alter table .*_prisma_migrations.* enable row level security;/);
      for (const [name] of added) after.delete(name);
      assert.deepEqual(after, before);
    });

    it("asks whose rows a table holds, and writes the answer into the configuration", async () => {
      await runCommand(page, "Rowguard: Set Scope of Table...");
      const list = page.locator(".quick-input-list");
      await list.getByText("public.plans", { exact: true }).click();
      await list.getByText("The service's alone", { exact: true }).waitFor();
      await editor.picture("scope");
      await list.getByText("The service's alone", { exact: true }).click();
      await openFile(page, "rowguard.config.json");
      await page.locator(".view-line", { hasText: '"public.plans": "service"' }).waitFor();
    });

    it("says that the server stopped, and goes on with another", async () => {
      const { cli } = await prepare();
      for (const each of processesOf(join(dirname(cli), "server.cjs"))) process.kill(each, "SIGKILL");
      // A driven editor shows no message by itself: it waits in the list.
      await runCommand(page, "Notifications: Show Notifications");
      await page
        .locator(".notifications-center")
        .getByText("Rowguard's server stopped and is started again.")
        .waitFor();
      await editor.picture("crash");
      await runCommand(page, "Notifications: Hide Notifications");
    });

    it("looks the same in every theme", async () => {
      await openFile(page, "schema.prisma");
      await goTo(page, "38:8");
      for (const other of ["light", "dark", "contrast"] as const) {
        await editor.setTheme(other);
        await runCommand(page, "Show or Focus Hover");
        await page.locator(".monaco-hover", { hasText: "Row-level security is off" }).first().waitFor();
        await editor.picture("hover");
        await page.keyboard.press("Escape");
        await pressUntil(page, "Control+Shift+M", page.locator(".markers-panel .monaco-list-row").first());
        await editor.picture("problems-panel");
        await page.keyboard.press("Control+j");
      }
    });

    it("keeps the content security policy of every page", () => assert.deepEqual(editor.refused, []));
  });

function stepsOfWalkthrough(): { title: string; media: { altText: string } }[] {
  const { contributes } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return contributes.walkthroughs[0].steps;
}

/** Those that run a script. */
const processesOf = (script: string): number[] =>
  execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(script))
    .map((line) => Number.parseInt(line, 10));

const readTree = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(sql|toml)$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
