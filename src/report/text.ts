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
  readonly verbose: boolean;
}

/** Every line begins with a label or line number of this many columns, right-aligned, and three columns of air. */
const LABEL = 7;
const INDENT = LABEL + 3;
/** Wider than this, sentences are hard to read; code may use what there is. */
const READABLE = 110;

/** The report for people: findings by file with the source they stand on, then the score. Ends in a line end. */
export function renderText(report: Report, options: TextOptions): string {
  const width = Math.max(options.width, 40);
  const page: Page = {
    ink: pc.createColors(options.colour),
    width,
    locator: createLocator(report),
    verbose: options.verbose === true,
  };
  const blocks = [...byFile(report.findings)].map(([path, findings]) => renderFile(path, findings, page));
  if (options.verbose) blocks.push(renderSources(report, page));
  blocks.push(renderSummary(report, page));
  return `\n${blocks
    .filter((lines) => lines.length)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n")}`;
}

/** The findings alone, with everything that belongs to them. */
export function renderFindings(report: Report, { width, colour, verbose = false }: TextOptions): string {
  const page: Page = {
    ink: pc.createColors(colour),
    width: Math.max(width, 40),
    locator: createLocator(report),
    verbose,
  };
  const blocks = [...byFile(report.findings)].map(([path, findings]) => renderFile(path, findings, page));
  return blocks.map((lines) => `\n${lines.join("\n")}\n`).join("");
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
    ...renderCode(finding, page, tint),
    ...renderRelated(finding, page),
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

/** More places than these are counted: a finding about ten files should not fill the screen. */
const RELATED = 4;

function renderRelated({ related = [] }: Finding, page: Page): string[] {
  const shown = page.verbose || related.length <= RELATED + 1 ? related : related.slice(0, RELATED);
  const rest = related.length - shown.length;
  return [
    ...shown.flatMap((each) => renderRelatedPlace(each, page)),
    ...(rest ? [labelled("", page.ink.dim(`and ${rest} more places; --verbose lists them`))] : []),
  ];
}

function renderRelatedPlace({ place, message }: Related, page: Page): string[] {
  const where = placeText({ at: place }, page);
  const words = printable(message);
  if (widthOf(where) + 2 + widthOf(words) <= textWidth(page))
    return [labelled("", `${page.ink.cyan(where)}  ${page.ink.dim(words)}`)];
  const lines = wrap(words, textWidth(page) - 2);
  return [
    labelled("", page.ink.cyan(where)),
    ...lines.map((line) => labelled("", `  ${page.ink.dim(line)}`)),
  ];
}

function renderCode({ at }: Finding, page: Page, tint: (text: string) => string): string[] {
  const { ink, locator, width } = page;
  const frame = renderFrame(locator.lines(at.path), locator.range(at), width - INDENT);
  if (!frame) return [];
  const marks = " ".repeat(frame.indent) + tint(frame.marks);
  const more = ` and ${count(frame.more, "more line")}`;
  const fits = frame.more && frame.indent + frame.marks.length + more.length <= width - INDENT;
  const shown = frame.above ? [frame.above, frame] : [frame];
  return [
    ...shown.map(({ line, code }) => coded(String(line), code, ink)),
    coded("", fits ? marks + ink.dim(more) : marks, ink),
  ];
}

function renderRemedy({ remedy }: Finding, page: Page): string[] {
  if (!remedy) return [];
  const { ink } = page;
  const title = printable(remedy.title);
  const command = remedy.kind === "intent" ? printable(remedy.intent.command) : "";
  if (command && widthOf(title) + 2 + widthOf(command) <= textWidth(page))
    return [labelled("fix", `${title}: ${ink.green(command)}`, ink.green)];
  const lines = wrap(title, textWidth(page)).map((line, i) => labelled(i ? "" : "fix", line, ink.green));
  return command ? [...lines, labelled("", ink.green(command))] : lines;
}

export const inkOf = (severity: Severity, ink: Ink): ((text: string) => string) =>
  severity === "error" ? ink.red : severity === "warning" ? ink.yellow : ink.blue;

const textWidth = (page: Page): number => Math.min(page.width, READABLE) - INDENT;

const labelled = (label: string, text: string, tint: (text: string) => string = String): string =>
  `${" ".repeat(LABEL - label.length)}${label && tint(label)}   ${text}`;

const coded = (label: string, text: string, ink: Ink): string =>
  `${ink.dim(`${label.padStart(LABEL)} │`)} ${text}`.trimEnd();
