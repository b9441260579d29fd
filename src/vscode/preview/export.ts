import * as vscode from "vscode";
import type { Previewed, Row, RowsPage } from "../../protocol/database.ts";

/** Asks for a file, `.csv` or `.json`, and writes every row that is kept. */
export async function exportResults(
  previewed: Previewed,
  rowsOf: (result: number) => Promise<RowsPage>,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: "Export the preview",
    filters: { JSON: ["json"], CSV: ["csv"] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, "preview.json") } : {}),
  });
  if (!target) return;
  const pages = await Promise.all(previewed.results.map((_, i) => rowsOf(i)));
  const render = target.path.toLowerCase().endsWith(".csv") ? renderCsv : renderJson;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(render(previewed, pages)));
}

/** The shape that `rowguard preview --format json` prints. */
function renderJson({ query, kind, results }: Previewed, pages: readonly RowsPage[]): string {
  const shown = results.map(({ kept: _, ...result }, i) => ({ ...result, ...pages[i], cost: null }));
  return `${JSON.stringify({ version: 1, sql: query, kind, results: shown }, undefined, 2)}\n`;
}

/** One line for each row of each identity; null is an empty cell. */
function renderCsv({ results }: Previewed, pages: readonly RowsPage[]): string {
  const columns = results.find((each) => each.columns.length)?.columns ?? [];
  const nothing: readonly Row[] = [columns.map(() => null)];
  const lines = results.flatMap(({ identity, status }, i) => {
    const { rows } = pages[i]!;
    return (rows.length ? rows : nothing).map((row) => [identity, status, ...row]);
  });
  return [["identity", "status", ...columns], ...lines]
    .map((line) => `${line.map(quote).join(",")}\r\n`)
    .join("");
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function quote(value: string | null): string {
  if (value === null) return "";
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?[\d.]+$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
