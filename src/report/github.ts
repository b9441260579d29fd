import type { Report } from "../lint/report.ts";
import type { Finding } from "../text/finding.ts";
import { createLocator, type Locator } from "./place.ts";
import { fixSentence } from "./remedy.ts";
import { countSeverities } from "./summary.ts";

const COMMANDS = { error: "error", warning: "warning", info: "notice" } as const;

/** Workflow commands of GitHub Actions: one annotation for each finding, then a line for the log. */
export function renderGithub(report: Report): string {
  const locator = createLocator(report);
  const lines = report.findings.map((finding) => annotation(finding, locator));
  const score = report.health.total === undefined ? "" : ` Score ${report.health.total} of 100.`;
  const amounts = countSeverities(report.findings) || "nothing to report";
  return `${[...lines, `Rowguard: ${amounts}.${score}`].join("\n")}\n`;
}

function annotation(finding: Finding, locator: Locator): string {
  const { start, end } = locator.range(finding.at);
  // A column is only taken where both ends are on one line.
  const columns =
    start.line === end.line ? { col: start.column, endColumn: Math.max(start.column, end.column - 1) } : {};
  const properties = {
    file: finding.at.path,
    line: start.line,
    endLine: end.line,
    ...columns,
    title: `Rowguard ${finding.rule}`,
  };
  const words = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  const message = [finding.message, fixSentence(finding)].filter(Boolean).join("\n");
  return `::${COMMANDS[finding.severity]} ${words.join(",")}::${escapeData(message)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A").replace(CONTROL, "�");

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

// biome-ignore lint/suspicious/noControlCharactersInRegex: the log is shown in a terminal of sorts
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
