import type { Report, SuppressedFinding } from "../lint/report.ts";
import { printable } from "./printable.ts";
import type { Page } from "./text.ts";

/** What was read in which order, what was left alone and why, and what was accepted: the text of `--verbose`. */
export function renderSources(report: Report, page: Page): string[] {
  const { ink } = page;
  const read = report.sources.filter((note) => note.read);
  const left = report.sources.filter((note) => !note.read);
  const line = (path: string, words: string) =>
    `  ${printable(path)}${words && ink.dim(`  ${printable(words)}`)}`;
  const note = (each: (typeof read)[number]) =>
    line(each.path, [each.what, each.why].filter(Boolean).join(", "));
  const sections = [
    ...section("Read, in this order", read.map(note), page),
    ...section("Left alone", left.map(note), page),
    ...section(
      "Accepted",
      report.suppressed.map((each) => renderAccepted(each, page, line)),
      page,
    ),
  ];
  return sections.slice(0, -1);
}

function section(title: string, lines: readonly string[], { ink }: Page): string[] {
  return lines.length ? [ink.bold(title), ...lines, ""] : [];
}

function renderAccepted(
  { finding, by, reason }: SuppressedFinding,
  page: Page,
  line: (path: string, words: string) => string,
): string {
  const { start } = page.locator.range(finding.at);
  const why = reason ? `: ${reason}` : "";
  return line(`${finding.at.path}:${start.line}:${start.column}`, `${finding.rule}, by ${by}${why}`);
}
