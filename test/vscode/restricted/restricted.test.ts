import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { findings, ruleOf, until } from "../extension/workspace.ts";

const us = () => vscode.extensions.getExtension("rowguard.rowguard")!;

describe("a workspace without sources", () => {
  it("does not wake the extension", async () => {
    // What wakes others has woken them by now.
    await vscode.commands.executeCommand("workbench.view.explorer");
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.equal(us().isActive, false);
  });
});

describe("a workspace that is not trusted", () => {
  const example = process.env.ROWGUARD_FOLDER!;
  const texts = () =>
    readdirSync(example, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "latin1")])
      .sort();

  it("is read and checked", async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(example) }));
    await until(() => us().isActive, "The extension");
    await until(() => findings().some((each) => ruleOf(each) === "table-without-rls"), "Findings");
  });

  it("gets no terminal, no preview and no other server", async () => {
    const before = texts();
    await vscode.workspace
      .getConfiguration("rowguard")
      .update("server.path", join(example, "server.cjs"), vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand("rowguard.offerCommand", "rowguard init");
    await vscode.commands.executeCommand("rowguard.createConfiguration");
    await vscode.commands.executeCommand("rowguard.preview", "public.tasks");
    assert.deepEqual(vscode.window.terminals, []);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)),
      [],
    );
    await vscode.commands.executeCommand("rowguard.restartServer");
    await until(() => findings().length, "Findings of our own server");
    assert.deepEqual(texts(), before);
  });

  it("has no lens that would run a query", async () => {
    const uri = vscode.Uri.file(join(example, "prisma", "schema.prisma"));
    await vscode.window.showTextDocument(uri);
    const lenses = await until(async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        uri,
        50,
      );
      return all.some(({ command }) => command?.title.startsWith("RLS off")) && all;
    }, "Lenses");
    assert.ok(lenses.every(({ command }) => !command?.title.startsWith("Preview")));
  });
});
