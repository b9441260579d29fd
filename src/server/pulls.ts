import {
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type FullDocumentDiagnosticReport,
  type UnchangedDocumentDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { type Lists, resultIdOf } from "./diagnostics.ts";
import type { Folders, Found } from "./folders.ts";
import { unlessCancelled } from "./requests.ts";

/** A pull is answered for the texts as they are; a client that waits for the answer sees nothing stale. */
export function answerPulls(
  connection: Connection,
  folders: Folders,
  read: () => Promise<Lists>,
  readOne: (document: Found) => Promise<Diagnostic[]>,
): void {
  /** Documents that findings were reported for. One that is closed and deleted at once is in no list of the client's any more. */
  const reported = new Set<string>();
  connection.languages.diagnostics.on(
    async ({ textDocument: { uri }, previousResultId }, token): Promise<DocumentDiagnosticReport> => {
      const found = folders.of(uri);
      const items = found ? await readOne(found) : [];
      if (items.length) reported.add(uri);
      return unlessCancelled(token, reportOf(items, previousResultId));
    },
  );
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token, _, parts) => {
    const before = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const lists = await read();
    for (const uri of lists.keys()) reported.add(uri);
    const uris = new Set([...reported, ...before.keys()]);
    const items = [...uris].map((uri): WorkspaceDocumentDiagnosticReport => {
      const { diagnostics = [], version = null } = lists.get(uri) ?? {};
      return { uri, version, ...reportOf(diagnostics, before.get(uri)) };
    });
    const report = unlessCancelled(token, { items });
    if (!parts) return report;
    for (const part of partsOf(items)) parts.report({ items: part });
    return { items: [] };
  });
}

/** Diagnostics of one part; one file's are never parted. */
const MOST = 50;

/** A client takes each part by itself, and does something else between them. */
function partsOf(items: readonly WorkspaceDocumentDiagnosticReport[]): WorkspaceDocumentDiagnosticReport[][] {
  const parts: WorkspaceDocumentDiagnosticReport[][] = [];
  let size = MOST;
  for (const item of items) {
    if (size >= MOST) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)!.push(item);
    size += item.kind === DocumentDiagnosticReportKind.Full ? 1 + item.items.length : 0;
  }
  return parts;
}

function reportOf(
  items: Diagnostic[],
  before: string | undefined,
): UnchangedDocumentDiagnosticReport | FullDocumentDiagnosticReport {
  const resultId = resultIdOf(items);
  return resultId === before
    ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId }
    : { kind: DocumentDiagnosticReportKind.Full, items, resultId };
}
