import assert from "node:assert/strict";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { readerVersion } from "../../src/cache/reader-version.ts";
import { openPack } from "../../src/workspace/cache/pack.ts";
import { walkWorkspace } from "../../src/workspace/discover/walk.ts";
import { Aside } from "../../src/workspace/facts/aside.ts";
import { FactStore, type Wanted } from "../../src/workspace/facts/fact-store.ts";
import { isWorthAThread, ReadingThread } from "../../src/workspace/facts/reading-thread.ts";
import type { UnreadFile } from "../../src/workspace/facts/shared-files.ts";
import { OpenWorkspace } from "../../src/workspace/open.ts";
import type { WorkspaceOptions } from "../../src/workspace/workspace.ts";
import { withFolder } from "./folder.ts";

const FILLING = `// ${"a comment that makes it long ".repeat(40)}\n`.repeat(300);
const read = (table: string) => `import { createClient } from "@supabase/supabase-js";
const client = createClient(process.env.URL!, process.env.SUPABASE_ANON_KEY!);
export const all = () => client.from("${table}").select();
${FILLING}`;
const FILES = {
  "supabase/migrations/1_init.sql": "create table notes (id int primary key); create table tags (id int);",
  "src/notes.ts": read("notes"),
  "src/tags.ts": read("tags"),
  "src/gone.ts": read("gone"),
  "src/passes.ts": `export * from "./notes";\n${FILLING}`,
  "src/binary.ts": `\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007`.repeat(20),
};
const CODE: readonly Wanted[] = Object.keys(FILES)
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ reader: "code", path }));

async function storeOf(root: string, told: string[]): Promise<FactStore> {
  const store = new FactStore(root, undefined, (sentence) => told.push(sentence));
  const { files } = await walkWorkspace(root);
  store.setFiles(new Map(files.map((file) => [file.path, file])));
  return store;
}

const unreadIn = async (root: string): Promise<UnreadFile[]> =>
  (await walkWorkspace(root)).files.map((file) => ({ ...file, reader: "code" }));

/** As the cache would have them. */
const factsOf = (store: FactStore) =>
  CODE.map(({ path }) => [
    JSON.stringify(store.get("code", path)),
    store.known.problem(path),
    store.known.hash(path),
  ]);

async function readAlone(root: string): Promise<ReturnType<typeof factsOf>> {
  const store = await storeOf(root, []);
  await store.read(CODE);
  return factsOf(store);
}

/** What is read with a thread that runs `code`, after its end where it has one, and what is said of it. */
async function readWith(root: string, code: string, ends: boolean) {
  const told: string[] = [];
  const store = await storeOf(root, told);
  const worker = new Worker(code, { eval: true });
  store.begin(CODE, (root, onTrouble) => ReadingThread.start(root, onTrouble, () => worker));
  if (ends) await new Promise((resolve) => worker.once("exit", resolve));
  await store.read(CODE);
  await store.stop();
  return { facts: factsOf(store), told };
}

