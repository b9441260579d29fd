import * as vscode from "vscode";
import { type Middleware, vsdiag } from "vscode-languageclient/node";
import type { Others } from "./others.ts";
import { readSettings } from "./settings.ts";

/** What the editor adds to the server's answers: when findings are shown, and which. How loud they are, the server knows. */
export const createMiddleware = (others: Others): Middleware => ({
  async provideDiagnostics(document, previous, token, next) {
    // A file that is opened meanwhile shows what is known.
    if (previous !== undefined && waitsForSave()) return unchanged(previous);
    const uri = "uri" in document ? document.uri : document;
    // What is left out is not the server's to know: its "unchanged" is of all that it said.
    const report = await next(document, others.isAsBefore(uri) ? previous : undefined, token);
    return report?.kind === vsdiag.DocumentDiagnosticReportKind.full
      ? { ...report, items: others.without(uri, report.items) }
      : report;
  },
  provideCodeActions(document, range, context, token, next) {
    // What another extension underlines is mended as if we did.
    const items = others.leftOut(document.uri).filter((each) => each.range.intersection(range));
    return next(document, range, { ...context, diagnostics: [...context.diagnostics, ...items] }, token);
  },
  provideWorkspaceDiagnostics: (previous, token, report, next) =>
    waitsForSave() ? { items: [] } : next(previous, token, report),
  async provideCodeLenses(document, token, next) {
    const lenses = (await next(document, token)) ?? [];
    return vscode.workspace.isTrusted ? lenses.flatMap((lens) => [lens, previewLens(lens)]) : lenses;
  },
  async resolveCodeLens(lens, token, next) {
    const beside = previews.get(lens);
    if (!beside) return next(lens, token);
    return offerPreview(lens, (await next(beside, token))?.command);
  },
});

const PREVIEW: vscode.Command = { title: "Preview as ...", command: "rowguard.preview" };

/** Lenses that offer a table's rows, as somebody, by the lens that they stand beside. */
const previews = new WeakMap<vscode.CodeLens, vscode.CodeLens>();

/** Of the table that the one beside it speaks of. Where that one says nothing before it is seen, neither does this. */
function previewLens(beside: vscode.CodeLens): vscode.CodeLens {
  const lens = new vscode.CodeLens(beside.range);
  previews.set(lens, beside);
  return offerPreview(lens, beside.command);
}

function offerPreview(lens: vscode.CodeLens, beside: vscode.Command | undefined): vscode.CodeLens {
  if (beside?.arguments) lens.command = { ...PREVIEW, arguments: beside.arguments };
  return lens;
}

/** With `"rowguard.run": "onSave"`, what is shown stays as it is until every document is saved. */
const waitsForSave = (): boolean =>
  readSettings().run === "onSave" &&
  vscode.workspace.textDocuments.some(({ isDirty, uri }) => isDirty && uri.scheme === "file");

const unchanged = (resultId: string): vsdiag.UnchangedDocumentDiagnosticReport => ({
  kind: vsdiag.DocumentDiagnosticReportKind.unChanged,
  resultId,
});
