import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { CodeAction, Diagnostic, Hover, Location } from "vscode-languageserver";
import { ROOT } from "../../src/build/tree.ts";

/** A plain client: no editor, only the protocol. Findings are pushed to it. */
describe("the language server", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "rowguard-lsp-"));
  const uri = pathToFileURL(folder).href;
  const pushed = new Map<string, Diagnostic[]>();
  let server: ChildProcess;
  let client: MessageConnection;
  let changed: (() => void) | undefined;
  const nextReport = () =>
    new Promise<void>((resolve) => {
      changed = resolve;
    });

  before(async () => {
    cpSync(join(ROOT, "examples", "strive", "before"), folder, { recursive: true });
    server = spawn(
      process.execPath,
      ["--import", "tsx", join(ROOT, "src", "server", "process.ts"), "--stdio"],
      { cwd: ROOT, stdio: ["pipe", "pipe", "ignore"] },
    );
    client = createMessageConnection(
      new StreamMessageReader(server.stdout!),
      new StreamMessageWriter(server.stdin!),
    );
    client.onNotification(
      "textDocument/publishDiagnostics",
      (params: { uri: string; diagnostics: Diagnostic[] }) => void pushed.set(params.uri, params.diagnostics),
    );
    client.onNotification("rowguard/changed", () => changed?.());
    client.onRequest("client/registerCapability", () => null);
    client.listen();
    const first = nextReport();
    await client.sendRequest("initialize", {
      processId: null,
      rootUri: uri,
      capabilities: {
        textDocument: { codeAction: { resolveSupport: { properties: ["edit"] } } },
        workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ["create"] } },
      },
      initializationOptions: { hearsChanges: true },
      workspaceFolders: [{ uri, name: "strive" }],
    });
    await client.sendNotification("initialized", {});
    await first;
  });

  after(async () => {
    await client.sendRequest("shutdown");
    await client.sendNotification("exit");
    await new Promise((resolve) => server.once("exit", resolve));
    client.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (path: string) => `${uri}/${path}`;
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  const codes = (path: string) => (pushed.get(file(path)) ?? []).map(({ code }) => code);
  const open = (path: string, languageId: string) =>
    client.sendNotification("textDocument/didOpen", {
      textDocument: { uri: file(path), languageId, version: 1, text: read(path) },
    });

  it("pushes findings to a client that does not pull", () => {
    assert.deepEqual(codes("hooks/use-activity.ts"), ["realtime-table-unknown", "realtime-column-unknown"]);
    assert.equal(codes("prisma/schema.prisma").filter((code) => code === "table-without-rls").length, 17);
  });

  it("offers the real name, and takes the finding back when it stands there", async () => {
    const path = "hooks/use-activity.ts";
    await open(path, "typescript");
    const diagnostics = pushed.get(file(path))!;
    const actions = await client.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: file(path) },
      range: diagnostics[0]!.range,
      context: { diagnostics },
    });
    const action = actions.find(({ title }) => title === "Listen to activity_logs")!;
    assert.match(JSON.stringify(action.edit), /"newText":"activity_logs"/);
    const report = nextReport();
    const text = read(path)
      .replace("ActivityLog", "activity_logs")
      .replace("organizationId=eq", "organization_id=eq");
    await client.sendNotification("textDocument/didChange", {
      textDocument: { uri: file(path), version: 2 },
      contentChanges: [{ text }],
    });
    await report;
    assert.deepEqual(codes(path), []);
  });

  it("turns a table without policies into the next migration", async () => {
    const path = "prisma/schema.prisma";
    const diagnostic = pushed
      .get(file(path))!
      .find(({ message }) => String(message).startsWith("tasks has"))!;
    const actions = await client.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: file(path) },
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
    const resolved = await client.sendRequest<CodeAction>("codeAction/resolve", actions[0]!);
    const edit = JSON.stringify(resolved.edit);
    assert.match(edit, /"kind":"create","uri":"[^"]*supabase\/migrations\/\d{14}_/);
    assert.match(edit, /create policy tasks_select_members on public\.tasks/);
  });

  it("goes from a model to its table, and says who may do what", async () => {
    const path = "prisma/schema.prisma";
    const line = read(path)
      .split("\n")
      .findIndex((each) => each.startsWith("model Task "));
    const at = { textDocument: { uri: file(path) }, position: { line, character: 8 } };
    const definition = await client.sendRequest<Location[]>("textDocument/definition", at);
    assert.match(definition[0]!.uri, /20250113091500_init\/migration\.sql$/);
    const hover = await client.sendRequest<Hover>("textDocument/hover", at);
    assert.match(JSON.stringify(hover.contents), /Row-level security is off/);
  });

  it("stands edits before open, unknown files, a storm of cancelled requests and huge texts", async () => {
    await client.sendNotification("textDocument/didChange", {
      textDocument: { uri: file("nowhere.sql"), version: 7 },
      contentChanges: [{ text: "select" }],
    });
    assert.deepEqual(
      await client.sendRequest("textDocument/codeLens", {
        textDocument: { uri: "file:///no/such/folder/x.sql" },
      }),
      [],
    );
    const path = "supabase/migrations/20250609100000_realtime.sql";
    await open(path, "sql");
    const huge = `${read(path)}\n${"select 1;\n".repeat(50_000)}create table half (`;
    const report = nextReport();
    await client.sendNotification("textDocument/didChange", {
      textDocument: { uri: file(path), version: 2 },
      contentChanges: [{ text: huge }],
    });
    await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        client.sendRequest("textDocument/documentSymbol", { textDocument: { uri: file(path) } }),
      ),
    );
    await report;
    const back = nextReport();
    await client.sendNotification("textDocument/didClose", { textDocument: { uri: file(path) } });
    await back;
    assert.deepEqual(codes(path), []);
  });
});
