import * as vscode from "vscode";

export type Severity = "error" | "warning" | "information" | "hint";

/** Settings of the editor alone. What is checked stands in rowguard.config.json. */
export interface Settings {
  readonly run: "onType" | "onSave";
  readonly severities: Readonly<Partial<Record<Severity, Severity | "off">>>;
  readonly serverPath: string | undefined;
}

/** Reads the settings as they are now; a value that is none of those allowed counts as absent. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration("rowguard");
  const path = settings.get<unknown>("server.path");
  return {
    run: settings.get<unknown>("run") === "onSave" ? "onSave" : "onType",
    severities: readSeverities(settings.get<unknown>("severities")),
    // Another server is another program: only where the user trusts the workspace.
    serverPath: vscode.workspace.isTrusted && typeof path === "string" && path ? path : undefined,
  };
}

const SEVERITIES = new Set(["error", "warning", "information", "hint", "off"]);

function readSeverities(value: unknown): Settings["severities"] {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, shown]) => SEVERITIES.has(shown)));
}
