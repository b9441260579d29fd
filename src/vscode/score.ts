import * as vscode from "vscode";
import type { Overview } from "../protocol/requests.ts";
import type { OverviewSource } from "./overview.ts";

/** The health score in the status bar; silent where there is nothing to score. */
export function showScore(overview: OverviewSource): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("rowguard.score", vscode.StatusBarAlignment.Left, 10);
  item.name = "Rowguard score";
  item.command = "rowguard.findings.focus";
  const update = (now: Overview) => {
    const scores = now.folders.flatMap(({ score }) => score ?? []);
    const isLess = now.folders.some(({ incomplete }) => incomplete.length);
    if (!scores.length && !isLess) return item.hide();
    const errors = now.folders.reduce((sum, folder) => sum + folder.errors, 0);
    const score = scores.length ? Math.min(...scores) : undefined;
    item.text = `$(shield)${score === undefined ? "" : ` ${score}`}${isLess ? " $(warning)" : ""}`;
    item.tooltip = tooltipOf(now);
    item.accessibilityInformation = { label: labelOf(score, errors, isLess) };
    item.show();
  };
  const listener = overview.onChange(update);
  return vscode.Disposable.from(item, listener);
}

const labelOf = (score: number | undefined, errors: number, isLess: boolean): string =>
  [
    score === undefined ? "Rowguard without a score" : `Rowguard score ${score} of 100`,
    `${errors} errors`,
    ...(isLess ? ["incomplete"] : []),
  ].join(", ");

/** Plain text: the editor takes Markdown apart in the extension host, which nobody should wait for. */
function tooltipOf({ folders }: Overview): string {
  const told = folders.filter(({ score, incomplete }) => score !== undefined || incomplete.length);
  const blocks = told.map(({ name, score, categories, incomplete }) => [
    `${name}: ${score === undefined ? "no score" : `${score} of 100`}`,
    ...incomplete,
    ...categories.map((line) => `${line.name}: ${Math.floor(line.share * 100)} (${line.objects} looked at)`),
  ]);
  return ["Rowguard", ...blocks.map((lines) => lines.join("\n"))].join("\n\n");
}
