import { setImmediate as nextTurn } from "node:timers/promises";
import { CodeLensRefreshRequest, type Connection, type Diagnostic } from "vscode-languageserver";
import { CHANGED, type Changed } from "../protocol/requests.ts";
import type { Client } from "./client.ts";
import {
  diagnosticsIn,
  diagnosticsOf,
  type List,
  type Lists,
  makeDiagnostics,
  resultIdOf,
} from "./diagnostics.ts";
import type { Folder, Snapshot } from "./folder.ts";
import type { Folders, Found } from "./folders.ts";
import { answerPulls } from "./pulls.ts";
import type { Settings } from "./settings.ts";

/** Keeps the client's findings true: pulled where the client can, else pushed; never both. */
export interface Findings {
  /** The text of an open document changed. */
  edited(uri: string): void;
  /** Something else changed: a file on disk, a folder, a setting. */
  changed(): void;
  saved(): void;
  close(): void;
}

/** Typing is not interrupted: what is pushed waits for a pause of this many milliseconds. */
const PAUSE = 120;
/** Milliseconds of work of which nobody waits for the end. */
const TURN = 5;

export function listenToFindings(
  connection: Connection,
  client: Client,
  folders: Folders,
  settings: Settings,
): Findings {
  const shown = new Map<string, string>();
  /** Documents that the client itself asks about again, since it changed them. */
  let edited = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let generation = 0;
  let closed = false;
  const read = () => readFindings(connection, folders, settings);
  const readOne = (found: Found) => readDocument(connection, found, settings);

  async function settle(): Promise<void> {
    const of = ++generation;
    const asked = edited;
    await makeInTurns(of);
    if (of !== generation || closed) return;
    const lists = await read();
    // A newer text makes a newer report; what is late is dropped.
    if (of !== generation || closed) return;
    edited = new Set();
    const changed = [...lists].filter(([uri, list]) => isNew(uri, idOf(list)));
    const gone = [...shown.keys()].filter((uri) => !lists.has(uri));
    for (const uri of gone) shown.delete(uri);
    const uris = [...changed.map(([uri]) => uri), ...gone];
    if (!client.pulls) for (const uri of uris) publish(uri, lists);
    else if (client.refreshesDiagnostics && uris.some((uri) => !asked.has(uri)))
      connection.languages.diagnostics.refresh();
    if (client.refreshesLenses && uris.length)
      void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
    tell(lists);
  }

  /**
   * All documents' diagnostics take a while after a large change, and nobody waits for them: who waits for an answer about
   * the document at hand goes first, and whatever a newer text makes out of date is left.
   */
  async function makeInTurns(of: number): Promise<void> {
    let until = 0;
    for (const folder of folders.all()) {
      const snapshot = await snapshotOf(connection, folder);
      if (!snapshot) continue;
      await makeDiagnostics(snapshot, settings.now.severities, async () => {
        if (performance.now() >= until) {
          await nextTurn();
          until = performance.now() + TURN;
        }
        return of === generation && !closed && folder.isCurrent(snapshot);
      });
    }
  }

  /** Who is pushed diagnostics is told of each version of a document which are for it. */
  const idOf = ({ diagnostics, version }: List): string =>
    client.pulls ? resultIdOf(diagnostics) : `${version} ${resultIdOf(diagnostics)}`;

  function isNew(uri: string, id: string): boolean {
    if (shown.get(uri) === id) return false;
    shown.set(uri, id);
    return true;
  }

  function publish(uri: string, lists: Lists): void {
    const { diagnostics = [], version = null } = lists.get(uri) ?? {};
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === null ? {} : { version }) });
  }

  function tell(lists: Lists): void {
    if (!client.hearsChanges) return;
    const findings = [...lists.values()].reduce((sum, { diagnostics }) => sum + diagnostics.length, 0);
    void connection.sendNotification(CHANGED, { findings } satisfies Changed);
  }

  function schedule(pause: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(
      () => void settle().catch((error: unknown) => connection.console.error(String(error))),
      pause,
    );
  }

  if (client.pulls) answerPulls(connection, folders, read, readOne);
  folders.onChange(() => schedule(0));
  return {
    edited(uri) {
      // An answer to an earlier edit may be older than this one: of several, only the last asks for all that is new.
      edited = new Set([uri]);
      // It may have been pulled before anything settled; if its findings go then, that is news.
      if (!shown.has(uri)) shown.set(uri, "");
      if (settings.now.run === "onType") schedule(PAUSE);
    },
    changed: () => schedule(PAUSE),
    saved: () => schedule(0),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** Diagnostics by document, for the texts as they are. A folder that cannot be checked has none, which is logged. */
async function readFindings(connection: Connection, folders: Folders, { now }: Settings): Promise<Lists> {
  const lists = new Map<string, List>();
  for (const folder of folders.all()) {
    const snapshot = await snapshotOf(connection, folder);
    if (!snapshot) continue;
    for (const [path, diagnostics] of diagnosticsOf(snapshot, now.severities)) {
      const uri = folder.uris.uri(path);
      // Where folders nest, the inner one speaks of its own files.
      if (folders.of(uri)?.folder !== folder && folder.uris.path(uri)) continue;
      lists.set(uri, { diagnostics, version: snapshot.version(path) });
    }
  }
  return lists;
}

/** The diagnostics of one document, for the texts as they are. */
async function readDocument(
  connection: Connection,
  { folder, path }: Found,
  { now }: Settings,
): Promise<Diagnostic[]> {
  const snapshot = await snapshotOf(connection, folder);
  return snapshot ? diagnosticsIn(path, snapshot, now.severities) : [];
}

async function snapshotOf(connection: Connection, folder: Folder): Promise<Snapshot | undefined> {
  try {
    return await folder.current();
  } catch (error) {
    connection.console.error(`${folder.name} could not be checked: ${(error as Error).message}`);
    return undefined;
  }
}
