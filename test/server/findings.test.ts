import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, ProgressType, type WorkspaceDiagnosticReport } from "vscode-languageserver";
import { CAPABLE, eventually, type Files, type PlainClient, PUSHED, withClient } from "./plain-client.ts";

const INIT = "supabase/migrations/20240101000000_init.sql";
const OPEN = "create table public.tasks (id uuid primary key, owner uuid not null);\n";
const SAFE = `${OPEN}create index on public.tasks (owner);
alter table public.tasks enable row level security;
create policy own on public.tasks for all to authenticated using (owner = (select auth.uid()));
`;
const MORE = "supabase/migrations/20240102000000_more.sql";
const OPEN_TABLE: Files = { [INIT]: OPEN };
const RULE = "table-without-rls";

const isReported =
  (client: PlainClient, path = INIT) =>
  () =>
    assert.ok(client.codes(path).includes(RULE));
const isSilent =
  (client: PlainClient, path = INIT) =>
  () =>
    assert.deepEqual(client.codes(path), []);
const asked = (client: PlainClient, method: string) =>
  client.heard.filter((each) => each.method === method).map(({ params }) => params);

describe("findings", function () {
  this.timeout(60_000);

  it("are pushed to a client that does not pull, each with its rule's page and where else to look", () =>
    withClient("strive", { capabilities: PUSHED }, async (client) => {
      assert.equal(client.initialized.capabilities.diagnosticProvider, undefined);
      const path = "prisma/schema.prisma";
      await eventually(isReported(client, path));
      const found = client.diagnostics(path).find(({ message }) => String(message).startsWith("tasks has"))!;
      assert.match(found.codeDescription!.href, /^https:.*\/rules\/table-without-rls\.md$/);
      assert.match(found.relatedInformation![0]!.location.uri, /init\/migration\.sql$/);
      assert.match(found.relatedInformation![0]!.message, /is created here/);
      assert.equal(found.source, "rowguard");
    }));

  it("underline the first line of a long statement, and of a condition no blanks around it", () =>
    withClient(
      {
        [INIT]: `create table public.tasks (  \n  id uuid primary key\n);
create table public.open (id uuid primary key);
alter table public.open enable row level security;
create policy everything on public.open for select to anon using (\n  true\n);\n`,
      },
      { capabilities: CAPABLE },
      async (client) => {
        const items = await client.pull(INIT);
        const rangeOf = (rule: string) => {
          const { start, end } = items.find(({ code }) => code === rule)!.range;
          return [start.line, start.character, end.line, end.character];
        };
        assert.deepEqual(rangeOf(RULE), [0, 0, 0, "create table public.tasks (".length]);
        assert.deepEqual(rangeOf("policy-always-true"), [6, 2, 6, 6]);
        const always = items.filter(({ code }) => code === "policy-always-true");
        assert.ok(
          (await client.actions(INIT, always)).some(({ title }) => title.startsWith("Generate the policies")),
        );
      },
    ));

  it("are pulled by a client that can, which is told when other documents changed, and nothing is pushed", () =>
    withClient({ ...OPEN_TABLE, [MORE]: "select 1;\n" }, { capabilities: CAPABLE }, async (client) => {
      assert.equal(client.initialized.capabilities.diagnosticProvider!.interFileDependencies, true);
      await client.open(INIT);
      const [found] = await client.pull(INIT);
      assert.equal(found!.code, RULE);
      await client.open(MORE);
      await client.change(MORE, "alter table public.tasks enable row level security;\n");
      await eventually(() => assert.ok(asked(client, "workspace/diagnostic/refresh").length));
      assert.ok(!(await client.pull(INIT)).some(({ code }) => code === RULE));
      assert.equal(client.pushed.size, 0);
    }));

  it("are pushed to Neovim, which pulls, and asks for no open document's again", () =>
    withClient(OPEN_TABLE, { name: "Neovim", capabilities: CAPABLE }, async (client) => {
      assert.equal(client.initialized.capabilities.diagnosticProvider, undefined);
      await eventually(isReported(client));
    }));

  it("are the same as before, said short, where nothing changed", () =>
    withClient(OPEN_TABLE, { capabilities: CAPABLE }, async (client) => {
      const params = { textDocument: { uri: client.uri(INIT) } };
      const first = await client.request<{ kind: string; resultId: string }>(
        "textDocument/diagnostic",
        params,
      );
      const previousResultId = first.resultId;
      assert.deepEqual(await client.request("textDocument/diagnostic", { ...params, previousResultId }), {
        kind: "unchanged",
        resultId: previousResultId,
      });
      const previousResultIds = [{ uri: client.uri(INIT), value: previousResultId }];
      const { items } = await client.request<{ items: { kind: string }[] }>("workspace/diagnostic", {
        previousResultIds,
      });
      assert.deepEqual(
        items.map(({ kind }) => kind),
        ["unchanged"],
      );
      client.remove("supabase");
      await client.watched("deleted", "supabase");
      const after = await client.request<{ items: { kind: string; items: Diagnostic[] }[] }>(
        "workspace/diagnostic",
        { previousResultIds },
      );
      assert.deepEqual(
        after.items.map(({ kind, items }) => [kind, items]),
        [["full", []]],
      );
      // An editor that closed the file at the same moment forgot what it had of it, and shows it still.
      const forgotten = await client.request("workspace/diagnostic", { previousResultIds: [] });
      assert.deepEqual(forgotten, after);
    }));

  it("of many files reach a client that takes parts in parts, each file once", () => {
    const many = Array.from({ length: 120 }, (_, i): [string, string] => [
      `supabase/migrations/2024${String(1000 + i)}_t.sql`,
      `create table public.t${i} (id uuid primary key);\n`,
    ]);
    return withClient(Object.fromEntries(many), { capabilities: CAPABLE }, async (client) => {
      const parts: string[][] = [];
      const progress = new ProgressType<WorkspaceDiagnosticReport>();
      client.connection.onProgress(progress, "parts", ({ items }) => {
        parts.push(items.map(({ uri }) => uri));
      });
      const wanted = { previousResultIds: [] };
      const whole = await client.request<{ items: { uri: string }[] }>("workspace/diagnostic", wanted);
      const last = await client.request<{ items: unknown[] }>("workspace/diagnostic", {
        ...wanted,
        partialResultToken: "parts",
      });
      assert.deepEqual(last.items, []);
      assert.ok(parts.length > 2 && parts.every((uris) => uris.length <= 50));
      assert.deepEqual(
        parts.flat(),
        whole.items.map(({ uri }) => uri),
      );
      assert.equal(whole.items.length, many.length);
    });
  });

  it("that an edit leaves where they are are not sent to a pulling client again", () =>
    withClient(OPEN_TABLE, { capabilities: CAPABLE }, async (client) => {
      await client.open(INIT);
      const params = { textDocument: { uri: client.uri(INIT) } };
      const pull = (previousResultId?: string) =>
        client.request<{ kind: string; resultId: string; items?: Diagnostic[] }>("textDocument/diagnostic", {
          ...params,
          previousResultId,
        });
      const { items, resultId } = await pull();
      await client.change(INIT, `${OPEN}\n-- more\n`);
      assert.deepEqual(await pull(resultId), { kind: "unchanged", resultId });
      await client.change(INIT, `-- before\n${OPEN}`);
      const moved = await pull(resultId);
      assert.equal(moved.items![0]!.range.start.line, items![0]!.range.start.line + 1);
    }));

  it("carry the version of the document that they are for", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await client.open(INIT);
      await client.change(INIT, `\n${OPEN}`);
      await eventually(() => assert.equal(client.pushed.get(client.uri(INIT))?.version, 2));
      assert.equal(client.diagnostics(INIT)[0]!.range.start.line, 1);
    }));

  it("follow the configuration, open or on disk, and name its mistakes", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      const path = "rowguard.config.json";
      await eventually(isReported(client));
      client.write(path, `{ "rules": { "${RULE}": "off" } }`);
      await client.watched("created", path);
      await eventually(() => assert.ok(!client.codes(INIT).includes(RULE)));
      await client.open(path);
      await client.change(path, `{ "rules": { "${RULE}": "error", "tabel-without-rls": "off" } }`);
      await eventually(isReported(client));
      await eventually(() => assert.deepEqual(client.codes(path), ["configuration-invalid"]));
      await client.close(path);
      await eventually(() => assert.deepEqual([client.codes(path), client.codes(INIT)], [[], []]));
      client.remove(path);
      await client.watched("deleted", path);
      await eventually(isReported(client));
    }));

  it("follow a baseline of any name", () =>
    withClient(
      { ...OPEN_TABLE, "rowguard.config.json": '{ "baseline": "accepted.json" }' },
      { capabilities: PUSHED },
      async (client) => {
        await eventually(isReported(client));
        const entry = { rule: RULE, subject: "public.tasks" };
        client.write("accepted.json", JSON.stringify({ version: 1, findings: [entry] }));
        await client.watched("created", "accepted.json");
        await eventually(() => assert.ok(!client.codes(INIT).includes(RULE), client.codes(INIT).join()));
      },
    ));

  it("are as loud as the editor's settings say, and wait for a save where they say so", async () => {
    let settings: unknown = { severities: { error: "hint", information: "off" } };
    const answers = { "workspace/configuration": () => [settings] };
    const capabilities = { ...PUSHED, workspace: { ...PUSHED.workspace, configuration: true } };
    await withClient(OPEN_TABLE, { capabilities, answers }, async (client) => {
      const severity = () => client.diagnostics(INIT).find(({ code }) => code === RULE)?.severity;
      await eventually(() => assert.equal(severity(), 4));
      settings = { run: "onSave", severities: 7 };
      await client.notify("workspace/didChangeConfiguration", { settings: null });
      await eventually(() => assert.equal(severity(), 1));
      await client.open(INIT);
      await client.change(INIT, SAFE);
      await client.request("textDocument/hover", client.at(INIT, "tasks"));
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(severity(), 1);
      await client.save(INIT);
      await eventually(isSilent(client));
    });
  });
});

