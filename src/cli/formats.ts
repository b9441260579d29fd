import { homepage, version } from "../../package.json";
import type { Report } from "../lint/report.ts";
import type { RuleNote } from "../report/sarif.ts";
import { combineReports, type PrefixedReport } from "./combine.ts";
import type { Terminal } from "./terminal.ts";

export const FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"] as const;
export type Format = (typeof FORMATS)[number];

/**
 * Reports in the format asked for. Paths are as seen from the current folder; those of JSON about one folder are
 * relative to that folder, so that they do not depend on where the command was run.
 */
export async function renderReports(
  reports: readonly PrefixedReport[],
  format: Format,
  terminal: Terminal,
  verbose: boolean,
): Promise<string> {
  if (format === "json") {
    const { renderJson } = await import("../report/json.ts");
    const { whyIncomplete } = await import("../lint/incomplete.ts");
    const sentencesOf = ({ report, prefix }: PrefixedReport) => whyIncomplete(report, prefix);
    const [only] = reports;
    if (reports.length === 1 && only) return renderJson(only.report, sentencesOf({ ...only, prefix: "" }));
    return renderJson(combineReports(reports), reports.flatMap(sentencesOf));
  }
  const report = combineReports(reports);
  if (format !== "text") return renderForMachines(report, format);
  const { renderText } = await import("../report/text.ts");
  return renderText(report, { width: terminal.width, colour: terminal.colour, verbose });
}

async function renderForMachines(report: Report, format: Exclude<Format, "json" | "text">): Promise<string> {
  switch (format) {
    case "sarif": {
      const { renderSarif } = await import("../report/sarif.ts");
      return renderSarif(report, { rules: await ruleNotes(), toolVersion: version, toolUri: homepage });
    }
    case "github":
      return (await import("../report/github.ts")).renderGithub(report);
    case "gitlab":
      return (await import("../report/gitlab.ts")).renderGitlab(report);
    case "junit":
      return (await import("../report/junit.ts")).renderJunit(report, { threshold: report.threshold });
  }
}

async function ruleNotes(): Promise<Map<string, RuleNote>> {
  const { registry } = await import("../rules/registry.generated.ts");
  return new Map(
    registry.map(({ id, category, rule }) => {
      const { severity, summary, why } = rule;
      return [id, { id, category, severity, summary, why }];
    }),
  );
}
