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
    const errors = now.folders
      .flatMap(({ findings }) => findings)
      .filter(({ severity }) => severity === "error").length;
    item.text = `$(shield) ${score}`;
    item.tooltip = tooltipOf(now);
    item.accessibilityInformation = { label: `Rowguard score ${score} of 100, ${errors} errors` };
    item.show();
  };
  const listener = overview.onChange(update);
  return vscode.Disposable.from(item, listener);
}

function tooltipOf(now: Overview): vscode.MarkdownString {
  const text = new vscode.MarkdownString("**Rowguard**\n\n");
  for (const folder of now.folders) {
    if (folder.score === undefined) continue;
    text.appendMarkdown("\n\n").appendText(`${folder.name}: ${folder.score} of 100`).appendMarkdown("\n\n");
    for (const { name, share, objects } of folder.categories)
      text
        .appendMarkdown("- ")
        .appendText(`${name}: ${Math.floor(share * 100)} (${objects} looked at)`)
        .appendMarkdown("\n");
  }
  return text;
}