describe("no stale finding is left", function () {
  this.timeout(60_000);

  it("when an editor is closed without saving", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await client.open(INIT);
      await client.change(INIT, `${OPEN}create table public.more (id uuid primary key);\n`);
      await eventually(() => assert.equal(client.codes(INIT).filter((code) => code === RULE).length, 2));
      await client.close(INIT);
      await eventually(() => assert.equal(client.codes(INIT).filter((code) => code === RULE).length, 1));
    }));

  it("when a folder is deleted, of which only the folder is told", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await eventually(isReported(client));
      client.remove("supabase");
      await client.watched("deleted", "supabase");
      await eventually(isSilent(client));
    }));

  it("when a file is deleted that is still open, until it is edited or is back", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await client.open(INIT);
      await eventually(isReported(client));
      client.remove("supabase");
      await client.watched("deleted", "supabase");
      await eventually(isSilent(client));
      await client.change(INIT, `${OPEN}\n`);
      await eventually(isReported(client));
      await client.watched("deleted", INIT);
      await eventually(isSilent(client));
      client.write(INIT, OPEN);
      await client.watched("created", INIT);
      await eventually(isReported(client));
    }));

  it("when a folder is renamed or moved: its findings move with it", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await eventually(isReported(client));
      client.write("data/sql/.keep", "");
      renameSync(join(client.root, "supabase"), join(client.root, "data/sql/supabase"));
      await client.watched("deleted", "supabase");
      await client.watched("created", "data/sql/supabase");
      await eventually(isReported(client, `data/sql/${INIT}`));
      isSilent(client)();
    }));

  it("when the branch is switched under the editor", () =>
    withClient({ [INIT]: SAFE }, { capabilities: PUSHED }, async (client) => {
      const git = (...args: string[]) => execFileSync("git", args, { cwd: client.root, stdio: "pipe" });
      git("init", "-q", "-b", "main");
      git("-c", "user.name=t", "-c", "user.email=t@t", "add", ".");
      git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "safe");
      git("switch", "-qc", "open");
      client.write(INIT, OPEN);
      client.write(MORE, "create table public.other (id uuid primary key);\n");
      git("add", ".");
      git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "open");
      await client.watched("changed", INIT, ".git/HEAD");
      await client.watched("created", MORE);
      await eventually(isReported(client));
      await eventually(isReported(client, MORE));
      git("switch", "-q", "main");
      await client.watched("changed", INIT, ".git/HEAD");
      await client.watched("deleted", MORE);
      await eventually(isSilent(client));
      isSilent(client, MORE)();
    }));

  it("when a file is saved while it is analysed", () =>
    withClient(OPEN_TABLE, { capabilities: PUSHED }, async (client) => {
      await client.open(INIT);
      for (let round = 0; round < 5; round++) {
        await client.change(INIT, `${OPEN.repeat(20)}-- ${round}\n`);
        const asking = client.request("textDocument/documentSymbol", {
          textDocument: { uri: client.uri(INIT) },
        });
        await client.change(INIT, SAFE);
        await client.save(INIT);
        await client.watched("changed", INIT);
        await asking;
      }
      await eventually(isSilent(client));
    }));

  it("where the client tells of no files: what others wrote is seen at the next save", () =>
    withClient({ ...OPEN_TABLE, "b.prisma": "" }, {}, async (client) => {
      await eventually(isReported(client));
      client.write(INIT, SAFE);
      await client.open("b.prisma");
      await eventually(isSilent(client));
      client.remove("supabase");
      client.write(MORE, OPEN);
      await client.save("b.prisma");
      await eventually(isReported(client, MORE));
    }));
});

