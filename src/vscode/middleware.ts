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
    const asBefore = others === leftOut.get(uri)?.to;
    const report = await next(document, asBefore ? previous : undefined, token);
    if (report?.kind !== vsdiag.DocumentDiagnosticReportKind.full) return report;
    const { items } = report;
    leftOut.set(uri, { to: others, items: items.filter(isDoubled) });
    return { ...report, items: items.filter((item) => !isDoubled(item)) };
  },
  provideCodeActions(document, range, context, token, next) {
    // What another extension underlines is mended as if we did.
    const items = leftOut.get(String(document.uri))?.items.filter((each) => each.range.intersection(range));
    return next(
      document,
      range,
      { ...context, diagnostics: [...context.diagnostics, ...(items ?? [])] },
      token,
    );
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
};

/** The editor's own, which holds an open configuration against our schema. It is awake wherever JSON is open. */
const JSON_FEATURES = "vscode.json-language-features";

/** Rules whose findings in an open file another extension underlines already, by its name. */
const DOUBLED: Readonly<Record<string, readonly string[]>> = {
  "Supabase.postgrestools": ["sql-syntax"],
  [JSON_FEATURES]: ["configuration-invalid"],
};

const underlines = (name: string): boolean =>
  name === JSON_FEATURES
    ? vscode.extensions.getExtension(name) !== undefined &&
      vscode.workspace.getConfiguration("json").get("validate.enable", true)
    : vscode.extensions.getExtension(name)?.isActive === true;

interface LeftOut {
  readonly to: string;
  readonly items: readonly vscode.Diagnostic[];
}

/** By document, what of the last answer was left to others, and to whom. */
const leftOut = new Map<string, LeftOut>();

const activeOthers = (): string => Object.keys(DOUBLED).filter(underlines).join();

function isDoubled({ code }: vscode.Diagnostic): boolean {
  const rule = String(typeof code === "object" ? code.value : code);
  return Object.entries(DOUBLED).some(([name, rules]) => rules.includes(rule) && underlines(name));
}

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
