import * as vscode from "vscode";
import { createDatabaseHost } from "../../link/database-host.ts";
import type { TableNode } from "../tables-tree.ts";
import { PreviewPanel, type Statement } from "./panel.ts";

/** "Preview as ...": on a table of the tree, above a model or CREATE TABLE, in a SQL file, or by itself. */
export function registerPreview(context: vscode.ExtensionContext): vscode.Disposable {
  let panel: PreviewPanel | undefined;
  // The process starts with the first request, not with this.
  const host = createDatabaseHost(
    vscode.Uri.joinPath(context.extensionUri, "dist", "database-host.cjs").fsPath,
    {
      onState: (state) => panel?.tell(state),
      onEnd: () => panel?.lose(),
    },
  );
  const show = (statement?: Statement) => {
    if (!vscode.workspace.isTrusted)
      return void vscode.window.showInformationMessage(
        "Previews run queries, which needs a trusted workspace.",
      );
    panel ??= new PreviewPanel(context, host, () => {
      panel = undefined;
    });
    panel.show(statement);
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
    { dispose: () => host.end() },
    { dispose: () => panel?.dispose() },
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
