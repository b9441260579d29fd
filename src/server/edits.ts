import type { CreateFile, TextDocumentEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Edit, NewFile } from "../text/edit.ts";
import type { Client } from "./client.ts";
import { linesOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

/** What is to be changed: of a fix, its edits and files. */
export interface Changes {
  readonly edits: readonly Edit[];
  readonly files: readonly NewFile[];
}

/**
 * Changes as the client applies them: new files first, then edits, each tied to the version that the snapshot was made
 * from. Undefined where the client could not apply them whole.
 */
export function workspaceEditOf(
  { edits, files }: Changes,
  snapshot: Snapshot,
  client: Client,
): WorkspaceEdit | undefined {
  if (files.length && !client.createsFiles) return undefined;
  const edited = [...groupByPath(edits)].map(([path, group]) => documentEdit(path, group, snapshot));
  if (client.versionsEdits)
    return { documentChanges: [...files.flatMap((file) => creation(file, snapshot)), ...edited] };
  return { changes: Object.fromEntries(edited.map(({ textDocument, edits }) => [textDocument.uri, edits])) };
}

/** Edits of one document, whose ranges are good for one version of it. */
function documentEdit(path: string, edits: readonly Edit[], snapshot: Snapshot) {
  const lines = linesOf(path, snapshot.text(path) ?? "");
  return {
    textDocument: { uri: snapshot.uris.uri(path), version: snapshot.version(path) },
    edits: edits.map(({ span, text }) => ({ range: lines.range(span), newText: text })),
  };
}

function creation({ path, text }: NewFile, { uris }: Snapshot): (CreateFile | TextDocumentEdit)[] {
  const uri = uris.uri(path);
  const start = { line: 0, character: 0 };
  return [
    { kind: "create", uri, options: { overwrite: false, ignoreIfExists: false } },
    { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: text }] },
  ];
}

export function groupByPath(edits: readonly Edit[]): Map<string, Edit[]> {
  const groups = new Map<string, Edit[]>();
  for (const edit of edits) groups.set(edit.path, [...(groups.get(edit.path) ?? []), edit]);
  return groups;
}
