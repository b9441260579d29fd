import { strict as assert } from "node:assert";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "vscode-jsonrpc/node";
import { createDatabaseHost, type DatabaseHost, HostError } from "../../src/link/database-host.ts";
import {
  type DatabaseState,
  type HostIdentity,
  type Opened,
  WANTS_ENGINE,
} from "../../src/protocol/database.ts";
import { withFiles } from "../cli/temporary.ts";
import { EXAMPLE } from "../database/projects.ts";

const HOST = join(import.meta.dirname, "..", "..", "src", "host", "launch.ts");

const usualOf = (known: readonly HostIdentity[]): string[] =>
  known.filter(({ usual }) => usual).map(({ name }) => name);

const FIRST = "supabase/migrations/1_first.sql";
const LATE = "supabase/migrations/2_late.sql";

describe("the database host", function () {
  this.timeout(180_000);
  let host: DatabaseHost;
  const states: DatabaseState[] = [];
  const ends: string[] = [];

  before(() => {
    host = createDatabaseHost(HOST, {
      nodeArguments: ["--import", "tsx"],
      onState: (state) => states.push(state),
      onEnd: (why) => ends.push(why),
    });
  });
  after(() => host.end());

  it("says whom a preview is made as where nobody says so: people without tenants, too, and who has signed in", async () => {
    const notes =
      "create table notes (id int primary key, user_id uuid not null references auth.users (id));\n";
    const seed = "insert into auth.users (id, email) values (gen_random_uuid(), 'ann@example.com');\n";
    const cases = [
      [{}, ["anon", "signed-in"]],
      [{ "supabase/seed.sql": seed }, ["anon", "ann"]],
    ] as const;
    for (const [more, usual] of cases)
      await withFiles({ [FIRST]: notes, ...more }, async (folder) => {
        const { database } = await host.ask("database/open", { kind: "embedded", folder });
        assert.deepEqual(usualOf(await host.ask("database/identities", { database })), usual);
        await host.ask("database/close", { database });
      });
  });

  it("previews a workspace's rows as its tenants, in pages", async () => {
    const opened = await host.ask("database/open", { kind: "embedded", folder: EXAMPLE });
    assert.deepEqual(
      [opened.kind, opened.name, opened.power, opened.failures, opened.doubtful],
      ["embedded", "before", null, [], []],
    );
    assert.ok(opened.relations.includes("public.tasks"));
    assert.deepEqual(
      [...new Set(states.map(({ state }) => state))],
      ["starting", "running migrations", "ready"],
    );
    const { database } = opened;
    const known = await host.ask("database/identities", { database });
    assert.equal(known[0]?.name, "anon");
    assert.deepEqual(usualOf(known), ["anon", "bob@acme", "carol@globex"]);
    const { preview, query, results } = await host.ask("database/preview", {
      database,
      query: "tasks",
      identities: ["anon", { name: "the owner", settings: {} }],
      page: 2,
    });
    assert.equal(query, "select * from public.tasks order by id");
    assert.deepEqual(
      results.map(({ identity, status, rows, kept, more }) => [identity, status, rows.length, kept, more]),
      [
        ["anon", "ok", 2, 3, false],
        ["the owner", "ok", 2, 3, false],
      ],
    );
    const last = await host.ask("database/rows", { preview, result: 0, from: 2, count: 10 });
    assert.equal(last.rows.length, 1);
    const again = await host.ask("database/open", { kind: "embedded", folder: EXAMPLE });
    assert.equal(again.database, database);
    const { texts } = await host.ask("database/catalog", { database });
    assert.match(texts["database:/main/public/tasks.sql"] ?? "", /^create table public\.tasks/i);
    await host.ask("database/forget", { preview });
    await rejects(host.ask("database/rows", { preview, result: 0, from: 0, count: 1 }), /no longer kept/);
    await host.ask("database/close", { database });
    await rejects(host.ask("database/identities", { database }), /no longer open/);
  });

  it("notes what its database is without, as long as that is so", () =>
    withFiles({ [FIRST]: "create table notes (id int);\n", [LATE]: "" }, async (folder) => {
      truncateSync(join(folder, LATE), 33 * 2 ** 20);
      const { database, notes } = await host.ask("database/open", { kind: "embedded", folder });
      assert.deepEqual(
        notes.map(({ place }) => place.uri.endsWith(LATE)),
        [true],
      );
      assert.match(
        notes[0]!.message,
        /^This is without what could not be read: \S+_late\.sql \(larger than 32 MB: split it/,
      );
      writeFileSync(join(folder, LATE), "create table late (id int);\n");
      const again = await host.ask("database/update", { database, texts: {}, files: [LATE] });
      assert.deepEqual(again.notes, []);
      assert.ok(again.relations.includes("public.late"));
      await host.ask("database/close", { database });
    }));

  it("follows the editors", () =>
    withFiles({ [FIRST]: "create table a (id int);\ncreate table b (id nowhere);" }, async (folder) => {
      const { database, relations, failures } = await host.ask("database/open", { kind: "embedded", folder });
      assert.deepEqual(relations, ["public.a", "public.b"]);
      assert.deepEqual(
        failures.map(({ message, stops, place: { range } }) => [message, stops, range.start]),
        [
          [
            'type "nowhere" does not exist',
            "The Supabase CLI stops here; what follows was run all the same.",
            { line: 1, character: 0 },
          ],
        ],
      );
      const edited = await host.ask("database/update", {
        database,
        texts: { [FIRST]: "create table c (id int);" },
      });
      assert.deepEqual([edited.relations, edited.failures], [["public.c"], []]);
      const { results } = await host.ask("database/preview", {
        database,
        query: "select * from c",
        identities: [{ name: "me", settings: {} }],
      });
      assert.equal(results[0]?.status, "ok");
      await host.ask("database/close", { database });
    }));

  it("stops a query that runs away, and goes on", () =>
    withFiles({ [FIRST]: "create table a (id int);" }, async (folder) => {
      const { database } = await host.ask("database/open", { kind: "embedded", folder });
      const abort = new AbortController();
      const endless = host.ask(
        "database/preview",
        {
          database,
          query: "select count(*) from generate_series(1, 1e15)",
          identities: [{ name: "me", settings: {} }],
          timeLimit: 60_000,
        },
        abort.signal,
      );
      setTimeout(() => abort.abort(), 300);
      const { results } = await endless;
      assert.deepEqual(
        results.map(({ status, message }) => [status, message]),
        [["failed", "It was cancelled."]],
      );
      const after = await host.ask("database/preview", {
        database,
        query: "a",
        identities: [{ name: "me", settings: {} }],
      });
      assert.equal(after.results[0]?.status, "ok");
    }));

  it("says why it cannot open, without the password", async () => {
    const url = "postgresql://me:marker-Pa55word@127.0.0.1:1/db";
    await rejects(host.ask("database/open", { kind: "live", url, name: "main" }), /^Nothing answers at/);
    await rejects(
      host.ask("database/open", { kind: "live", url: "NO_SUCH_VARIABLE", name: "main" }),
      /^The environment has no variable NO_SUCH_VARIABLE/,
    );
    await withFiles({ "readme.md": "" }, (folder) =>
      rejects(host.ask("database/open", { kind: "embedded", folder }), /^Nothing in .* makes tables/),
    );
  });

  it("says that it ended, and starts anew when asked", () =>
    withFiles({ [FIRST]: "create table a (id int);" }, async (folder) => {
      const asked = host.ask("database/open", { kind: "embedded", folder });
      process.kill(host.pid!, "SIGKILL");
      await rejects(asked, /^The database host ended unexpectedly/);
      assert.equal(ends.length, 1);
      const opened = await host.ask("database/open", { kind: "embedded", folder });
      assert.deepEqual(opened.relations, ["public.a"]);
    }));
});

describe("a database host's process", function () {
  this.timeout(60_000);

  it("ends with whoever started it, however busy its engine is", () =>
    withFiles({ [FIRST]: "create table a (id int);" }, async (folder) => {
      const child = fork(HOST, [WANTS_ENGINE], {
        execArgv: ["--import", "tsx"],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      const ended = once(child, "exit");
      const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
      connection.listen();
      const { database } = await connection.sendRequest<Opened>("database/open", {
        kind: "embedded",
        folder,
      });
      const query = "select count(*) from generate_series(1, 1000000000)";
      const identities = [{ name: "me", settings: {} }];
      connection
        .sendRequest("database/preview", { database, query, identities, timeLimit: 600_000 })
        .catch(() => {});
      // All that it sees of a process that is killed.
      child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), 45_000);
      assert.deepEqual(await ended, [0, null]);
      clearTimeout(late);
    }));

  it("is told how to spare memory, and nothing that was said before is lost", async function () {
    if (process.platform !== "linux") this.skip();
    const before = process.env.GLIBC_TUNABLES;
    process.env.GLIBC_TUNABLES = "glibc.malloc.check=0";
    const writes = `require("node:fs").writeFileSync(__dirname + "/said", process.env.GLIBC_TUNABLES);`;
    await withFiles({ "host.cjs": writes }, async (folder) => {
      const host = createDatabaseHost(join(folder, "host.cjs"));
      await rejects(host.ask("database/open", { kind: "embedded", folder }), /ended unexpectedly/);
      const said = readFileSync(join(folder, "said"), "utf8").split(":");
      assert.deepEqual(said.slice(0, 2), ["glibc.malloc.check=0", "glibc.malloc.hugetlb=1"]);
    });
    if (before === undefined) delete process.env.GLIBC_TUNABLES;
    else process.env.GLIBC_TUNABLES = before;
  });
});

async function rejects(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof HostError);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /marker/);
    return true;
  });
}
