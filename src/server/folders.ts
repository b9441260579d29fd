import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Connection, InitializeParams, WorkspaceFolder } from "vscode-languageserver";
import { findCacheFolder } from "../cache/cache-folder.ts";
import { OpenWorkspace } from "../workspace/open.ts";
import type { Client } from "./client.ts";
import { createExecuted, type Executed } from "./executed.ts";
import { createFolder, type Folder } from "./folder.ts";
import { easeHeapGrowth } from "./heap.ts";
import { createProgress } from "./progress.ts";

/** A document as the folder that it belongs to names it. */
export interface Found {
  readonly folder: Folder;
  readonly path: string;
}

/** The workspace folders that are open, each with its workspace. Nothing of them is read before it is asked for. */
export interface Folders {
  all(): readonly Folder[];
  /** The folder that a document belongs to: the innermost where folders nest. */
  of(uri: string): Found | undefined;
  /** Every folder that a document lies in. */
  around(uri: string): readonly Found[];
  change(added: readonly WorkspaceFolder[], removed: readonly WorkspaceFolder[]): void;
  /** Calls back when folders came or went, or one of them came to know something by itself. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

export function createFolders(
  connection: Connection,
  client: Client,
  params: InitializeParams,
  mayRun: () => boolean,
): Folders {
  const open = new Map<string, Folder>();
  const executions = new Map<Folder, Executed>();
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };

  function add({ uri, name }: WorkspaceFolder): void {
    if (!uri.startsWith("file:") || open.has(uri)) return;
    try {
      open.set(uri, openFolder(uri, name));
    } catch (error) {
      connection.console.error(`${name} cannot be read: ${(error as Error).message}`);
    }
  }

  function openFolder(uri: string, name: string): Folder {
    const root = fileURLToPath(uri);
    const progress = createProgress(connection, client, name);
    const onNews = () => {
      folder.touch();
      tell();
    };
    const workspace = new OpenWorkspace(root, {
      cacheFolder: findCacheFolder(root),
      onProgress: progress.report,
      onTrouble: (sentence) => connection.console.warn(`${name}: ${sentence}`),
      onNews,
    });
    const executed = createExecuted(root, mayRun, onNews);
    const folder = createFolder(uri, name, workspace, executed, () => {
      progress.done();
      easeHeapGrowth();
    });
    executions.set(folder, executed);
    return folder;
  }

  function endExecution(folder: Folder): void {
    executions.get(folder)?.close();
    executions.delete(folder);
  }

  const around = (uri: string): Found[] =>
    [...open.values()]
      .flatMap((folder) => {
        const path = folder.uris.path(uri);
        return path ? [{ folder, path }] : [];
      })
      .sort((a, b) => a.path.length - b.path.length);

  for (const folder of foldersOf(params)) add(folder);
  return {
    all: () => [...open.values()],
    of: (uri) => around(uri)[0],
    around,
    change(added, removed) {
      const closed = removed.flatMap(({ uri }) => open.get(uri) ?? []);
      for (const { uri } of removed) open.delete(uri);
      added.forEach(add);
      for (const folder of closed) {
        endExecution(folder);
        void folder.workspace.close();
      }
      tell();
    },
    onChange: (listener) => void listeners.push(listener),
    async close() {
      const closed = [...open.values()];
      open.clear();
      closed.forEach(endExecution);
      await Promise.all(closed.map(({ workspace }) => workspace.close()));
    },
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): WorkspaceFolder[] {
  if (workspaceFolders?.length) return workspaceFolders;
  return rootUri ? [{ uri: rootUri, name: basename(rootUri) }] : [];
}
