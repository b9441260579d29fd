import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { finding, findings, open, replace, ruleOf, until, uriOf } from "./workspace.ts";

const PATH = "supabase/migrations/20990101000000_more.sql";

/** The test's stand-in for the language server that Supabase publishes, which underlines SQL errors too. */
describe("another extension that underlines SQL", () => {
  before(() => writeFileSync(uriOf(PATH).fsPath, "select 1;\nselekt 2;\n"));
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(uriOf(PATH).fsPath);
  });

  it("is not doubled in an open file where it runs, and is where it does not", async () => {
    const document = await open(PATH);
    await finding(PATH, "sql-syntax");
    const other = vscode.extensions.getExtension("Supabase.postgrestools");
    assert.ok(other && !other.isActive);
    await other.activate();
    await replace(document, "selekt 2", "selekt 3");
    await until(
      () => findings(PATH).every((each) => ruleOf(each) !== "sql-syntax"),
      "The end of what the other one says",
    );
    assert.equal(
      vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "pg").length,
      1,
    );
  });

  it("leaves to us what it does not underline", async () => {
    const document = await open(PATH);
    await replace(document, "select 1;\n", "select 1\ncreate schema parted;\n");
    await until(() => findings(PATH).some(isAt(document, "create")), "What PostgreSQL's grammar refuses");
    assert.ok(!findings(PATH).some(isAt(document, "selekt")));
    await replace(document, "select 1\ncreate schema parted;\n", "select 1;\n");
    await until(() => !findings(PATH).length, "The end of it");
  });

  it("keeps nothing else of ours away", async () => {
    const document = await open(PATH);
    await replace(document, "select 1;", "create policy p on public.nowhere using (true);");
    await until(() => findings(PATH).length, "What only we say");
  });
});

const isAt = (document: vscode.TextDocument, text: string) => (each: vscode.Diagnostic) =>
  document.getText(each.range) === text;
