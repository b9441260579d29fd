import pc from "picocolors";
import type { Report } from "../lint/report.ts";
import { createLocator } from "../report/place.ts";
import { count, printable } from "../report/printable.ts";
import type { Terminal } from "./terminal.ts";

/** What a fix left to the user: the command to run where there is one, and the rest with its place. */
export function renderLeft(report: Report, { colour }: Terminal): string {
  const { findings } = report;
  if (!findings.length) return "";
  const ink = pc.createColors(colour);
  const locator = createLocator(report);
  const lines = findings.flatMap((finding) => {
    const { line, column } = locator.range(finding.at).start;
    const place = `${printable(finding.at.path)}:${line}:${column}`;
    const { remedy } = finding;
    const what = remedy?.kind === "intent" ? [`  ${ink.green(printable(remedy.intent.command))}`] : [];
    return [`${ink.cyan(place)}  ${printable(finding.message)} ${ink.dim(finding.rule)}`, ...what];
  });
  return `\nLeft to you, ${count(findings.length, "finding")}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
