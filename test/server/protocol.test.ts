import { strict as assert } from "node:assert";
import type { ChildProcess } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CodeAction, Hover, Location } from "vscode-languageserver";
import { ROOT } from "../../src/build/tree.ts";
import { CAPABLE, eventually, FROM_SOURCE, PUSHED, startProcess } from "./plain-client.ts";

/** A plain client and the server's own process: no editor, only the protocol. */
describe("the language server", function () {
  this.timeout(120_000);
  const servers: ChildProcess[] = [];
  const start = async (...given: Parameters<typeof startProcess>) => {
    const started = await startProcess(...given);
    servers.push(started.server);
    return started;
  };
  // One that a failed test left behind would keep the run from ending.
  after(() => servers.forEach((server) => void server.kill("SIGKILL")));

  it("serves a whole session, and goes when it is told to", async () => {
    const { client, exit } = await start(FROM_SOURCE, "strive", { capabilities: PUSHED });
    const path = "hooks/use-activity.ts";
    await client.open(path);
    await eventually(() =>
      assert.deepEqual(client.codes(path), ["realtime-table-unknown", "realtime-column-unknown"]),
    );
    for (const code of client.codes(path)) {
      const found = () => client.diagnostics(path).filter((each) => each.code === code);
      const [action] = await client.actions(path, found());
      await client.apply(action!.edit!);
      await eventually(() => assert.deepEqual(found(), []));
    }
    assert.deepEqual(client.codes(path), []);
    const model = client.at("prisma/schema.prisma", "model Task {", 7);
    const [table] = await client.request<Location[]>("textDocument/definition", model);
    assert.match(table!.uri, /20250113091500_init\/migration\.sql$/);
    const hover = await client.request<Hover>("textDocument/hover", model);
    assert.match(JSON.stringify(hover.contents), /Row-level security is off/);
    await client.request("shutdown", undefined);
    await client.notify("exit", undefined);
    assert.equal(await exit, 0);
    rmSync(client.root, { recursive: true });
  });

  it("shows all seven issues of the example, each at its cause, and mends or says how", async () => {
    const { client, exit } = await start(FROM_SOURCE, "strive", {
      capabilities: CAPABLE,
      // What would run all migrations first is offered as a command, and not run here.
      initializationOptions: { commands: true },
    });
    const { items } = await client.request<{ items: { uri: string; items: { code: string }[] }[] }>(
      "workspace/diagnostic",
      { previousResultIds: [] },
    );
    const rules = new Set(items.flatMap(({ items }) => items.map(({ code }) => code)));
    const seven = [
      "prisma-model-unknown",
      "prisma-client-duplicate",
      "realtime-table-unknown",
      "table-without-rls",
      "second-orm",
      "bucket-without-policies",
      "environment-unvalidated",
    ];
    assert.deepEqual(
      seven.filter((rule) => !rules.has(rule)),
      [],
    );
    // The fix comes first; what is known of a second ORM is where it is used.
    const offered = new Map<string, string>();
    for (const { uri, items: diagnostics } of items)
      for (const diagnostic of diagnostics) {
        if (!seven.includes(diagnostic.code) || offered.has(diagnostic.code)) continue;
        const [action] = await client.request<CodeAction[]>("textDocument/codeAction", {
          textDocument: { uri },
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
          context: { diagnostics: [diagnostic] },
        });
        const { edit, command } =
          action!.edit || action!.command
            ? action!
            : await client.request<CodeAction>("codeAction/resolve", action);
        offered.set(diagnostic.code, edit ? "edit" : (command?.command ?? "nothing"));
      }
    const mend = "rowguard.server.mend";
    assert.deepEqual(Object.fromEntries(offered), {
      "prisma-model-unknown": mend,
      "prisma-client-duplicate": "edit",
      "realtime-table-unknown": "edit",
      "table-without-rls": mend,
      "second-orm": "rowguard.showPlaces",
      "bucket-without-policies": mend,
      "environment-unvalidated": mend,
    });
    await client.request("shutdown", undefined);
    await client.notify("exit", undefined);
    assert.equal(await exit, 0);
    rmSync(client.root, { recursive: true });
  });

  it("answers a goodbye in the middle of its work, and leaves with an error where there was none", async () => {
    const { client, exit } = await start(FROM_SOURCE, "strive", { capabilities: PUSHED });
    const pending = Array.from({ length: 20 }, () =>
      client.request("textDocument/hover", client.at("prisma/schema.prisma", "Task")).catch(() => "refused"),
    );
    await client.request("shutdown", undefined);
    await Promise.all(pending);
    assert.equal(await client.request("textDocument/hover", client.at("prisma/schema.prisma", "Task")), null);
    await client.notify("exit", undefined);
    assert.equal(await exit, 0);
    rmSync(client.root, { recursive: true });
    const rude = await start(FROM_SOURCE, { "a.sql": "select 1;" });
    await rude.client.notify("exit", undefined);
    assert.equal(await rude.exit, 1);
    rmSync(rude.client.root, { recursive: true });
  });

  it("is started by the command, as `npm run build` makes it", async function () {
    const cli = join(ROOT, "dist", "cli.cjs");
    if (!existsSync(cli)) return this.skip();
    const { client, exit } = await start([cli, "lsp", "--stdio"], "strive", { capabilities: PUSHED });
    await eventually(() => assert.ok(client.codes("prisma/schema.prisma").includes("table-without-rls")));
    const [found] = client.diagnostics("prisma/schema.prisma");
    const [action] = await client.actions("prisma/schema.prisma", [found!]);
    assert.ok(action, "no fix was offered");
    await client.request("shutdown", undefined);
    await client.notify("exit", undefined);
    assert.equal(await exit, 0);
    rmSync(client.root, { recursive: true });
  });

  it("goes when its client is gone", async () => {
    const { client, server, exit } = await start(FROM_SOURCE, "strive");
    server.stdin!.end();
    assert.equal(await exit, 1);
    rmSync(client.root, { recursive: true });
  });
});
