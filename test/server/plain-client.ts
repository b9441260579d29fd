import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type {
  CodeAction,
  Diagnostic,
  InitializeResult,
  Position,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver";
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { ROOT } from "../../src/build/tree.ts";
import { serve } from "../../src/server/main.ts";

export type Files = Readonly<Record<string, string>>;

export interface ClientSettings {
  /** What the client calls itself. */
  readonly name?: string;
  /** As in `initialize`; folders are made from files. */
  readonly capabilities?: Record<string, unknown>;
  readonly initializationOptions?: Record<string, unknown>;
  /** Answers to requests of the server, by method. */
  readonly answers?: Readonly<Record<string, (params: never) => unknown>>;
  /** Folders of the workspace below its root; the root itself where none is given. */
  readonly folders?: readonly string[];
}

/** A client that knows nothing but the protocol, with a folder of its own. */
export class PlainClient {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "rowguard-lsp-")));
  readonly connection: MessageConnection;
  /** Everything that the server pushed, the newest list of each document. */
  readonly pushed = new Map<string, { version?: number; diagnostics: Diagnostic[] }>();
  /** Everything else that it said or asked, in order. */
  readonly heard: { readonly method: string; readonly params: unknown }[] = [];
  readonly #versions = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  initialized!: InitializeResult;

  constructor(connection: MessageConnection, files: Files | "strive", settings: ClientSettings) {
    this.connection = connection;
    if (files === "strive")
      cpSync(join(ROOT, "examples", "strive", "before"), this.root, { recursive: true });
    else for (const [path, text] of Object.entries(files)) this.write(path, text);
    connection.onNotification(
      "textDocument/publishDiagnostics",
      (params: { uri: string; version?: number; diagnostics: Diagnostic[] }) =>
        void this.pushed.set(params.uri, params),
    );
    connection.onNotification((method, params) => void this.heard.push({ method, params }));
    connection.onUnhandledProgress((params) => void this.heard.push({ method: "$/progress", params }));
    connection.onRequest((method, params) => {
      this.heard.push({ method, params });
      return settings.answers?.[method]?.(params as never) ?? null;
    });
    connection.listen();
  }

  async initialize({
    name,
    capabilities = {},
    initializationOptions,
    folders = [""],
  }: ClientSettings): Promise<void> {
    this.initialized = await this.request("initialize", {
      processId: null,
      rootUri: null,
      ...(name !== undefined && { clientInfo: { name } }),
      capabilities,
      initializationOptions,
      workspaceFolders: folders.map((path) => ({ uri: this.uri(path), name: path || "root" })),
    });
    await this.notify("initialized", {});
  }

  uri(path: string): string {
    return pathToFileURL(join(this.root, path)).href;
  }

  request<Answer>(method: string, params: unknown): Promise<Answer> {
    return this.connection.sendRequest<Answer>(method, params);
  }

  notify(method: string, params: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  /** Writes to disk, as another program would, and tells nobody. */
  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Tells what a file watcher saw. */
  watched(type: "created" | "changed" | "deleted", ...paths: string[]): Promise<void> {
    const changes = paths.map((path) => ({
      uri: this.uri(path),
      type: { created: 1, changed: 2, deleted: 3 }[type],
    }));
    return this.notify("workspace/didChangeWatchedFiles", { changes });
  }

  async open(path: string, text = this.read(path), languageId = languageOf(path)): Promise<void> {
    const version = (this.#versions.get(path) ?? 0) + 1;
    this.#versions.set(path, version);
    this.#texts.set(path, text);
    await this.notify("textDocument/didOpen", {
      textDocument: { uri: this.uri(path), languageId, version, text },
    });
  }

  async change(path: string, text: string): Promise<void> {
    const version = (this.#versions.get(path) ?? 0) + 1;
    this.#versions.set(path, version);
    this.#texts.set(path, text);
    await this.notify("textDocument/didChange", {
      textDocument: { uri: this.uri(path), version },
      contentChanges: [{ text }],
    });
  }

  close(path: string): Promise<void> {
    this.#texts.delete(path);
    return this.notify("textDocument/didClose", { textDocument: { uri: this.uri(path) } });
  }

  save(path: string): Promise<void> {
    this.write(path, this.text(path));
    return this.notify("textDocument/didSave", { textDocument: { uri: this.uri(path) } });
  }

  /** As the editor shows it: what is open, else what is on disk. */
  text(path: string): string {
    return this.#texts.get(path) ?? this.read(path);
  }

  version(path: string): number | undefined {
    return this.#versions.get(path);
  }

  /** The position of the first place where the text of a document has `needle`, `after` characters into it. */
  at(path: string, needle: string, after = 0): { textDocument: { uri: string }; position: Position } {
    const text = this.text(path);
    const offset = text.indexOf(needle) + after;
    if (offset < after) throw new Error(`${path} has no "${needle}"`);
    const before = text.slice(0, offset).split("\n");
    const position = { line: before.length - 1, character: before.at(-1)!.length };
    return { textDocument: { uri: this.uri(path) }, position };
  }

  diagnostics(path: string): Diagnostic[] {
    return this.pushed.get(this.uri(path))?.diagnostics ?? [];
  }

  codes(path: string): string[] {
    return this.diagnostics(path).map(({ code }) => String(code));
  }

  async pull(path: string): Promise<Diagnostic[]> {
    const report = await this.request<{ items: Diagnostic[] }>("textDocument/diagnostic", {
      textDocument: { uri: this.uri(path) },
    });
    return report.items;
  }

  actions(path: string, diagnostics: readonly Diagnostic[], only?: readonly string[]): Promise<CodeAction[]> {
    return this.request("textDocument/codeAction", {
      textDocument: { uri: this.uri(path) },
      range: diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics, ...(only && { only }) },
    });
  }

  /** Applies an edit as an editor does: open documents are changed, others written. Refuses another version. */
  async apply(edit: WorkspaceEdit): Promise<string[]> {
    const paths: string[] = [];
    const changes =
      edit.documentChanges ??
      Object.entries(edit.changes ?? {}).map(([uri, edits]) => ({
        textDocument: { uri, version: null },
        edits,
      }));
    for (const change of changes) {
      if ("kind" in change) {
        if (change.kind === "create") this.write(this.#pathOf(change.uri), "");
        continue;
      }
      const path = this.#pathOf(change.textDocument.uri);
      paths.push(path);
      await this.#applyTo(path, change);
    }
    return paths;
  }

  async #applyTo(path: string, { textDocument, edits }: TextDocumentEdit): Promise<void> {
    const isOpen = this.#texts.has(path);
    const { version } = textDocument;
    if (isOpen && version !== null && version !== this.version(path))
      throw new Error(`The edit is for version ${version} of ${path}, which is at ${this.version(path)}.`);
    const text = applyTextEdits(this.text(path), edits as TextEdit[]);
    if (isOpen) return this.change(path, text);
    this.write(path, text);
    await this.watched("changed", path);
  }

  #pathOf(uri: string): string {
    return decodeURIComponent(uri).slice(decodeURIComponent(this.uri("")).replace(/\/$/, "").length + 1);
  }

  async end(): Promise<void> {
    await this.request("shutdown", undefined);
    this.connection.dispose();
    rmSync(this.root, { recursive: true, force: true });
  }
}

