import {
  type Connection,
  type Diagnostic,
  DocumentDiagnosticReportKind,
  type InitializeParams,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { CHANGED, type Changed } from "../protocol/requests.ts";
import { diagnosticsOf, resultIdOf } from "./diagnostics.ts";
import type { Folder } from "./folder.ts";
import type { Folders } from "./folders.ts";

/** Keeps the client's findings true: pulled where the client can, else pushed; never both. */
export interface Findings {
  opened(uri: string, version: number): void;
  closed(uri: string): void;
  /** A text changed, here or on disk. */
  changed(): void;
  saved(): void;
}

/** Typing is not interrupted: what is pushed waits for a pause of this many milliseconds. */
const PAUSE = 120;

export function listenToFindings(
  connection: Connection,
  folders: Folders,
  params: InitializeParams,
): Findings {
  const versions = new Map<string, number>();
  const pulls = params.capabilities.textDocument?.diagnostic !== undefined;
  const refreshes = params.capabilities.workspace?.diagnostics?.refreshSupport === true;
  const shown = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let generation = 0;

  async function settle(): Promise<void> {
    const of = ++generation;
    let findings = 0;
    let others = false;
    const uris = new Set<string>();
    for (const folder of await folders.all()) {
      const lists = await findingsOf(connection, folder);
      // A newer text makes a newer report; what is late is dropped.
      if (of !== generation || !lists) return;
      for (const [path, diagnostics] of lists) {
        const uri = folder.uris.uri(path);
        uris.add(uri);
        findings += diagnostics.length;
        const id = resultIdOf(diagnostics);
        if (shown.get(uri) === id) continue;
        shown.set(uri, id);
        others = true;
        if (!pulls) publish(uri, diagnostics);
      }
    }
    for (const uri of [...shown.keys()]) {
      if (uris.has(uri)) continue;
      shown.delete(uri);
      others = true;
      if (!pulls) publish(uri, []);
    }
    if (pulls && refreshes && others) connection.languages.diagnostics.refresh();
    connection.sendNotification(CHANGED, { findings } satisfies Changed);
  }

  function publish(uri: string, diagnostics: Diagnostic[]): void {
    const version = versions.get(uri);
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  }

  function schedule(pause: number): void {
    clearTimeout(timer);
    timer = setTimeout(
      () => void settle().catch((error: unknown) => connection.console.error(String(error))),
      pause,
    );
  }

  if (pulls) answerPulls(connection, folders);
  folders.onChange(() => schedule(0));
  return {
    opened: (uri, version) => void versions.set(uri, version),
    closed: (uri) => void versions.delete(uri),
    changed: () => schedule(PAUSE),
    saved: () => schedule(0),
  };
}

/** A pull is answered for the texts as they are; a client that waits for the answer sees nothing stale. */
function answerPulls(connection: Connection, folders: Folders): void {
  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }) => {
    const found = await folders.of(textDocument.uri);
    const lists = found && (await findingsOf(connection, found.folder));
    const items = (found && lists?.get(found.path)) ?? [];
    const resultId = resultIdOf(items);
    if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, items, resultId };
  });
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }) => {
    const before = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const folder of await folders.all())
      for (const [path, diagnostics] of (await findingsOf(connection, folder)) ?? []) {
        const uri = folder.uris.uri(path);
        items.push(reportOf(uri, diagnostics, before.get(uri)));
        before.delete(uri);
      }
    for (const uri of before.keys()) items.push(reportOf(uri, [], before.get(uri)));
    return { items };
  });
}

function reportOf(
  uri: string,
  items: Diagnostic[],
  before: string | undefined,
): WorkspaceDocumentDiagnosticReport {
  const resultId = resultIdOf(items);
  return resultId === before
    ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version: null, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId, items };
}

/** Diagnostics by path for the texts as they are; undefined where the folder could not be analysed, which is logged. */
async function findingsOf(
  connection: Connection,
  folder: Folder,
): Promise<Map<string, Diagnostic[]> | undefined> {
  try {
    const snapshot = await folder.current();
    return remember(snapshot, () => diagnosticsOf(snapshot.report, folder.uris));
  } catch (error) {
    connection.console.error(
      `${folder.name} could not be checked: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

const made = new WeakMap<object, Map<string, Diagnostic[]>>();

function remember(snapshot: object, make: () => Map<string, Diagnostic[]>): Map<string, Diagnostic[]> {
  const known = made.get(snapshot) ?? make();
  made.set(snapshot, known);
  return known;
}
