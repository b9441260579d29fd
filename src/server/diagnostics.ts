import { createHash } from "node:crypto";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from "vscode-languageserver";
import type { EditorSettings } from "../protocol/requests.ts";
import type { Finding, Severity } from "../text/finding.ts";
import { locationOf, rangeOf } from "./convert.ts";
import type { Snapshot } from "./folder.ts";

export const SOURCE = "rowguard";

const LEVELS = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

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
  /** The version of the document that it was made from; null for a file on disk. */
  readonly version: number | null;
}

/** Diagnostics by URI, each list with the version of the document that it is for. */
export type Lists = ReadonlyMap<
  string,
  { readonly diagnostics: Diagnostic[]; readonly version: number | null }
>;

type Severities = EditorSettings["severities"];

const made = new WeakMap<Snapshot, { of: Severities; byPath: ReadonlyMap<string, Diagnostic[]> }>();

/** Findings of one report by path, as diagnostics; made once for any number of askers. */
export function diagnosticsOf(snapshot: Snapshot, severities: Severities): ReadonlyMap<string, Diagnostic[]> {
  const known = made.get(snapshot);
  if (known?.of === severities) return known.byPath;
  const byPath = new Map<string, Diagnostic[]>();
  for (const finding of snapshot.report.findings) {
    const severity = severityOf(finding.severity, severities);
    if (severity === "off") continue;
    const list = byPath.get(finding.at.path) ?? [];
    byPath.set(finding.at.path, list);
    list.push(diagnosticOf(finding, severity, snapshot));
  }
  made.set(snapshot, { of: severities, byPath });
  return byPath;
}

/** How loud the user wants to see it. */
function severityOf(severity: Severity, wanted: Severities): DiagnosticSeverity | "off" {
  const shown = wanted[severity === "info" ? "information" : severity];
  return shown === undefined ? SEVERITIES[severity] : shown === "off" ? "off" : LEVELS[shown];
}

export const dataOf = (finding: Finding, snapshot: Snapshot): DiagnosticData => ({
  rule: finding.rule,
  subject: finding.subject,
  start: finding.at.span.start,
  version: snapshot.version(finding.at.path),
});

/** What is no longer used is faded, what is out of date struck through. */
function diagnosticOf(finding: Finding, severity: DiagnosticSeverity, snapshot: Snapshot): Diagnostic {
  const { text, uris } = snapshot;
  const related = (finding.related ?? []).map(({ place, message }) => ({
    location: locationOf(place, uris, text),
    message,
  }));
  return {
    range: rangeOf(finding.at, text),
    severity,
    source: SOURCE,
    code: finding.rule,
    codeDescription: { href: rulePage(finding.rule) },
    message: finding.message,
    data: dataOf(finding, snapshot),
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
