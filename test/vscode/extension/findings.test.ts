import assert from "node:assert/strict";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import {
  change,
  finding,
  findings,
  folder,
  noFinding,
  open,
  replace,
  ruleOf,
  until,
  uriOf,
} from "./workspace.ts";

describe("findings", () => {
  it("come without a file being opened, at their places, with a page and what they relate to", async () => {
    const found = await finding("hooks/use-activity.ts", "realtime-table-unknown");
    assert.equal(
      found.message,
      'The subscription listens to "ActivityLog", and the table is called activity_logs.',
    );
    assert.equal(found.severity, vscode.DiagnosticSeverity.Error);
    assert.ok(
      typeof found.code === "object" && /realtime-table-unknown\.md$/.test(String(found.code.target)),
    );
    await finding("prisma/schema.prisma", "table-without-rls");
    const related = findings("prisma/schema.prisma").flatMap((each) => each.relatedInformation ?? []);
    assert.ok(related.some(({ location }) => location.uri.path.endsWith("migration.sql")));
  });

  it("are each of the seven problems of the example", async () => {
    const wanted = [
      "service-key-in-client",
      "prisma-client-duplicate",
      "second-orm",
      "realtime-table-unknown",
      "prisma-model-unknown",
      "table-without-rls",
      "environment-unvalidated",
    ];
    await until(() => {
      const rules = new Set(findings().map(ruleOf));
      return wanted.every((rule) => rules.has(rule));
    }, "All seven");
  });

  it("follow the text that is typed, and that is taken back", async () => {
    const document = await open("hooks/use-notifications.ts");
    await finding("hooks/use-notifications.ts", "realtime-table-unknown");
    await replace(document, '"Notification"', '"tasks"');
    await noFinding("hooks/use-notifications.ts", "realtime-table-unknown");
    assert.ok(document.isDirty);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await finding("hooks/use-notifications.ts", "realtime-table-unknown");
  });

  it("follow the disk: changed and deleted files leave nothing behind", async () => {
    const path = "hooks/use-conversation.ts";
    await finding(path, "realtime-table-unknown");
    change(path, 'table: "Message"', 'table: "messages"');
    await noFinding(path, "realtime-table-unknown");
    rmSync(join(folder(), path));
    await until(() => !findings(path).length, "The end of the deleted file");
  });

  it("are right after saves in the middle of the analysis", async () => {
    const path = "hooks/use-notifications.ts";
    const document = await open(path);
    for (const [from, to] of [
      ["Notification", "tasks"],
      ["tasks", "nowhere"],
      ["nowhere", "tasks"],
    ] as const) {
      await replace(document, `"${from}"`, `"${to}"`);
      await document.save();
    }
    await noFinding(path, "realtime-table-unknown");
    await replace(document, '"tasks"', '"Notification"');
    await document.save();
    await finding(path, "realtime-table-unknown");
  });

  it("tell of a migration that is too large to be read, as long as it is", async () => {
    const path = "prisma/migrations/20990101000000_large/migration.sql";
    const isTold = () => findings(path).some(({ message }) => message.includes("could not be read"));
    mkdirSync(dirname(uriOf(path).fsPath));
    writeFileSync(uriOf(path).fsPath, "create table late (id int);\n");
    truncateSync(uriOf(path).fsPath, 33 * 2 ** 20);
    await until(isTold, "What could not be read");
    truncateSync(uriOf(path).fsPath, 28);
    await until(() => !isTold(), "The end of what could not be read");
    rmSync(dirname(uriOf(path).fsPath), { recursive: true });
  });

  it("take up the configuration when it is written", async () => {
    writeFileSync(join(folder(), "rowguard.config.json"), '{ "rules": { "second-orm": "off" } }\n');
    await until(() => !findings().some((each) => ruleOf(each) === "second-orm"), "The end of second-orm");
    writeFileSync(join(folder(), "rowguard.config.json"), '{ "threshold": "eror" }\n');
    await finding("rowguard.config.json", "configuration-invalid");
    await open("rowguard.config.json");
    const said = () => vscode.languages.getDiagnostics(uriOf("rowguard.config.json"));
    await until(
      () => said().length === 1 && said()[0]!.source !== "rowguard" && /error/.test(said()[0]!.message),
      "The schema's own word on a wrong value, and no other",
    );
    await until(async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        uriOf("rowguard.config.json"),
        said()[0]!.range,
      );
      return actions.some(({ title }) => title === 'Change to "error"');
    }, "Our fix of what the schema underlines");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    rmSync(join(folder(), "rowguard.config.json"));
    await until(() => findings().some((each) => ruleOf(each) === "second-orm"), "second-orm again");
  });
});
