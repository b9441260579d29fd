import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { at, finding, findings, noFinding, open, until } from "./workspace.ts";

const SCHEMA = "prisma/schema.prisma";
const run = <T>(command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand<T>(`vscode.${command}`, ...args);

describe("features", () => {
  it("registers every command that the manifest shows, all under one category", async () => {
    const { contributes } = vscode.extensions.getExtension("rowguard.rowguard")!.packageJSON;
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command, category } of contributes.commands) {
      assert.equal(category, "Rowguard");
      assert.ok(known.has(command), `${command} is registered`);
    }
  });

  it("mends a name, and the finding goes", async () => {
    const path = "hooks/use-project-tasks.ts";
    const document = await open(path);
    const { range } = await finding(path, "realtime-table-unknown");
    const actions = await until(async () => {
      const all = await run<vscode.CodeAction[]>(
        "executeCodeActionProvider",
        document.uri,
        range,
        "quickfix",
        20,
      );
      return all.some(({ title }) => title === "Listen to tasks") && all;
    }, "The quick fix");
    const fix = actions.find(({ title }) => title === "Listen to tasks")!;
    assert.ok(fix.isPreferred && fix.edit);
    await vscode.workspace.applyEdit(fix.edit);
    await noFinding(path, "realtime-table-unknown");
    await document.save();
    assert.match(readFileSync(document.uri.fsPath, "utf8"), /table: "tasks"/);
  });

  it("opens the migration that a fix writes", async () => {
    const document = await open(SCHEMA);
    await finding(SCHEMA, "table-without-rls");
    const actions = await run<vscode.CodeAction[]>(
      "executeCodeActionProvider",
      document.uri,
      new vscode.Range(at(document, "db {", 0), at(document, "db {", 1)),
      "quickfix",
      5,
    );
    const fix = actions.find(({ title }) => title === "Enable row-level security on _prisma_migrations");
    assert.equal(fix?.command?.command, "rowguard.server.mend");
    await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
    const shown = () => vscode.window.activeTextEditor?.document;
    await until(
      () => /migrations\/\d{14}_[a-z_]+\/migration\.sql$/.test(shown()?.uri.path ?? ""),
      "The migration in front of the user",
    );
    await shown()!.save();
    assert.match(
      readFileSync(shown()!.uri.fsPath, "utf8"),
      /alter table .*_prisma_migrations.* enable row level/,
    );
    await until(
      () => !findings(SCHEMA).some(({ message }) => message.includes("_prisma_migrations")),
      "The end of what the migration mends",
    );
  });

  it("has lenses, hovers, definitions, references and symbols on models", async () => {
    const document = await open(SCHEMA);
    const model = at(document, "model Task {", 7);
    const lenses = await run<vscode.CodeLens[]>("executeCodeLensProvider", document.uri, 100);
    assert.ok(lenses.some(({ command }) => command?.title.startsWith("RLS off, 0 policies")));
    const [hover] = await run<vscode.Hover[]>("executeHoverProvider", document.uri, model);
    assert.match((hover!.contents[0] as vscode.MarkdownString).value, /Row-level security is off/);
    const definitions = await run<(vscode.Location | vscode.LocationLink)[]>(
      "executeDefinitionProvider",
      document.uri,
      model,
    );
    const uris = definitions.map((each) => String("targetUri" in each ? each.targetUri : each.uri));
    assert.ok(
      uris.some((uri) => uri.endsWith("migration.sql")),
      uris.join(),
    );
    const references = await run<vscode.Location[]>("executeReferenceProvider", document.uri, model);
    assert.ok(references.some(({ uri }) => /\.tsx?$/.test(uri.path)));
    const symbols = await run<vscode.DocumentSymbol[]>("executeDocumentSymbolProvider", document.uri);
    assert.ok(
      symbols.some(({ name }) => name === "Task"),
      symbols.map(({ name }) => name).join(),
    );
    const everywhere = await run<vscode.SymbolInformation[]>("executeWorkspaceSymbolProvider", "invoices");
    assert.ok(everywhere.some(({ name }) => name.includes("invoices")));
  });

  it("completes the table of a subscription", async () => {
    const document = await open("hooks/use-activity.ts");
    const place = at(document, 'table: "', 8);
    const { items } = await run<vscode.CompletionList>(
      "executeCompletionItemProvider",
      document.uri,
      place,
      '"',
    );
    const labels = items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(labels.includes("activity_logs"), labels.slice(0, 10).join());
  });
});
