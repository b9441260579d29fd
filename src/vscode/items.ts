import * as vscode from "vscode";
import type { Target } from "../protocol/requests.ts";

/** A command that opens a place and selects it. */
export const openTarget = ({ uri, range }: Target): vscode.Command => ({
  title: "Open",
  command: "vscode.open",
  arguments: [
    vscode.Uri.parse(uri),
    {
      selection: new vscode.Range(
        range.start.line,
        range.start.character,
        range.end.line,
        range.end.character,
      ),
    },
  ],
});

const ICONS = {
  error: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground")),
  warning: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
  info: new vscode.ThemeIcon("info"),
} as const;

/** The editor's own sign and colour for a severity. */
export const severityIcon = (severity: keyof typeof ICONS): vscode.ThemeIcon => ICONS[severity];
