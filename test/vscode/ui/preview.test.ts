import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { FrameLocator, Page } from "playwright-core";
import { PASSWORD, startServer } from "../../database/server.ts";
import { findBarriers } from "../host/accessibility.ts";
import { goTo, openFile, pressUntil, runCommand } from "../host/actions.ts";
import { copyExample, type Editor, openEditor, prepare } from "../host/editor.ts";

describe("the preview panel", () => {
  let editor: Editor;
  let page: Page;
  let panel: FrameLocator;
  let folder: string;

  before(async function () {
    this.timeout(600_000);
    folder = copyExample();
    // With policies there is something to see.
    const { cli } = await prepare();
    execFileSync(process.execPath, [cli, "generate", "--folder", folder], { stdio: "ignore" });
    editor = await openEditor({ path: folder });
    page = editor.page;
    panel = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
    await page.locator("[id='rowguard.rowguard.rowguard.score']").waitFor({ timeout: 240_000 });
  });
  after(() => editor?.close());
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await editor?.picture(`failed ${this.currentTest.title}`);
  });

  const enter = (statement: string) => panel.locator(".cm-content").fill(statement);

  it("opens from the lens above a model, and shows its rows as a visitor and as two tenants", async () => {
    await openFile(page, "schema.prisma");
    await goTo(page, "116:1");
    await page.locator(".codelens-decoration a:visible", { hasText: "Preview" }).last().click();
    await panel.locator(".card").nth(2).waitFor({ timeout: 90_000 });
    await editor.picture("preview-rows");
  });

  it("puts rows side by side: what one does not see is a gap", async () => {
    await enter("select id, title, status from tasks order by title");
    await page.keyboard.press("Control+Enter");
    await panel.locator(".grid[aria-colcount='3']").first().waitFor();
    assert.equal(await panel.locator(".card").count(), 3);
    await panel.locator(".row.gap").first().waitFor();
    await panel.locator(".access code").first().waitFor();
    await editor.picture("preview-gaps");
  });

  it("is read aloud and moved in by keys", async () => {
    const grid = panel.locator(".grid").first();
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    const active = await grid.getAttribute("aria-activedescendant");
    assert.match(active ?? "", /-1-0$/);
    assert.equal(await panel.locator(`#${active}`).getAttribute("role"), "gridcell");
    assert.match((await grid.getAttribute("aria-label")) ?? "", /^Rows that .+ sees$/);
  });

  it("scrolls through 100,000 rows", async () => {
    await enter("select i from generate_series(1, 100000) i");
    await page.keyboard.press("Control+Enter");
    await panel.locator(".more vscode-button").first().click();
    const grid = panel.locator(".grid[aria-rowcount='100001']").first();
    await grid.waitFor({ timeout: 90_000 });
    await grid.focus();
    await page.keyboard.press("Control+End");
    await grid.locator(".cell", { hasText: /^100000$/ }).waitFor();
    assert.ok((await grid.locator(".row").count()) < 80);
  });

  it("says why a statement was refused", async () => {
    await enter("select * from nowhere");
    await page.keyboard.press("Control+Enter");
    await panel
      .getByText(/relation "nowhere" does not exist/)
      .first()
      .waitFor();
    await editor.picture("preview-refused");
  });

  it("measures what policies cost", async () => {
    await enter("select * from tasks");
    await panel.getByText("Plan", { exact: true }).click();
    await panel.getByText("Measure", { exact: true }).click();
    await panel.locator("pre", { hasText: "Scan" }).first().waitFor({ timeout: 90_000 });
    await editor.picture("preview-plan");
  });

  it("picks identities and connections with the editor's own lists", async () => {
    await panel.locator("vscode-button", { hasText: "As " }).first().click();
    await page.locator(".quick-input-widget", { hasText: "Preview as" }).waitFor();
    await page.locator(".quick-input-list").getByText("anon", { exact: true }).first().waitFor();
    await editor.picture("preview-identities");
    await page.keyboard.press("Escape");
    await panel.locator("vscode-button", { hasText: "(embedded)" }).click();
    await page.locator(".quick-input-widget", { hasText: "Add a connection" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("has the theme's colours", async () => {
    await panel.getByText("Rows", { exact: true }).click();
    await enter("select id, title, status from tasks order by title");
    await page.keyboard.press("Control+Enter");
    await panel.locator(".row.gap").first().waitFor();
    for (const theme of ["dark", "contrast", "light"] as const) {
      await editor.setTheme(theme);
      await editor.picture("preview");
      assert.deepEqual(await findBarriers(page), [], theme);
    }
  });

  const press = (name: string) => panel.locator("vscode-button", { hasText: name }).first().click();
  const answer = async (title: string, text: string) => {
    const box = page.locator(".quick-input-widget", { hasText: title });
    await box.waitFor();
    await box.locator("input[type=text], input[type=password]").first().fill(text);
    await page.keyboard.press("Enter");
  };

  it("exports what it shows", async () => {
    await enter("select id, title, status from tasks order by title");
    await page.keyboard.press("Control+Enter");
    await panel.locator(".row.gap").first().waitFor();
    await press("Export");
    const path = join(folder, "preview.json");
    const box = page
      .locator(".quick-input-widget", { hasText: "Export the preview" })
      .locator("input[type=text]");
    // The dialog fills in what is proposed, a moment after it is there.
    await eventually(async () => assert.equal(await box.inputValue(), path));
    await box.press("Enter");
    const written = await eventually(() => JSON.parse(readFileSync(path, "utf8")));
    assert.equal(written.sql, "select id, title, status from tasks order by title");
    assert.deepEqual(
      written.results.map(({ rows }: { rows: unknown[] }) => rows.length),
      [0, 2, 1],
    );
  });

  it("has what was run before", async () => {
    await press("History");
    await page.locator(".quick-input-list").getByText("select * from nowhere", { exact: true }).click();
    await panel.locator(".cm-content", { hasText: "select * from nowhere" }).waitFor();
  });

  it("shows rows as somebody of the user's own making", async () => {
    await press("As ");
    const list = page.locator(".quick-input-list");
    await list.getByText("Somebody else ...", { exact: true }).click();
    await page.keyboard.press("Enter");
    await answer("Somebody else (1 of 2)", "authenticated");
    await answer("Somebody else (2 of 2)", '{ "request.jwt.claims": { "sub": "nobody" } }');
    await panel.locator("vscode-button", { hasText: /As .*authenticated/ }).waitFor();
    await enter("select current_setting('request.jwt.claims') claims");
    await page.keyboard.press("Control+Enter");
    await panel.locator(".cell", { hasText: '"sub":"nobody"' }).waitFor();
  });

  it("lets a statement write on a database of the user's once that is confirmed, and rolls it back", async function () {
    const server = await startServer(18);
    if (!server) return this.skip();
    const client = new pg.Client(server.url());
    try {
      await client.connect();
      await client.query("create table notes (body text); insert into notes values ('kept')");
      await client.query("create role anon; grant select, update on notes to anon");
      await press("embedded");
      await page.locator(".quick-input-list").getByText("Add a connection ...").click();
      await answer("Add a connection (1 of 2)", "mine");
      await answer("Add a connection (2 of 2)", server.url());
      // Nothing of the former database is left under the name of this one.
      await panel.getByText("Run a statement to see its rows").waitFor();
      await panel.getByText(/The login \w+ is a superuser/).waitFor();
      await panel.locator("[aria-label^='As anon'][aria-label$=': choose identities']").waitFor();
      await enter("update notes set body = 'lost'");
      await page.keyboard.press("Control+Enter");
      const dialog = page.locator(".monaco-dialog-box", { hasText: "Let this statement write on mine?" });
      await dialog.getByText("Run and roll back").click();
      await panel.getByText("1 row written and rolled back").waitFor();
      await editor.picture("preview-write");
      const { rows } = await client.query("select body from notes");
      assert.deepEqual(rows, [{ body: "kept" }]);
      const html = await panel.locator("html").innerHTML();
      assert.match(html, /1 row written and rolled back/);
      const written = editor.written();
      assert.match(written, /workbench.startupEditor/);
      for (const text of [html, await page.content(), written]) assert.ok(!text.includes(PASSWORD));
    } finally {
      await client.end();
      await server.stop();
    }
  });

  it("opens for the statement under the cursor of a SQL file", async () => {
    await openFile(page, "seed.sql");
    // The command is there for an editor that has the focus, which a file that is opened may get a moment later.
    await page.locator(".editor-instance .view-lines").first().click();
    await page.locator(".editor-instance .monaco-editor.focused").waitFor();
    await runCommand(page, "Rowguard: Preview Statement as ...");
    await pressUntil(page, "Escape", panel.locator(".cm-content", { hasText: /insert into/i }), 3);
  });

  it("keeps its own content security policy all along", () => assert.deepEqual(editor.refused, []));
});

/** Asks again while it throws: a file is written a moment after the key. */
async function eventually<T>(ask: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await ask();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}
