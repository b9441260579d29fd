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
    if (!scores.length) return item.hide();
    const score = Math.min(...scores);
    const errors = now.folders.reduce((sum, folder) => sum + folder.errors, 0);
    item.text = `$(shield) ${score}`;
    item.tooltip = tooltipOf(now);
    item.accessibilityInformation = { label: `Rowguard score ${score} of 100, ${errors} errors` };
    item.show();
  };
  const listener = overview.onChange(update);
  return vscode.Disposable.from(item, listener);
}

/** Plain text: the editor takes Markdown apart in the extension host, which nobody should wait for. */
function tooltipOf({ folders }: Overview): string {
  const scored = folders.filter(({ score }) => score !== undefined);
  const blocks = scored.map(({ name, score, categories }) => [
    `${name}: ${score} of 100`,
    ...categories.map((line) => `${line.name}: ${Math.floor(line.share * 100)} (${line.objects} looked at)`),
  ]);
  return ["Rowguard", ...blocks.map((lines) => lines.join("\n"))].join("\n\n");
}
