import { createHash } from "node:crypto";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { Report } from "../lint/report.ts";
import type { Finding, Severity } from "../text/finding.ts";
import { locationOf, rangeOf, type Uris } from "./convert.ts";

export const SOURCE = "rowguard";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** What a diagnostic carries back to the server, so that a quick fix finds the finding it was made from. */
export interface DiagnosticData {
  readonly rule: string;
  readonly subject: string;
  readonly start: number;
}

/** Findings of one report by path, as diagnostics. Rules about what is no longer used are faded. */
export function diagnosticsOf(report: Report, uris: Uris): Map<string, Diagnostic[]> {
  const byPath = new Map<string, Diagnostic[]>();
  for (const finding of report.findings) {
    const list = byPath.get(finding.at.path) ?? [];
    byPath.set(finding.at.path, list);
    list.push(diagnosticOf(finding, report, uris));
  }
  return byPath;
}

function diagnosticOf(finding: Finding, report: Report, uris: Uris): Diagnostic {
  const text = report.text;
  const related = (finding.related ?? []).map(({ place, message }) => ({
    location: locationOf(place, uris, text),
    message,
  }));
  const data: DiagnosticData = { rule: finding.rule, subject: finding.subject, start: finding.at.span.start };
  return {
    range: rangeOf(finding.at, text),
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.rule,
    codeDescription: { href: rulePage(finding.rule) },
    message: finding.message,
    data,
    ...(related.length ? { relatedInformation: related } : {}),
    ...(UNUSED.has(finding.rule) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(DEPRECATED.has(finding.rule) ? { tags: [DiagnosticTag.Deprecated] } : {}),
  };
}

const UNUSED = new Set(["suppression-unused", "policy-duplicate", "policy-without-effect"]);
const DEPRECATED = new Set(["supabase-client-deprecated"]);

export const rulePage = (rule: string): string =>
  `https://github.com/rowguard/rowguard/blob/main/media/rules/${rule}.md`;

/** Two lists with one id are the same: what a pulling client keeps need not be sent again. */
export const resultIdOf = (diagnostics: readonly Diagnostic[]): string =>
  createHash("sha1").update(JSON.stringify(diagnostics)).digest("base64url");
