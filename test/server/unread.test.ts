import { strict as assert } from "node:assert";
import { chmodSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticSeverity } from "vscode-languageserver";
import { OVERVIEW, type Overview } from "../../src/protocol/requests.ts";
import { asOrdinaryUser } from "../workspace/folder.ts";
import { CAPABLE, eventually, type Files, type PlainClient, PUSHED, withClient } from "./plain-client.ts";

const LATE = "supabase/migrations/20240102000000_late.sql";
const TABLE = "create table public.late (id uuid primary key);\n";
const INIT = "supabase/migrations/20240101000000_init.sql";
const FILES: Files = {
  [INIT]:
    "create table public.tasks (id uuid primary key);\nalter table public.tasks enable row level security;\n",
  [LATE]: TABLE,
};
const MB = 2 ** 20;
const LARGE =
  `This is without what could not be read: ${LATE} (larger than 32 MB: split it, or move its rows into a file of their own); ` +
  'what the database does not need can be named under "exclude" in rowguard.config.json.';

const grow = (client: PlainClient, path = LATE) => truncateSync(join(client.root, path), 33 * MB);
const messages = (client: PlainClient, path: string) =>
  client.diagnostics(path).map(({ message }) => String(message));
const without = async (client: PlainClient) =>
  (await client.request<Overview>(OVERVIEW, {})).folders.map(({ incomplete }) => incomplete);

describe("a source that could not be read", function () {
  this.timeout(60_000);

  it("is an error where it would begin, in the words of a check, until it can be read", () =>
    withClient(FILES, { capabilities: PUSHED }, async (client) => {
      await eventually(() => assert.ok(client.codes(LATE).includes("table-without-rls")));
      assert.deepEqual(await without(client), [[]]);
      grow(client);
      await client.watched("changed", LATE);
      await eventually(() => assert.deepEqual(messages(client, LATE), [LARGE]));
      const [told] = client.diagnostics(LATE);
      assert.deepEqual(told!.range, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } });
      assert.equal(told!.severity, DiagnosticSeverity.Error);
      assert.deepEqual(await without(client), [[LARGE]]);
      client.write(LATE, TABLE);
      await client.watched("changed", LATE);
      await eventually(() => assert.ok(client.codes(LATE).includes("table-without-rls")));
      assert.ok(!messages(client, LATE).includes(LARGE));
      assert.deepEqual(await without(client), [[]]);
    }));

  it("may be the text of an open document, which is no other than a file's", () =>
    withClient(FILES, { capabilities: PUSHED }, async (client) => {
      await client.open(LATE);
      await eventually(() => assert.ok(client.codes(LATE).includes("table-without-rls")));
      await client.change(LATE, TABLE + " ".repeat(33 * MB));
      await eventually(() => assert.deepEqual(messages(client, LATE), [LARGE]));
      assert.deepEqual(await without(client), [[LARGE]]);
      await client.change(LATE, `${TABLE}-- as it was\n`);
      await eventually(() => assert.ok(client.codes(LATE).includes("table-without-rls")));
      assert.deepEqual(await without(client), [[]]);
    }));

  it("is not missed where it is an open document of rows alone", () =>
    withClient(FILES, { capabilities: PUSHED }, async (client) => {
      await client.open(LATE, "insert into public.tasks values ('0b1e');\n".repeat(MB));
      await eventually(() => assert.ok(client.pushed.has(client.uri(INIT))));
      assert.deepEqual([await without(client), messages(client, LATE)], [[[]], []]);
    }));

  it("may be binary, also where an editor shows it as text", () =>
    withClient(
      { ...FILES, [LATE]: "\0\u0001\u0002".repeat(40) },
      { capabilities: PUSHED },
      async (client) => {
        const missed = [LARGE.replace(/\(.*\)/, "(a binary file)")];
        await eventually(() => assert.deepEqual(messages(client, LATE), missed));
        await client.open(LATE);
        await eventually(async () => assert.deepEqual(await without(client), [missed]));
        await client.change(LATE, TABLE);
        await eventually(async () => assert.deepEqual(await without(client), [[]]));
      },
    ));

  it("is pulled with its document and with the workspace, and offers nothing that mends a finding", () =>
    withClient(FILES, { capabilities: CAPABLE }, async (client) => {
      grow(client);
      await client.watched("changed", LATE);
      const [told, ...others] = await client.pull(LATE);
      assert.deepEqual([told!.message, others], [LARGE, []]);
      const { items } = await client.request<{ items: { uri: string; items: { message: string }[] }[] }>(
        "workspace/diagnostic",
        { previousResultIds: [] },
      );
      const mine = items.find(({ uri }) => uri === client.uri(LATE));
      assert.deepEqual(
        mine!.items.map(({ message }) => message),
        [LARGE],
      );
      assert.deepEqual(await client.actions(LATE, [told!]), []);
    }));

  it("is not told of where errors are not to be seen", () =>
    withClient(
      FILES,
      {
        capabilities: { ...CAPABLE, workspace: { configuration: true } },
        answers: { "workspace/configuration": () => [{ severities: { error: "off" } }] },
      },
      async (client) => {
        grow(client);
        await client.watched("changed", LATE);
        await eventually(async () => assert.deepEqual(await client.pull(LATE), []));
        assert.deepEqual(await without(client), [[LARGE]]);
      },
    ));

  it("may be a file or a folder without permission", () =>
    asOrdinaryUser(() =>
      withClient({ ...FILES, "shut/a.sql": "" }, { capabilities: PUSHED }, async (client) => {
        chmodSync(join(client.root, LATE), 0);
        chmodSync(join(client.root, "shut"), 0);
        await client.watched("changed", LATE, "shut");
        await eventually(() => {
          assert.match(messages(client, LATE)[0]!, /_late\.sql \(no permission to read it\); what/);
          assert.match(messages(client, "shut")[0]!, /: shut \(no permission to read it\); what/);
        });
        chmodSync(join(client.root, LATE), 0o644);
        chmodSync(join(client.root, "shut"), 0o755);
        await client.watched("changed", LATE, "shut");
        await eventually(() => {
          assert.ok(client.codes(LATE).includes("table-without-rls"));
          assert.deepEqual(messages(client, "shut"), []);
        });
      }),
    ));
});
