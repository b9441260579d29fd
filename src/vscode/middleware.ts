import * as vscode from "vscode";
import { type Middleware, vsdiag } from "vscode-languageclient/node";
import { readSettings } from "./settings.ts";

/** What the editor adds to the server's answers: when findings are shown. How loud they are, the server knows. */
export const middleware: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    // A file that is opened meanwhile shows what is known.
    if (previous !== undefined && waitsForSave()) return unchanged(previous);
    const report = await next(document, previous, token);
    return report?.kind === vsdiag.DocumentDiagnosticReportKind.full
      ? { ...report, items: report.items.filter((item) => !isDoubled(item)) }
      : report;
  },
  provideWorkspaceDiagnostics: (previous, token, report, next) =>
    waitsForSave() ? { items: [] } : next(previous, token, report),
  async provideCodeLenses(document, token, next) {
    const lenses = (await next(document, token)) ?? [];
    return vscode.workspace.isTrusted ? lenses.flatMap((lens) => [lens, ...previewLens(lens)]) : lenses;
  },
};

/** Rules whose findings in an open file another extension underlines already, by its name. */
const DOUBLED: Readonly<Record<string, readonly string[]>> = { "Supabase.postgrestools": ["sql-syntax"] };

function isDoubled({ code }: vscode.Diagnostic): boolean {
  const rule = String(typeof code === "object" ? code.value : code);
  return Object.entries(DOUBLED).some(
    ([name, rules]) => rules.includes(rule) && vscode.extensions.getExtension(name)?.isActive,
  );
}

/** Beside what a lens says of a table: its rows, as somebody. */
function previewLens({ range, command }: vscode.CodeLens): vscode.CodeLens[] {
  if (command?.command !== "rowguard.showTable") return [];
  return [
    new vscode.CodeLens(range, {
      title: "Preview as ...",
      command: "rowguard.preview",
      arguments: command.arguments ?? [],
    }),
  ];
}

/** With `"rowguard.run": "onSave"`, what is shown stays as it is until every document is saved. */
const waitsForSave = (): boolean =>
  readSettings().run === "onSave" &&
  vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === "file");

const unchanged = (resultId: string): vsdiag.UnchangedDocumentDiagnosticReport => ({
  kind: vsdiag.DocumentDiagnosticReportKind.unChanged,
  resultId,
});
