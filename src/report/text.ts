import pc from "picocolors";
import type { Report } from "../lint/report.ts";
import type { Finding, Related, Severity } from "../text/finding.ts";
import { byFile } from "./by-file.ts";
import { renderFrame } from "./frame.ts";
import { createLocator, type Locator } from "./place.ts";
import { count, printable } from "./printable.ts";
import { renderSources } from "./sources.ts";
import { renderSummary } from "./summary.ts";
import { widthOf, wrap } from "./width.ts";

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Also say what was read, in which order, and what was accepted. */
  readonly verbose?: boolean;
}

export type Ink = ReturnType<typeof pc.createColors>;

/** What all parts of one text need. */
export interface Page {
  readonly ink: Ink;
  readonly width: number;
  readonly locator: Locator;
}

/** Every line begins with a label or line number of this many columns, right-aligned, and three columns of air. */
const LABEL = 7;
const INDENT = LABEL + 3;
/** Wider than this, sentences are hard to read; code may use what there is. */
const READABLE = 110;

/** The report for people: findings by file with the source they stand on, then the score. Ends in a line end. */
export function renderText(report: Report, options: TextOptions): string {
  const width = Math.max(options.width, 40);
  const page: Page = { ink: pc.createColors(options.colour), width, locator: createLocator(report) };
  const blocks = [...byFile(report.findings)].map(([path, findings]) => renderFile(path, findings, page));
  if (options.verbose) blocks.push(renderSources(report, page));
  blocks.push(renderSummary(report, page));
  return `\n${blocks
    .filter((lines) => lines.length)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n")}`;
}

function renderFile(path: string, findings: readonly Finding[], page: Page): string[] {
  const title = printable(path);
  const amount = count(findings.length, "finding");
  const gap = Math.min(page.width, READABLE) - widthOf(title) - amount.length;
  const heading = gap >= 2 ? title + page.ink.dim(" ".repeat(gap) + amount) : title;
  return [
    page.ink.bold(page.ink.underline(title)) + heading.slice(title.length),
    ...findings.flatMap((finding) => ["", ...renderFinding(finding, page)]),
  ];
}

function renderFinding(finding: Finding, page: Page): string[] {
  const { ink } = page;
  const tint = inkOf(finding.severity, ink);
  const message = wrap(printable(finding.message), textWidth(page));
  return [
    ...message.map((line, i) =>
      labelled(i ? "" : finding.severity, ink.bold(line), (label) => ink.bold(tint(label))),
    ),
    ...renderWhere(finding, page),
    ...renderCode(finding, page, "^", tint),
    ...(finding.related ?? []).flatMap((related) => renderRelated(related, page)),
    ...renderRemedy(finding, page),
  ];
}

/** Place and rule on one line, the place first, so that terminals make it a link. */
function renderWhere(finding: Finding, page: Page): string[] {
  const place = placeText(finding, page);
  const rule = page.ink.dim(finding.rule);
  if (widthOf(place) + 2 + finding.rule.length <= textWidth(page))
    return [labelled("", `${page.ink.cyan(place)}  ${rule}`)];
  return [labelled("", page.ink.cyan(place)), labelled("", rule)];
}

function placeText({ at }: Pick<Finding, "at">, page: Page): string {
  const { start } = page.locator.range(at);
  return `${printable(at.path)}:${start.line}:${start.column}`;
}

function renderRelated({ place, message }: Related, page: Page): string[] {
  const where = placeText({ at: place }, page);
  const words = printable(message);
  const oneLine = `${page.ink.cyan(where)}  ${words}`;
  const heading =
    widthOf(where) + 2 + widthOf(words) <= textWidth(page)
      ? [oneLine]
      : [page.ink.cyan(where), ...wrap(words, textWidth(page))];
  return [
    ...heading.map((line) => labelled("", line)),
    ...renderCode({ at: place }, page, "-", page.ink.dim),
  ];
}

function renderCode(
  { at }: Pick<Finding, "at">,
  page: Page,
  mark: string,
  tint: (text: string) => string,
): string[] {
  const { ink, locator, width } = page;
  const frame = renderFrame(locator.lines(at.path), locator.range(at), width - INDENT, mark);
  if (!frame) return [];
  const marks = " ".repeat(frame.indent) + tint(frame.marks);
  const more = ` and ${count(frame.more, "more line")}`;
  const fits = frame.more && frame.indent + frame.marks.length + more.length <= width - INDENT;
  return [coded(String(frame.line), frame.code, ink), coded("", fits ? marks + ink.dim(more) : marks, ink)];
}

function renderRemedy({ remedy }: Finding, page: Page): string[] {
  if (!remedy) return [];
  const { ink } = page;
  const lines = wrap(printable(remedy.title), textWidth(page)).map((line, i) =>
    labelled(i ? "" : "fix", line, ink.green),
  );
  if (remedy.kind === "intent") lines.push(labelled("", ink.green(printable(remedy.intent.command))));
  return lines;
}

export const inkOf = (severity: Severity, ink: Ink): ((text: string) => string) =>
  severity === "error" ? ink.red : severity === "warning" ? ink.yellow : ink.blue;

const textWidth = (page: Page): number => Math.min(page.width, READABLE) - INDENT;

const labelled = (label: string, text: string, tint: (text: string) => string = String): string =>
  `${" ".repeat(LABEL - label.length)}${label && tint(label)}   ${text}`;

const coded = (label: string, text: string, ink: Ink): string =>
  `${ink.dim(`${label.padStart(LABEL)} │`)} ${text}`.trimEnd();