describe("the thread that reads code", () => {
  it("reads what would be read without it, and the report is the same", function () {
    this.timeout(60_000);
    return withFolder(FILES, async (root) =>
      withFolder({}, async (cacheFolder) => {
        const told: string[] = [];
        const report = async (options: WorkspaceOptions, open: Readonly<Record<string, string>>) => {
          const onTrouble = (sentence: string) => told.push(sentence);
          const workspace = new OpenWorkspace(root, { ...options, onTrouble });
          for (const [path, text] of Object.entries(open)) workspace.setText(path, text);
          const { findings } = await workspace.report();
          await workspace.close();
          return findings;
        };
        let threads = 0;
        const count = () => threads++;
        process.on("worker", count);
        // Of a workspace that is read once, rules that need no code look before it is there.
        const findings = await report({ once: true, cacheFolder }, {});
        process.off("worker", count);
        assert.equal(threads, 1);
        assert.ok(findings.some(({ at }) => at.path === "src/gone.ts"));
        // Texts of open editors are never read by the thread.
        const { "src/binary.ts": _, ...open } = FILES;
        assert.deepEqual(findings, await report({}, open));
        const pack = openPack(cacheFolder, readerVersion());
        const cached = CODE.map(({ path }) => pack.get(`code:${path}`));
        const alone = await readAlone(root);
        assert.deepEqual(
          cached.map((each) => each && String(each.bytes)),
          alone.map(([facts]) => facts),
        );
        assert.equal(told.length, 0);
      }),
    );
  });

  it("is told of when it dies, and what it left is read without it", () =>
    withFolder(FILES, async (root) => {
      const alone = await readAlone(root);
      const dead = await readWith(root, `throw new Error("It has no memory left.\\nat all");`, true);
      assert.deepEqual(dead.told, [
        "The thread that reads code ended early (It has no memory left); what it left is read without it.",
      ]);
      assert.deepEqual(dead.facts, alone);
      const gone = await readWith(root, "process.exit(3)", true);
      assert.deepEqual(gone.told, [
        "The thread that reads code ended early (exit code 3); what it left is read without it.",
      ]);
      assert.deepEqual(gone.facts, alone);
    }));

  it("leaves to the main thread what it has not begun with, where that is much", () =>
    withFolder(FILES, async (root) => {
      const idle = await readWith(
        root,
        `require("node:worker_threads").parentPort.on("message", () => {})`,
        false,
      );
      assert.deepEqual(idle.facts, await readAlone(root));
      assert.deepEqual(idle.told, []);
    }));

  it("forgets what it could have begun with when it is told what there is", () =>
    withFolder(FILES, async (root) => {
      const files = await unreadIn(root);
      const idle = () => new Worker("setInterval(() => {}, 1000)", { eval: true });
      const thread = ReadingThread.start(root, assert.fail, idle)!;
      thread.foresee(files);
      const [notes, tags] = ["src/notes.ts", "src/tags.ts"].map(
        (of) => files.find(({ path }) => path === of)!,
      );
      thread.read([notes!]);
      assert.equal(await thread.get(tags!), undefined);
      assert.deepEqual(thread.take(), [notes]);
      assert.deepEqual(thread.take(), []);
      await thread.stop();
    }));

  it("ends when it is stopped, without a word", () =>
    withFolder(FILES, async (root) => {
      const told: string[] = [];
      const files = await unreadIn(root);
      const forever = () => new Worker("for (;;);", { eval: true });
      const thread = ReadingThread.start(root, (sentence) => told.push(sentence), forever);
      assert.ok(thread);
      thread.read(files);
      const file = files.find(({ path }) => path === join("src", "notes.ts").replaceAll("\\", "/"))!;
      const waiting = thread.get(file);
      await thread.stop();
      assert.equal(await waiting, undefined);
      assert.equal(told.length, 0);
    }));

  it("starts while files are being found, and ends where there is little for it after all", () =>
    withFolder({ ...FILES, "rowguard.config.json": `{ "exclude": ["src/**"] }` }, async (root) => {
      const told: string[] = [];
      const ends: Promise<unknown>[] = [];
      const count = (worker: Worker) => ends.push(once(worker, "exit"));
      process.on("worker", count);
      const workspace = new OpenWorkspace(root, { once: true, onTrouble: (sentence) => told.push(sentence) });
      await workspace.report();
      process.off("worker", count);
      assert.deepEqual(told, []);
      assert.equal(ends.length, 1);
      await ends[0];
      assert.deepEqual(told, []);
    }));

  it("is started once where there can be none, and its files are read without it", () =>
    withFolder(FILES, async (root) => {
      const told: string[] = [];
      const refuse = () => {
        throw new Error("No more threads.");
      };
      const start = (of: string, onTrouble: (sentence: string) => void) =>
        ReadingThread.start(of, onTrouble, refuse);
      const aside = new Aside(root, (sentence) => told.push(sentence));
      const files = await unreadIn(root);
      const large = files.map((file) => ({ ...file, size: 1_000_000 }));
      for (const file of large) aside.foresee(file, start);
      aside.begin(large, start);
      assert.deepEqual(told, [
        "The thread that reads code ended early (No more threads); what it left is read without it.",
      ]);
      assert.deepEqual([aside.isReading, aside.take()], [false, []]);
      assert.equal(await aside.get(files[0]!), undefined);
    }));

  it("is not offered the same files at every edit, where they were too few for it", () =>
    withFolder(FILES, async (root) => {
      let asked = 0;
      const pack = {
        keys: () => [],
        get: () => {
          asked++;
          return undefined;
        },
      };
      const store = new FactStore(root, pack);
      const { files } = await walkWorkspace(root);
      store.setFiles(new Map(files.map((file) => [file.path, { ...file, size: 1 }])));
      store.begin(CODE);
      assert.equal(asked, CODE.length);
      store.begin(CODE);
      assert.equal(asked, CODE.length);
      store.begin([...CODE]);
      assert.equal(asked, 2 * CODE.length);
    }));

  it("is not worth little", () => {
    assert.equal(isWorthAThread(999_999), false);
    assert.equal(isWorthAThread(1_000_000), availableParallelism() > 1);
  });
});
