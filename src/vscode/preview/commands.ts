import * as vscode from "vscode";
import type { TableNode } from "../tables-tree.ts";
import type { Statement } from "./panel.ts";
import type { Preview } from "./preview.ts";

/** "Preview as ...": on a table of the tree, above a model or CREATE TABLE, in a SQL file, or by itself. */
export function registerPreview(context: vscode.ExtensionContext): vscode.Disposable {
  // Most sessions never preview: what it takes is loaded with the first.
  let preview: Promise<Preview> | undefined;
  const load = () => {
    preview ??= import("../preview-panel.cjs").then(({ createPreview }) => createPreview(context));
    return preview;
  };
  const show = async (statement?: Statement) => {
    if (vscode.workspace.isTrusted) return (await load()).show(statement);
    void vscode.window.showInformationMessage("Previews run queries, which needs a trusted workspace.");
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand("rowguard.preview", (subject?: TableNode | string) =>
      show(statementOf(subject)),
    ),
    vscode.commands.registerTextEditorCommand("rowguard.previewStatement", ({ document, selection }) =>
      show(
        selection.isEmpty
          ? { text: document.getText(), offset: document.offsetAt(selection.active), run: true }
          : { text: document.getText(selection), run: true },
      ),
    ),
    { dispose: () => void preview?.then((each) => each.dispose()) },
  );
}

function statementOf(subject: TableNode | string | undefined): Statement | undefined {
  const key =
    typeof subject === "string" ? subject : subject?.kind === "table" ? subject.table.key : undefined;
  return key === undefined
    ? undefined
    : { text: `select * from ${key.split(".").map(quote).join(".")}`, run: true };
}

const quote = (name: string): string =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
