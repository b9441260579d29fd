import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  TextDocuments,
  WatchKind,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Client } from "./client.ts";
import type { Findings } from "./findings.ts";
import type { Folders } from "./folders.ts";

/** An editor that is started again opens all its documents at once: one look is for all of them, once nobody types. */
const SOON = 500;

/**
 * Open editors go over the disk; what changes on disk is read again; folders come and go. Gives what is to be done once
 * the client is ready.
 */
export function listenToDocuments(
  connection: Connection,
  client: Client,
  folders: Folders,
  findings: Findings,
): () => void {
  const documents = new TextDocuments(TextDocument);
  const show = (document: TextDocument) => {
    for (const { folder, path } of folders.around(document.uri)) folder.setText(path, document);
  };
  const hide = ({ uri }: TextDocument) => {
    for (const { folder, path } of folders.around(uri)) folder.setText(path, undefined);
  };
  /** A file that is deleted leaves its text in an open editor, where it counts no more until it is edited or the file is back. */
  const followDisk = (changes: readonly FileEvent[]) => {
    for (const document of documents.all()) {
      const last = changes.findLast(
        ({ uri, type }) => type !== FileChangeType.Changed && holds(uri, document.uri),
      );
      if (last) (last.type === FileChangeType.Deleted ? hide : show)(document);
    }
  };
  const look = () => {
    // Who is told of no changes looks when something is opened, closed or saved.
    if (!client.watches) for (const folder of folders.all()) folder.filesChanged([""]);
  };
  let looking: NodeJS.Timeout | undefined;
  /** Walking through a folder takes longer than an edit: no answer about a document just opened or edited waits for it. */
  const lookSoon = () => {
    if (client.watches) return;
    clearTimeout(looking);
    looking = setTimeout(() => {
      looking = undefined;
      look();
      findings.changed();
    }, SOON);
    looking.unref();
  };

  documents.onDidOpen(lookSoon);
  documents.onDidChangeContent(({ document }) => {
    show(document);
    if (looking) lookSoon();
    findings.edited(document.uri);
  });
  documents.onDidClose(({ document }) => {
    hide(document);
    lookSoon();
    findings.changed();
  });
  documents.onDidSave(() => {
    look();
    findings.saved();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const folder of folders.all()) {
      const paths = changes.flatMap(({ uri }) => folder.uris.path(uri) ?? []).filter(isOfInterest);
      if (paths.length) folder.filesChanged(paths);
    }
    followDisk(changes);
    findings.changed();
  });
  documents.listen(connection);
  return () => {
    if (client.watches) void watch(connection);
    if (client.changesFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        folders.change(added, removed);
        documents.all().forEach(show);
      });
  };
}

/**
 * Anything may come and go: a folder that is deleted or renamed is told of by its own name alone. Changes are told of
 * files that are read, and of git's own where a commit makes history of a migration.
 */
const WATCHERS = [
  { globPattern: "**", kind: WatchKind.Create | WatchKind.Delete },
  {
    globPattern:
      "**/{*.sql,*.psql,*.pgsql,*.prisma,*.ts,*.tsx,*.js,*.jsx,*.mts,*.cts,*.mjs,*.cjs,*.vue,*.svelte,*.astro,*.json,*.toml,.env*,.gitignore}",
    kind: WatchKind.Change,
  },
  { globPattern: "**/.git/{HEAD,index}", kind: WatchKind.Create | WatchKind.Change },
];

async function watch(connection: Connection): Promise<void> {
  try {
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: WATCHERS });
  } catch (error) {
    connection.console.error(`Files are not watched: ${(error as Error).message}`);
  }
}

/** Whether it is the document or a folder around it. */
const holds = (uri: string, document: string): boolean =>
  document === uri || document.startsWith(`${uri.replace(/\/$/, "")}/`);

/** Packages are installed by the ten thousand, and git writes whenever it is asked. */
const isOfInterest = (path: string): boolean =>
  !/(^|\/)node_modules(\/|$)/.test(path) &&
  (!/(^|\/)\.git\//.test(path) || /\.git\/(HEAD|index)$/.test(path));
