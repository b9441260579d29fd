import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type WorkspaceFolder,
} from "vscode-languageserver";
import { findCacheFolder } from "../workspace/cache/cache-folder.ts";
import { openWorkspace } from "../workspace/open.ts";
import { createFolder, type Folder } from "./folder.ts";

/** The workspace folders that are open, each with its workspace; opened when first asked for. */
export interface Folders {
  all(): Promise<readonly Folder[]>;
  /** The folder that a document lies in, the innermost where folders nest. */
  of(uri: string): Promise<{ readonly folder: Folder; readonly path: string } | undefined>;
  /** Calls back when folders came or went. */
  onChange(listener: () => void): void;
  watch(): Promise<void>;
  close(): Promise<void>;
}

/** What concerns us when it changes on disk. */
const WATCHED =
  "**/{*.sql,*.prisma,*.ts,*.tsx,*.js,*.jsx,*.mts,*.cts,*.mjs,*.cjs,*.vue,*.svelte,package.json,config.toml,migration_lock.toml,.env*,.gitignore,rowguard.config.json,rowguard.baseline.json}";

export function createFolders(connection: Connection, params: InitializeParams): Folders {
  const open = new Map<string, Promise<Folder | undefined>>();
  const listeners: (() => void)[] = [];
  const add = ({ uri, name }: WorkspaceFolder) => {
    if (uri.startsWith("file:")) open.set(uri, openFolder(connection, uri, name));
  };
  for (const folder of foldersOf(params)) add(folder);

  const all = async (): Promise<readonly Folder[]> =>
    (await Promise.all(open.values())).filter((folder) => folder !== undefined);

  return {
    all,
    async of(uri) {
      const found = (await all()).flatMap((folder) => {
        const path = folder.uris.path(uri);
        return path ? [{ folder, path }] : [];
      });
      return found.sort((a, b) => a.path.length - b.path.length)[0];
    },
    onChange: (listener) => void listeners.push(listener),
    async watch() {
      if (params.capabilities.workspace?.workspaceFolders)
        connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
          for (const { uri } of removed) await closeFolder(open, uri);
          added.forEach(add);
          for (const listener of listeners) listener();
        });
      if (params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration)
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: [{ globPattern: WATCHED }],
        });
    },
    async close() {
      for (const uri of [...open.keys()]) await closeFolder(open, uri);
    },
  };
}

function foldersOf(params: InitializeParams): WorkspaceFolder[] {
  if (params.workspaceFolders?.length) return params.workspaceFolders;
  const uri = params.rootUri ?? undefined;
  return uri ? [{ uri, name: basename(uri) }] : [];
}

/** A folder that cannot be opened is said once and left out. */
async function openFolder(connection: Connection, uri: string, name: string): Promise<Folder | undefined> {
  try {
    const root = fileURLToPath(uri);
    return createFolder(uri, name, await openWorkspace(root, { cacheFolder: findCacheFolder(root) }));
  } catch (error) {
    connection.console.error(
      `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

async function closeFolder(open: Map<string, Promise<Folder | undefined>>, uri: string): Promise<void> {
  const folder = await open.get(uri);
  open.delete(uri);
  await folder?.workspace.close();
}
