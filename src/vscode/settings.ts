import * as vscode from "vscode";

/** Settings that the extension itself reads; the server asks for those that concern findings. */
export interface Settings {
  readonly run: "onType" | "onSave";
  readonly serverPath: string | undefined;
}

/** Reads the settings as they are now; a value that is none of those allowed counts as absent. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration("rowguard");
  const path = settings.get<unknown>("server.path");
  return {
    run: settings.get<unknown>("run") === "onSave" ? "onSave" : "onType",
    // Another server is another program: only where the user trusts the workspace.
    serverPath: vscode.workspace.isTrusted && typeof path === "string" && path ? path : undefined,
  };
}
