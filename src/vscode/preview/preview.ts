import * as vscode from "vscode";
import { createDatabaseHost } from "../../link/database-host.ts";
import { PreviewPanel, type Statement } from "./panel.ts";

export interface Preview extends vscode.Disposable {
  /** Opens the panel, or brings it to the front. */
  show(statement: Statement | undefined): void;
}

/** The one panel, and the process of the databases that it shows. */
export function createPreview(context: vscode.ExtensionContext): Preview {
  let panel: PreviewPanel | undefined;
  // The process starts with the first request, not with this.
  const host = createDatabaseHost(
    vscode.Uri.joinPath(context.extensionUri, "dist", "database-host.cjs").fsPath,
    {
      onState: (state) => panel?.tell(state),
      onEnd: () => panel?.lose(),
    },
  );
  return {
    show(statement) {
      panel ??= new PreviewPanel(context, host, () => {
        panel = undefined;
      });
      panel.show(statement);
    },
    dispose() {
      panel?.dispose();
      host.end();
    },
  };
}