const languageOf = (path: string): string =>
  ({ sql: "sql", prisma: "prisma", ts: "typescript", tsx: "typescriptreact", json: "json" })[
    path.slice(path.lastIndexOf(".") + 1)
  ] ?? "plaintext";

/** Edits of one text, in the order of their places. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: Position) =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce((out, { start, end, newText }) => out.slice(0, start) + newText + out.slice(end), text);
}

/** A server within this process, and a client that is ready. */
export async function startClient(
  files: Files | "strive",
  settings: ClientSettings = {},
): Promise<PlainClient> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  serve(
    createConnection(
      ProposedFeatures.all,
      new StreamMessageReader(toServer),
      new StreamMessageWriter(toClient),
    ),
  );
  const client = new PlainClient(
    createMessageConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer)),
    files,
    settings,
  );
  await client.initialize(settings);
  return client;
}

/** A server in a process of its own, as an editor starts it: the command and its arguments. */
export async function startProcess(
  command: readonly string[],
  files: Files | "strive",
  settings: ClientSettings = {},
): Promise<{
  readonly client: PlainClient;
  readonly server: ChildProcess;
  readonly exit: Promise<number | null>;
}> {
  const server = spawn(process.execPath, command, { cwd: ROOT, stdio: ["pipe", "pipe", "ignore"] });
  const exit = new Promise<number | null>((resolve) => server.once("exit", resolve));
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  );
  const client = new PlainClient(connection, files, settings);
  await client.initialize(settings);
  return { client, server, exit };
}

/** The server's own program. */
export const FROM_SOURCE = ["--import", "tsx", join(ROOT, "src", "server", "process.ts"), "--stdio"];

/** One client for one test. */
export async function withClient<T>(
  files: Files | "strive",
  settings: ClientSettings,
  use: (client: PlainClient) => Promise<T>,
): Promise<T> {
  const client = await startClient(files, settings);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Tries an assertion until it holds, or for half a minute: what a server pushes comes when it is ready. */
export async function eventually(assertion: () => unknown): Promise<void> {
  for (const until = Date.now() + 30_000; ; await delay(20)) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

/** What an editor of today can do. */
export const CAPABLE = {
  textDocument: {
    diagnostic: { dynamicRegistration: false },
    codeAction: { resolveSupport: { properties: ["edit", "command"] }, dataSupport: true },
    completion: { completionItem: { snippetSupport: true } },
  },
  workspace: {
    workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"] },
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  },
  window: { showDocument: { support: true }, workDoneProgress: true },
} as const;

/** The same, without pulling: findings are pushed. */
export const PUSHED = {
  ...CAPABLE,
  textDocument: { ...CAPABLE.textDocument, diagnostic: undefined },
} as const;
