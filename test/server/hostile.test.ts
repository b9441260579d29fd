import { strict as assert } from "node:assert";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import type { Hover } from "vscode-languageserver";
import { eventually, type Files, type PlainClient, PUSHED, startClient } from "./plain-client.ts";

const INIT = "supabase/migrations/20240101000000_init.sql";
const OPEN = "create table public.tasks (id uuid primary key, owner uuid not null);\n";
const RULE = "table-without-rls";
const FILES: Files = { [INIT]: OPEN, "lib/a.ts": "export const a = 1;\n" };

/** Whatever a client sends, the server answers the next question, with the truth. */
describe("a hostile client", function () {
  this.timeout(120_000);
  let client: PlainClient;
  beforeEach(async () => {
    client = await startClient(FILES, { capabilities: PUSHED });
  });
  afterEach(async () => {
    if (client.text(INIT) !== OPEN) await client.close(INIT);
    const hover = await client.request<Hover>("textDocument/hover", {
      textDocument: { uri: client.uri(INIT) },
      position: { line: 0, character: OPEN.indexOf("tasks") },
    });
    assert.match(JSON.stringify(hover.contents), /Row-level security is off/);
    await eventually(() => assert.deepEqual(client.codes(INIT), [RULE]));
    await client.end();
  });

  const change = (version: number, ...contentChanges: unknown[]) =>
    client.notify("textDocument/didChange", {
      textDocument: { uri: client.uri(INIT), version },
      contentChanges,
    });
  const range = (line: number, from: number, to: number, last = line) => ({
    start: { line, character: from },
    end: { line: last, character: to },
  });

  it("edits, saves and closes what it never opened", async () => {
    await change(7, { text: "select" });
    await client.notify("textDocument/didSave", { textDocument: { uri: client.uri(INIT) } });
    await client.notify("textDocument/didClose", { textDocument: { uri: client.uri(INIT) } });
  });

  it("opens twice and closes twice", async () => {
    await client.open(INIT, "select 1;\n");
    await client.open(INIT, `${OPEN}${OPEN.replace("tasks", "more")}`);
    await eventually(() => assert.deepEqual(client.codes(INIT), [RULE, RULE]));
    await client.close(INIT);
    await client.notify("textDocument/didClose", { textDocument: { uri: client.uri(INIT) } });
  });

  it("asks about files that are not there, not ours, or no files", async () => {
    const uris = [
      client.uri("nowhere.sql"),
      "file:///no/such/folder/x.sql",
      "untitled:Untitled-1",
      "git:/a.sql?%7B%7D",
      "file:///%E0%A4%A",
      "",
      "file://server/share/x.sql",
    ];
    const position = { line: 3, character: 7 };
    for (const uri of uris)
      for (const method of [
        "hover",
        "definition",
        "codeLens",
        "completion",
        "documentSymbol",
        "prepareRename",
      ]) {
        const answer = await client.request(`textDocument/${method}`, { textDocument: { uri }, position });
        assert.ok(answer === null || (Array.isArray(answer) && !answer.length), `${method} ${uri}`);
      }
    await client.notify("textDocument/didOpen", {
      textDocument: { uri: "untitled:Untitled-1", languageId: "sql", version: 1, text: OPEN },
    });
  });

  it("asks beyond the end of a text", async () => {
    for (const position of [
      { line: 99_999, character: 0 },
      { line: 0, character: 99_999 },
      { line: -1, character: -1 },
    ])
      for (const method of ["hover", "definition", "completion"])
        await client.request(`textDocument/${method}`, { textDocument: { uri: client.uri(INIT) }, position });
  });

  it("sends what no editor would", async () => {
    const nonsense: unknown[] = [{}, { textDocument: null }, { textDocument: { uri: 7 } }, { command: {} }];
    for (const params of nonsense)
      for (const method of ["textDocument/hover", "textDocument/codeAction", "workspace/executeCommand"])
        await client.request(method, params).catch(() => {});
    for (const data of [null, 7, {}, { uri: client.uri(INIT) }, { uri: client.uri(INIT), findings: [{}] }])
      await client.request("codeAction/resolve", { title: "x", data }).catch(() => {});
    for (const command of ["ignore", "openPage", "show", "tell", "no such"])
      for (const argument of [undefined, null, 7, {}, "javascript:alert(1)", "file:///etc/passwd"])
        await client
          .request("workspace/executeCommand", {
            command: `rowguard.server.${command}`,
            arguments: argument === undefined ? undefined : [argument],
          })
          .catch(() => {});
    assert.ok(!client.heard.some(({ method }) => method === "window/showDocument"));
    await client.notify("workspace/didChangeConfiguration", { settings: 7 });
    await client.notify("no/such/thing", { a: 1 });
    await assert.rejects(client.request("no/such/question", {}), /Unhandled method/);
  });

  it("cancels a storm of requests", async () => {
    await client.open(INIT);
    const asked = Array.from({ length: 300 }, async (_, i) => {
      const cancel = new CancellationTokenSource();
      const methods = ["hover", "codeLens", "documentSymbol", "definition"];
      const answer = client.connection.sendRequest(
        `textDocument/${methods[i % methods.length]}`,
        client.at(INIT, "tasks"),
        cancel.token,
      );
      if (i % 10 === 0) await change(i + 2, { text: `${OPEN}-- ${i}\n` });
      cancel.cancel();
      return answer;
    });
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter(({ status }) => status === "rejected");
    assert.ok(refused.length > 200, `${refused.length} of 300 were cancelled`);
    for (const each of refused) assert.equal((each as PromiseRejectedResult).reason.code, -32_800);
    await client.change(INIT, `${OPEN} `);
  });

  it("sends huge texts, and thousands of small edits at once", async () => {
    await client.open(INIT);
    await client.change(INIT, `${"select 1;\n".repeat(100_000)}create table half (`);
    await client.request("textDocument/documentSymbol", { textDocument: { uri: client.uri(INIT) } });
    await client.change(INIT, `${OPEN}-- `);
    const version = client.version(INIT)!;
    await change(
      version + 1,
      ...Array.from({ length: 5000 }, (_, i) => ({ range: range(1, 3 + i, 3 + i), text: "x" })),
    );
    await eventually(() => assert.equal(client.pushed.get(client.uri(INIT))?.version, version + 1));
  });

  it("cuts surrogate pairs in two and joins them again, and ends lines in every way", async () => {
    await client.open(INIT, `-- 😀😀\r\n/* 😀 */ ${OPEN}`);
    await eventually(() => assert.equal(client.diagnostics(INIT)[0]?.range.start.line, 1));
    // A face is two units: the table begins after `/* `, the face and ` */ `.
    assert.deepEqual(client.diagnostics(INIT)[0]!.range.start, { line: 1, character: 9 });
    const version = client.version(INIT)!;
    await change(version + 1, { range: range(0, 4, 5), text: "" });
    await change(version + 2, { range: range(0, 4, 4), text: "\ude00" });
    await change(version + 3, { range: range(1, 3, 5), text: "\r" });
    await eventually(() =>
      assert.deepEqual(client.diagnostics(INIT)[0]!.range.start, { line: 2, character: 4 }),
    );
    const at = {
      textDocument: { uri: client.uri(INIT) },
      position: { line: 2, character: 4 + OPEN.indexOf("tasks") },
    };
    assert.match(JSON.stringify(await client.request("textDocument/hover", at)), /public\.tasks/);
    await client.change(INIT, " ");
  });

  it("edits beyond the text, backwards, and with old versions", async () => {
    await client.open(INIT);
    await change(2, { range: range(900, 5, 9, 901), text: "-- far\n" });
    await change(1, { range: range(0, 9, 3), text: "" });
    await change(3, { text: `${OPEN}\n` });
    await client.change(INIT, `${OPEN}\n`);
  });

  it("closes while its file is analysed", async () => {
    for (let round = 0; round < 10; round++) {
      await client.open(INIT, `${OPEN.repeat(50)}-- ${round}\n`);
      const asking = client.request("textDocument/codeLens", { textDocument: { uri: client.uri(INIT) } });
      await client.close(INIT);
      await asking;
    }
  });

  it("tells of a hundred thousand files", async () => {
    const paths = Array.from({ length: 100_000 }, (_, i) => `node_modules/p/${i}.js`);
    await client.watched("created", ...paths);
    await client.watched("created", ...paths.map((path) => path.replace("node_modules", "lib")));
    await client.watched("changed", "../outside.sql", "");
  });
});

describe("a cold start", () => {
  it("shows how far the reading is, and that it is done", async function () {
    this.timeout(60_000);
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [
        `supabase/migrations/2024010100${String(i).padStart(4, "0")}_x.sql`,
        `create table public.t${i} (id uuid primary key);\n`.repeat(3),
      ]),
    );
    const client = await startClient(files, { capabilities: PUSHED });
    const progress = () =>
      client.heard.flatMap(({ method, params }) =>
        method === "$/progress" ? [(params as { value: { kind: string; percentage?: number } }).value] : [],
      );
    await eventually(() => assert.equal(progress().at(-1)?.kind, "end"));
    assert.equal(
      client.heard.find(({ method }) => method.includes("workDone"))?.method,
      "window/workDoneProgress/create",
    );
    assert.equal(progress()[0]!.kind, "begin");
    const shares = progress().flatMap(({ percentage }) => percentage ?? []);
    assert.ok(
      shares.every((share) => share >= 0 && share <= 100),
      shares.join(),
    );
    await client.end();
  });
});