describe("several folders", function () {
  this.timeout(60_000);
  const TWO: Files = {
    "a/package.json": '{ "name": "a" }',
    [`a/${INIT}`]: OPEN,
    "b/package.json": '{ "name": "b" }',
    [`b/${INIT}`]: OPEN,
  };
  const folder = (client: PlainClient, path: string) => ({ uri: client.uri(path), name: path });
  const change = (client: PlainClient, added: string[], removed: string[]) =>
    client.notify("workspace/didChangeWorkspaceFolders", {
      event: {
        added: added.map((path) => folder(client, path)),
        removed: removed.map((path) => folder(client, path)),
      },
    });

  it("come and go, their findings with them", () =>
    withClient(TWO, { capabilities: PUSHED, folders: ["a"] }, async (client) => {
      await eventually(isReported(client, `a/${INIT}`));
      isSilent(client, `b/${INIT}`)();
      await change(client, ["b"], ["a"]);
      await eventually(isReported(client, `b/${INIT}`));
      isSilent(client, `a/${INIT}`)();
    }));

  it("have the texts of documents that were open before them", () =>
    withClient(TWO, { capabilities: PUSHED, folders: ["a"] }, async (client) => {
      await client.open(`b/${INIT}`, SAFE);
      await client.open(`a/${INIT}`, SAFE);
      await change(client, ["b"], []);
      const hover = await client.request("textDocument/hover", client.at(`b/${INIT}`, "tasks"));
      assert.match(JSON.stringify(hover), /Row-level security is on/);
      await eventually(isSilent(client, `b/${INIT}`));
    }));

  it("that nest report a file once, by the inner one", () =>
    withClient(TWO, { capabilities: CAPABLE, folders: ["", "a"] }, async (client) => {
      const { items } = await client.request<{ items: { uri: string; items: Diagnostic[] }[] }>(
        "workspace/diagnostic",
        { previousResultIds: [] },
      );
      assert.deepEqual(items.map(({ uri }) => uri).sort(), [
        client.uri(`a/${INIT}`),
        client.uri(`b/${INIT}`),
      ]);
    }));
});
