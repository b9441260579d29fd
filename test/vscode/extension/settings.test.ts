import assert from "node:assert/strict";
import * as vscode from "vscode";
import { finding, findings, open, replace, ruleOf, until } from "./workspace.ts";

const PATH = "hooks/use-notifications.ts";
const set = (name: string, value: unknown) =>
  vscode.workspace.getConfiguration("rowguard").update(name, value, vscode.ConfigurationTarget.Global);

describe("settings", () => {
  afterEach(async () => {
    await set("severities", undefined);
    await set("run", undefined);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("show a severity as loud as the user likes, in open files and in others", async () => {
    await open(PATH);
    await finding(PATH, "realtime-table-unknown");
    await set("severities", { error: "hint", warning: "off" });
    await until(
      () =>
        findings().length > 0 &&
        findings().every(({ severity }) => severity >= vscode.DiagnosticSeverity.Information),
      "Quieter findings",
    );
    assert.equal((await finding(PATH, "realtime-table-unknown")).severity, vscode.DiagnosticSeverity.Hint);
    await set("severities", undefined);
    await until(
      () => findings().some(({ severity }) => severity === vscode.DiagnosticSeverity.Warning),
      "Warnings again",
    );
  });

  it("wait for a save where the user wants it", async () => {
    await set("run", "onSave");
    const document = await open(PATH);
    const before = await finding(PATH, "realtime-table-unknown");
    await replace(document, '"Notification"', '"tasks"');
    // Longer than findings take while typing.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.ok(findings(PATH).some((each) => ruleOf(each) === ruleOf(before)));
    await document.save();
    await until(
      () => !findings(PATH).some((each) => ruleOf(each) === ruleOf(before)),
      "The findings of the save",
    );
    await replace(document, '"tasks"', '"Notification"');
    await document.save();
  });
});
