import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as vscode from "vscode";

export const folder = (): string => vscode.workspace.workspaceFolders![0]!.uri.fsPath;
export const uriOf = (path: string): vscode.Uri => vscode.Uri.file(resolve(folder(), path));

export const open = async (path: string): Promise<vscode.TextDocument> => {
  const document = await vscode.workspace.openTextDocument(uriOf(path));
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
};

/** Asks again until the answer is there. */
export async function until<T>(
  ask: () => T | undefined | false | PromiseLike<T | undefined | false>,
  what: string,
): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} never came.`);
}

export const ruleOf = ({ code }: vscode.Diagnostic): string =>
  String(typeof code === "object" ? code.value : (code ?? ""));

/** Our findings in one file, or in all. */
export const findings = (path?: string): vscode.Diagnostic[] =>
  (path === undefined
    ? vscode.languages.getDiagnostics().flatMap(([, each]) => each)
    : vscode.languages.getDiagnostics(uriOf(path))
  ).filter(({ source }) => source === "rowguard");

export const finding = (path: string, rule: string) =>
  until(() => findings(path).find((each) => ruleOf(each) === rule), `${rule} in ${path}`);

export const noFinding = (path: string, rule: string) =>
  until(() => !findings(path).some((each) => ruleOf(each) === rule), `The end of ${rule} in ${path}`);

/** The position of a text in a document, and a bit into it. */
export const at = (document: vscode.TextDocument, text: string, into = 1): vscode.Position =>
  document.positionAt(document.getText().indexOf(text) + into);

export const change = (path: string, from: string, to: string): void => {
  const file = join(folder(), path);
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
};

/** Types over the first place of a text. */
export async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(at(document, from, 0), at(document, from, from.length)), to);
  await vscode.workspace.applyEdit(edit);
}
