import * as vscode from "vscode";
import { type Middleware, vsdiag } from "vscode-languageclient/node";
import { readSettings } from "./settings.ts";

/** What the editor adds to the server's answers: when findings are shown. How loud they are, the server knows. */
export const middleware: Middleware = {
  async provideDiagnostics(document, previous, token, next) {
    // A file that is opened meanwhile shows what is known.
    if (previous !== undefined && waitsForSave()) return unchanged(previous);
    const uri = String("uri" in document ? document.uri : document);
    const others = activeOthers();
    // What is left out is not the server's to know: its "unchanged" is of all that it said.
    const asBefore = others === leftOutFor.get(uri);
    const report = await next(document, asBefore ? previous : undefined, token);
    leftOutFor.set(uri, others);
    return report?.kind === vsdiag.DocumentDiagnosticReportKind.full
      ? { ...report, items: report.items.filter((item) => !isDoubled(item)) }
      : report;
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
    const { command } = (await next(beside, token)) ?? {};
    if (command?.arguments) lens.command = { ...PREVIEW, arguments: command.arguments };
    return lens;
  },
};

/** Rules whose findings in an open file another extension underlines already, by its name. */
const DOUBLED: Readonly<Record<string, readonly string[]>> = { "Supabase.postgrestools": ["sql-syntax"] };

/** By document, the other extensions whose findings the last answer left to them. */
const leftOutFor = new Map<string, string>();

const activeOthers = (): string =>
  Object.keys(DOUBLED)
    .filter((name) => vscode.extensions.getExtension(name)?.isActive)
    .join();

function isDoubled({ code }: vscode.Diagnostic): boolean {
  const rule = String(typeof code === "object" ? code.value : code);
  return Object.entries(DOUBLED).some(
    ([name, rules]) => rules.includes(rule) && vscode.extensions.getExtension(name)?.isActive,
  );
}

const PREVIEW: vscode.Command = { title: "Preview as ...", command: "rowguard.preview" };

/** Lenses that offer a table's rows, as somebody, by the lens that they stand beside. */
const previews = new WeakMap<vscode.CodeLens, vscode.CodeLens>();

/** Like the one beside it, it says nothing before it is seen. */
function previewLens(beside: vscode.CodeLens): vscode.CodeLens {
  const lens = new vscode.CodeLens(beside.range);
  previews.set(lens, beside);
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
