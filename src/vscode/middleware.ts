import * as vscode from "vscode";
import { type Middleware, vsdiag } from "vscode-languageclient/node";
import { readSettings } from "./settings.ts";

/** What the editor adds to the server's answers: when findings are shown. How loud they are, the server knows. */
export const middleware: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    if (waitsForSave()) return previous === undefined ? null : unchanged(previous);
    return next(document, previous, token);
  },
  provideWorkspaceDiagnostics: (previous, token, report, next) =>
    waitsForSave() ? { items: [] } : next(previous, token, report),
};

/** With `"rowguard.run": "onSave"`, what is shown stays as it is until every document is saved. */
const waitsForSave = (): boolean =>
  readSettings().run === "onSave" &&
  vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === "file");

const unchanged = (resultId: string): vsdiag.UnchangedDocumentDiagnosticReport => ({
  kind: vsdiag.DocumentDiagnosticReportKind.unChanged,
  resultId,
});
