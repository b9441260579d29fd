import type { Report } from "../lint/report.ts";
import { fingerprints } from "./fingerprint.ts";
import { stringify } from "./json.ts";
import { createLocator } from "./place.ts";
import { fixSentence } from "./remedy.ts";

const SEVERITIES = { error: "critical", warning: "major", info: "info" } as const;

/** GitLab's code quality report. Ends in a line end. */
export function renderGitlab(report: Report): string {
  const locator = createLocator(report);
  const names = fingerprints(report.findings);
  const issues = report.findings.map((finding, index) => {
    const { start, end } = locator.range(finding.at);
    return {
      type: "issue",
      check_name: finding.rule,
      description: [finding.message, fixSentence(finding)].filter(Boolean).join(" "),
      categories: ["Security"],
      severity: SEVERITIES[finding.severity],
      fingerprint: names[index],
      location: { path: finding.at.path, lines: { begin: start.line, end: end.line } },
    };
  });
  return stringify(issues);
}
