import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { TextDocumentContentChangeEvent } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { commonEnds } from "../../src/text/common-ends.ts";
import { type EditKind, editKinds } from "./edit-kinds.ts";
import { ISSUE_SIZE, writeWorkspace } from "./generate.ts";
import { percentile } from "./measure.ts";
import type { Row } from "./table.ts";

/** So many that of the slowest twentieth no single edit decides, nor the first ones after a start. */
const ROUNDS = Number(process.env.ROUNDS ?? 100);

/**
 * The language server as an editor runs it: a process of its own, spoken to in nothing but the protocol. From the
 * message that a key was pressed to the diagnostics of that text; an editor asks when it sees fit, so no pause is in it.
 * Then another one, which begins with what the first one kept.
 */
export async function benchEditor(folder: string, cli: string): Promise<Row[]> {
  const root = join(folder, "workspace-editor");
  const kinds = editKinds(root, writeWorkspace(root, ISSUE_SIZE));
  const run = { program: join(dirname(cli), "server.cjs"), folder, root };
  const rows = await measureServer(run, "editor", kinds);
  rows.push(...(await measureServer(run, "editor with a cache", kinds)));
  rmSync(root, { recursive: true });
  return rows;
}

interface Run {
  readonly program: string;
  readonly folder: string;
  readonly root: string;
}

async function measureServer(
  { program, folder, root }: Run,
  who: string,
  kinds: readonly EditKind[],
): Promise<Row[]> {
  const memory = join(folder, "server-memory");
  const server = startServer(program, memory, join(folder, "cache-editor"));
  const connection = connect(server);
  await initialize(connection, root);
  const rows: Row[] = [];
  const begun = performance.now();
  await openAndPull(connection, root, kinds[0]!.edit(0).path);
  rows.push({ what: `${who}: first diagnostics`, value: performance.now() - begun, unit: "ms" });
  for (const kind of kinds) rows.push(...(await measureKind(connection, root, who, kind)));
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  await once(server, "exit");
  connection.dispose();
  const value = Number(readFileSync(memory, "utf8"));
  rows.push({ what: `${who}: peak memory`, value, unit: "MB", budget: 600 });
  return rows;
}

async function measureKind(
  connection: MessageConnection,
  root: string,
  who: string,
  kind: EditKind,
): Promise<Row[]> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const { path, text } = kind.edit(i);
    const uri = pathToFileURL(join(root, path)).href;
    await openAndPull(connection, root, path);
    const contentChanges = [changeBetween(readFileSync(join(root, path), "utf8"), text)];
    const begun = performance.now();
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges,
    });
    const found = await pull(connection, uri);
    times.push(performance.now() - begun);
    if (!found)
      throw new Error(`Nothing was found in ${path} after the edit that the benchmark makes there.`);
    await connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }
  const { what, budget } = kind;
  return [
    { what: `${who}, ${what}: median`, value: percentile(times, 0.5), unit: "ms" },
    { what: `${who}, ${what}: 95th percentile`, value: percentile(times, 0.95), unit: "ms", budget },
  ];
}

/** What differs, as editors tell a server that takes changes. */
function changeBetween(before: string, after: string): TextDocumentContentChangeEvent {
  const { start, end } = commonEnds(before, after);
  const document = TextDocument.create("", "", 1, before);
  const range = { start: document.positionAt(start), end: document.positionAt(before.length - end) };
  return { range, text: after.slice(start, after.length - end) };
}

function startServer(program: string, memory: string, cache: string): ChildProcess {
  return spawn(
    process.execPath,
    ["--require", join(import.meta.dirname, "peak-memory.cjs"), program, "--stdio"],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, BENCH_MEMORY_FILE: memory, XDG_CACHE_HOME: cache },
    },
  );
}

function connect({ stdin, stdout }: ChildProcess): MessageConnection {
  const connection = createMessageConnection(
    new StreamMessageReader(stdout!),
    new StreamMessageWriter(stdin!),
  );
  connection.onRequest(() => null);
  connection.listen();
  return connection;
}

async function initialize(connection: MessageConnection, root: string): Promise<void> {
  await connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities: {
      textDocument: { diagnostic: {} },
      // As most editors do: who does not is looked after by walking through the folder at every document that is opened.
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true } },
    },
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: "bench" }],
  });
  await connection.sendNotification("initialized", {});
}

/** Opens a document with the text that it has on disk, and waits until everything before is settled. */
async function openAndPull(connection: MessageConnection, root: string, path: string): Promise<void> {
  const uri = pathToFileURL(join(root, path)).href;
  const text = readFileSync(join(root, path), "utf8");
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "plaintext", version: 1, text },
  });
  await pull(connection, uri);
}

/** How many diagnostics a document has. */
async function pull(connection: MessageConnection, uri: string): Promise<number> {
  const report = await connection.sendRequest<{ items?: unknown[] }>("textDocument/diagnostic", {
    textDocument: { uri },
  });
  return report.items?.length ?? 0;
}
