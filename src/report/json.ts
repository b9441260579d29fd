import type { Report } from "../lint/report.ts";
import type { Finding } from "../text/finding.ts";
import type { CheckJson } from "./json-shape.ts";
import { createLocator, type Locator } from "./place.ts";
import { fixKind } from "./remedy.ts";

/** The report for programs, and why it is not whole: `media/report.schema.json` describes it. Ends in a line end. */
export function renderJson(report: Report, incomplete: readonly string[]): string {
  return stringify(toJson(report, incomplete));
}

/** JSON text that a terminal can show: what would steer it stands as an escape. */
export const stringify = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeUnit)}\n`;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

function toJson(report: Report, incomplete: readonly string[]): CheckJson {
  const amount = (severity: string) => report.findings.filter((each) => each.severity === severity).length;
  return {
    version: 1,
    score: {
      total: report.health.total ?? null,
      categories: report.health.categories.map((category) => ({ ...category })),
    },
    findings: findingsJson(report),
    summary: {
      errors: amount("error"),
      warnings: amount("warning"),
      infos: amount("info"),
      accepted: report.suppressed.length,
      complete: !report.incomplete,
    },
    incomplete: [...incomplete],
  };
}

/** Findings as `check` and `fix` print them. */
export function findingsJson(report: Report): CheckJson["findings"] {
  const locator = createLocator(report);
  return report.findings.map((finding) => findingJson(finding, locator));
}

function findingJson(finding: Finding, locator: Locator): CheckJson["findings"][number] {
  const { rule, severity, category, subject, message, at, related, remedy } = finding;
  return {
    rule,
    severity,
    category,
    subject,
    message,
    path: at.path,
    ...locator.range(at),
    related: (related ?? []).map((each) => ({
      path: each.place.path,
      ...locator.range(each.place),
      message: each.message,
    })),
    fix: remedy ? { title: fixTitle(remedy), kind: fixKind(remedy) } : null,
  };
}

const fixTitle = (remedy: NonNullable<Finding["remedy"]>): string =>
  remedy.kind === "intent" ? `${remedy.title}: ${remedy.intent.command}` : remedy.title;
