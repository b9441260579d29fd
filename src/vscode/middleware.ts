import * as vscode from "vscode";
import { type Middleware, vsdiag } from "vscode-languageclient/node";
import { readSettings, type Severity } from "./settings.ts";

/** What the editor adds to the server's answers: when findings are shown, how loud, and a look at files that a fix made. */
export const middleware: Middleware = {
  handleDiagnostics: (uri, diagnostics, next) => next(uri, mapSeverities(diagnostics)),
  async provideDiagnostics(document, previous, token, next) {
    if (waitsForSave()) return previous === undefined ? null : unchanged(previous);
    const report = await next(document, previous, token);
    return report?.kind === vsdiag.DocumentDiagnosticReportKind.full
      ? { ...report, items: mapSeverities(report.items) }
      : report;
  },
  provideWorkspaceDiagnostics: (previous, token, report, next) =>
    waitsForSave()
      ? { items: [] }
      : next(previous, token, (chunk) => report(chunk && { items: chunk.items.map(mapReport) })),
  async resolveCodeAction(action, token, next) {
    const resolved = await next(action, token);
    const made = resolved?.edit && (await findNewFile(resolved.edit));
    if (resolved && made && !resolved.command)
      resolved.command = { title: "Open", command: "vscode.open", arguments: [made] };
    return resolved;
  },
};

/** With `"rowguard.run": "onSave"`, what is shown stays as it is until every document is saved. */
const waitsForSave = (): boolean =>
  readSettings().run === "onSave" &&
  vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === "file");

const unchanged = (resultId: string): vsdiag.UnchangedDocumentDiagnosticReport => ({
  kind: vsdiag.DocumentDiagnosticReportKind.unChanged,
  resultId,
});

const mapReport = (report: vsdiag.WorkspaceDocumentDiagnosticReport) =>
  report.kind === vsdiag.DocumentDiagnosticReportKind.full
    ? { ...report, items: mapSeverities(report.items) }
    : report;

const NAMES: readonly Severity[] = ["error", "warning", "information", "hint"];

/** The editor's own taste: how loud a severity is shown. What is checked stands in rowguard.config.json. */
function mapSeverities(diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
  const { severities } = readSettings();
  return diagnostics.flatMap((diagnostic) => {
    const shown = severities[NAMES[diagnostic.severity]!];
    if (shown === "off") return [];
    if (shown !== undefined) diagnostic.severity = NAMES.indexOf(shown);
    return [diagnostic];
  });
}

/** The first file that an edit writes to and that is not there yet; the edit itself tells no more of its new files. */
async function findNewFile(edit: vscode.WorkspaceEdit): Promise<vscode.Uri | undefined> {
  for (const [uri] of edit.entries()) {
    const there = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!there) return uri;
  }
  return undefined;
}
