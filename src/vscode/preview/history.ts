import * as vscode from "vscode";

const KEY = "rowguard.history";
const MOST = 50;

/** Statements that were run in this workspace, newest first; rows are not kept. */
const read = (context: vscode.ExtensionContext): string[] => context.workspaceState.get<string[]>(KEY, []);

export const addToHistory = (context: vscode.ExtensionContext, query: string): Thenable<void> =>
  context.workspaceState.update(
    KEY,
    [query, ...read(context).filter((each) => each !== query)].slice(0, MOST),
  );

export async function pickFromHistory(context: vscode.ExtensionContext): Promise<string | undefined> {
  const queries = read(context);
  if (!queries.length) {
    void vscode.window.showInformationMessage("Nothing was previewed in this workspace yet.");
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    queries.map((query) => ({ label: query.replace(/\s+/g, " ").slice(0, 200), query })),
    { title: "Statements of this workspace" },
  );
  return picked?.query;
}
