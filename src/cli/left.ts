import pc from "picocolors";
import type { Report } from "../lint/report.ts";
import { createLocator } from "../report/place.ts";
import { count, printable } from "../report/printable.ts";
import { wrap } from "../report/width.ts";
import type { Terminal } from "./terminal.ts";

/** What a fix left to the user: each with its place, and the command to run where there is one. */
export function renderLeft(report: Report, { colour, width }: Terminal): string {
  const { findings } = report;
  if (!findings.length) return "";
  const ink = pc.createColors(colour);
  const locator = createLocator(report);
  const blocks = findings.map(({ at, message, rule, remedy }) => {
    const { line, column } = locator.range(at).start;
    const command = remedy?.kind === "intent" ? [ink.green(printable(remedy.intent.command))] : [];
    return [
      `  ${ink.cyan(`${printable(at.path)}:${line}:${column}`)}  ${ink.dim(rule)}`,
      ...[...wrap(printable(message), width - 4), ...command].map((each) => `    ${each}`),
      "",
    ].join("\n");
  });
  return `\n${ink.bold("Left to you")}, ${count(findings.length, "finding")}:\n\n${blocks.join("\n")}`;
}
