import { type Connection, TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Findings } from "./findings.ts";
import type { Folders } from "./folders.ts";

/** Open editors go over the disk; what changes on disk is read again. */
export function listenToDocuments(connection: Connection, folders: Folders, findings: Findings): void {
  const documents = new TextDocuments(TextDocument);
  documents.onDidChangeContent(async ({ document }) => {
    findings.opened(document.uri, document.version);
    await setText(folders, document.uri, document.getText());
    findings.changed();
  });
  documents.onDidClose(async ({ document }) => {
    findings.closed(document.uri);
    await setText(folders, document.uri, undefined);
    findings.changed();
  });
  documents.onDidSave(() => findings.saved());
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    for (const folder of await folders.all()) {
      const paths = changes.flatMap(({ uri }) => folder.uris.path(uri) ?? []);
      if (!paths.length) continue;
      folder.workspace.filesChanged(paths);
      folder.touch();
    }
    findings.changed();
  });
  documents.listen(connection);
}

async function setText(folders: Folders, uri: string, text: string | undefined): Promise<void> {
  const found = await folders.of(uri);
  if (!found) return;
  found.folder.workspace.setText(found.path, text);
  found.folder.touch();
}
