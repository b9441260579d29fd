import {
  type Range,
  type SnippetTextEdit,
  StringValue,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { applyEdits } from "../text/edit.ts";
import type { Finding } from "../text/finding.ts";
import type { Client } from "./client.ts";
import { linesOf } from "./convert.ts";
import { type Changes, workspaceEditOf } from "./edits.ts";
import type { Folder, Snapshot } from "./folder.ts";

/** An edit, and where the reason is to be written once it is applied. */
export interface IgnoreEdit {
  readonly edit: WorkspaceEdit;
  readonly reasonAt: { readonly uri: string; readonly range: Range };
}

/** Stands where the reason will: a sign that no source has. */
const MARK = "\uE000";

/**
 * The edit that accepts a finding and leaves the cursor where the reason belongs: as a snippet where the client knows
 * them, else at a place to show afterwards. As long as nothing is written there, the missing reason is a finding.
 */
export async function ignoreEdit(
  folder: Folder,
  snapshot: Snapshot,
  finding: Finding,
  client: Client,
): Promise<IgnoreEdit | undefined> {
  const fix = await folder.workspace.ignoreFix(finding, MARK);
  const marked = folder.isCurrent(snapshot) ? workspaceEditOf(fix, snapshot, client) : undefined;
  if (!marked) return undefined;
  const edit = mapEdits(marked, client.editsSnippets ? asSnippet : withoutMark);
  return { edit, reasonAt: findMark(fix, snapshot) };
}

/** The place of the mark in the text as it will be. */
function findMark({ edits, files }: Changes, snapshot: Snapshot): IgnoreEdit["reasonAt"] {
  const path = (edits[0] ?? files[0])!.path;
  const text = files[0]?.text ?? applyEdits(snapshot.text(path) ?? "", edits);
  const offset = text.indexOf(MARK);
  const lines = linesOf("", text.replace(MARK, ""));
  return { uri: snapshot.uris.uri(path), range: lines.range({ start: offset, end: offset }) };
}

const withoutMark = (edit: TextEdit): TextEdit => ({ ...edit, newText: edit.newText.replace(MARK, "") });

function asSnippet({ range, newText }: TextEdit): TextEdit | SnippetTextEdit {
  if (!newText.includes(MARK)) return { range, newText };
  const value = newText.replace(/[\\$}]/g, "\\$&").replace(MARK, "$1");
  return { range, snippet: StringValue.createSnippet(value) };
}

/** Snippets are known only to clients that know versions. */
function mapEdits(edit: WorkspaceEdit, map: (edit: TextEdit) => TextEdit | SnippetTextEdit): WorkspaceEdit {
  const all = (edits: readonly (TextEdit | SnippetTextEdit)[]) => edits.map((each) => map(each as TextEdit));
  if (edit.changes)
    return {
      changes: Object.fromEntries(
        Object.entries(edit.changes).map(([uri, edits]) => [uri, all(edits) as TextEdit[]]),
      ),
    };
  return {
    documentChanges: (edit.documentChanges ?? []).map((change) =>
      TextDocumentEdit.is(change) ? { ...change, edits: all(change.edits) } : change,
    ),
  };
}
