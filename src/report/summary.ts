import type { HealthCategory, Report } from "../lint/report.ts";
import { type Finding, reaches, type Severity } from "../text/finding.ts";
import { count, printable } from "./printable.ts";
import { fixKind } from "./remedy.ts";
import type { Ink, Page } from "./text.ts";
import { widthOf, wrap } from "./width.ts";

const BAR = 20;

/** The score by category, and what to do next. */
export function renderSummary(report: Report, page: Page): string[] {
  return [...renderHealth(report, page), ...renderTotals(report, page)];
}

function renderHealth({ health }: Report, page: Page): string[] {
  if (health.total === undefined) return [];
  const { ink } = page;
  const names = Math.max(...health.categories.map(({ name }) => widthOf(name)));
  const rows = health.categories.map((category) => renderCategory(category, names, page));
  const total = inkOfScore(health.total, ink)(ink.bold(`${health.total} of 100`));
  return [`${ink.bold("Score")} ${total}`, "", ...rows, ""];
}

function renderCategory(category: HealthCategory, names: number, { ink, width }: Page): string {
  const score = Math.floor(category.share * 100);
  const tint = inkOfScore(score, ink);
  const filled = Math.floor(category.share * BAR);
  const bar = tint("━".repeat(filled)) + ink.dim("─".repeat(BAR - filled));
  const row = `  ${printable(category.name).padEnd(names)}  ${bar} ${tint(String(score).padStart(3))}`;
  const detail = `  ${ink.dim(categoryDetail(category))}`;
  return widthOf(row) + 2 + categoryDetail(category).length <= width ? row + detail : row;
}

function categoryDetail({ objects, errors, warnings, infos, accepted }: HealthCategory): string {
  const parts = [
    count(objects, "object"),
    errors && count(errors, "error"),
    warnings && count(warnings, "warning"),
    infos && `${infos} info`,
    accepted && `${accepted} accepted`,
  ];
  return parts.filter(Boolean).join(", ");
}

const inkOfScore = (score: number, ink: Ink) =>
  score >= 90 ? ink.green : score >= 60 ? ink.yellow : ink.red;

function renderTotals(report: Report, page: Page): string[] {
  const { findings } = report;
  const files = new Set(findings.map(({ at }) => at.path)).size;
  const amounts = findings.length
    ? `${countSeverities(findings)} in ${count(files, "file")}.`
    : report.incomplete
      ? ""
      : `Nothing to report${report.since === undefined ? "" : ` of what changed since ${printable(report.since)}`}.`;
  const accepted = report.suppressed.length ? ` ${count(report.suppressed.length, "finding")} accepted.` : "";
  return [amounts + accepted, ...renderNext(report)]
    .filter(Boolean)
    .flatMap((line) => wrap(line.trim(), page.width));
}

/** `3 errors, 1 warning and 2 infos`. */
export function countSeverities(findings: readonly Finding[]): string {
  const amount = (severity: Severity) => findings.filter((each) => each.severity === severity).length;
  const parts = [
    [amount("error"), "error"],
    [amount("warning"), "warning"],
    [amount("info"), "info"],
  ] as const;
  const words = parts.filter(([n]) => n).map(([n, noun]) => (noun === "info" ? `${n} info` : count(n, noun)));
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join("");
}

/** What `rowguard fix` does by itself, and what it does when told to look below the threshold too. */
function renderNext({ findings, sources, threshold }: Report): string[] {
  if (findings.length && sources.some(({ what }) => what === "database"))
    return ["No live database is changed: fixes go into the migrations that make it."];
  const fixable = findings.filter(({ remedy }) => remedy && fixKind(remedy) !== "command");
  const commands = findings.filter(({ remedy }) => remedy && fixKind(remedy) === "command").length;
  const now = fixable.filter(({ severity }) => reaches(severity, threshold)).length;
  const more = fixable.length - now;
  const shown = `for ${commands} of them the command is shown above.`;
  if (!fixable.length) return commands ? [`F${shown.slice(1)}`] : [];
  const mends = now
    ? `\`rowguard fix\` mends ${now} of them${more ? `, with \`--all\` ${more} more` : ""}`
    : `\`rowguard fix --all\` mends ${more} of them`;
  return [`${mends}${commands ? `; ${shown}` : "."}`];
}
