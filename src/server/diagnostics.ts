import { createHash } from "node:crypto";
import { type Diagnostic, DiagnosticSeverity, DiagnosticTag, type Position } from "vscode-languageserver";
import { equals } from "../catalog/reconcile.ts";
import { remember } from "../catalog/remember.ts";
import type { EditorSettings } from "../protocol/requests.ts";
import type { Finding, Severity } from "../text/finding.ts";
import { locationOf, rangeOf, type Uris, underlined } from "./convert.ts";
import type { Snapshot } from "./folder.ts";
import { diagnosticsOfUnread } from "./unread.ts";

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

/** Which finding a diagnostic was made from. */
export interface FindingKey {
  readonly rule: string;
  readonly subject: string;
  readonly start: Position;
}

/**
 * What a diagnostic carries back to the server, so that a quick fix finds the finding it was made from. It changes with
 * the list that it is in, not with a text that leaves the list as it is: what an editor shows need not be sent again.
 */
export interface DiagnosticData extends FindingKey {
  readonly list: number;
}

/** The diagnostics of a document, and the version of it that they are for. */
export interface List {
  readonly diagnostics: Diagnostic[];
  readonly version: number | null;
}

export type Lists = ReadonlyMap<string, List>;

type Severities = EditorSettings["severities"];

type ByPath = ReadonlyMap<string, Diagnostic[]>;

const made = new WeakMap<Snapshot, { of: Severities; byPath: ByPath }>();

/** Findings of one report by path, as diagnostics; made once for any number of askers. */
export function diagnosticsOf(snapshot: Snapshot, severities: Severities): ByPath {
  const known = made.get(snapshot);
  if (known?.of === severities) return known.byPath;
  const byPath = new Map<string, Diagnostic[]>();
  for (const [path, list] of findingsByPath(snapshot, severities))
    byPath.set(path, diagnosticsOfPath(path, list, snapshot, severities));
  for (const [path, diagnostic] of unreadOf(snapshot, severities))
    byPath.set(path, [diagnostic, ...(byPath.get(path) ?? [])]);
  made.set(snapshot, { of: severities, byPath });
  return byPath;
}

/** Makes what `diagnosticsOf` then gives, file by file. Before each, `mayGoOn` lets others work and says whether it is still wanted. */
export async function makeDiagnostics(
  snapshot: Snapshot,
  severities: Severities,
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  if (made.get(snapshot)?.of === severities) return;
  for (const [path, list] of findingsByPath(snapshot, severities)) {
    if (!(await mayGoOn())) return;
    diagnosticsOfPath(path, list, snapshot, severities);
  }
}

function findingsByPath({ report }: Snapshot, severities: Severities): Map<string, Finding[]> {
  const findings = new Map<string, Finding[]>();
  for (const finding of report.findings)
    if (severityOf(finding.severity, severities) !== "off")
      remember(findings, finding.at.path, (): Finding[] => []).push(finding);
  return findings;
}

/** Those of one file: who edits one asks for no others. */
export function diagnosticsIn(path: string, snapshot: Snapshot, severities: Severities): Diagnostic[] {
  const known = made.get(snapshot);
  if (known?.of === severities) return known.byPath.get(path) ?? [];
  const findings = snapshot.report.findings.filter(
    ({ at, severity }) => at.path === path && severityOf(severity, severities) !== "off",
  );
  const list = findings.length ? diagnosticsOfPath(path, findings, snapshot, severities) : [];
  const unread = unreadOf(snapshot, severities).get(path);
  return unread ? [unread, ...list] : list;
}

/** What a check fails for is an error, as loud as the user wants to see one. */
function unreadOf({ report }: Snapshot, severities: Severities): ReadonlyMap<string, Diagnostic> {
  const severity = severityOf("error", severities);
  return diagnosticsOfUnread(severity === "off" ? [] : report.unread, SOURCE, severity as DiagnosticSeverity);
}

/** The diagnostics of one file, and all that they come from. */
interface Kept {
  readonly severities: Severities;
  readonly from: readonly unknown[];
  readonly list: number;
  readonly diagnostics: Diagnostic[];
}

let lists = 0;

/** The last diagnostics of each file, by folder: an edit leaves those of most files as they are. */
const kept = new WeakMap<Uris, Map<string, Kept>>();

function diagnosticsOfPath(
  path: string,
  findings: readonly Finding[],
  snapshot: Snapshot,
  severities: Severities,
): Diagnostic[] {
  const files = remember(kept, snapshot.uris, () => new Map<string, Kept>());
  const before = files.get(path);
  const from = [severities, ...findings, ...textsOf(path, findings, snapshot)];
  if (before && isSameList(before.from, from)) return before.diagnostics;
  const make = (list: number) =>
    findings.map((finding) => {
      const severity = severityOf(finding.severity, severities) as DiagnosticSeverity;
      return diagnosticOf(finding, severity, snapshot, list);
    });
  // The text is another one; what is said of it may well be the same, line for line.
  const isSame =
    before?.diagnostics.length === findings.length && equals(before.diagnostics, make(before.list));
  const list = isSame ? before.list : ++lists;
  const diagnostics = isSame ? before.diagnostics : make(list);
  files.set(path, { severities, from, list, diagnostics });
  return diagnostics;
}

/** Whether a diagnostic is one of those that a snapshot has of a file. */
export function isCurrent({ list }: DiagnosticData, path: string, snapshot: Snapshot): boolean {
  const files = kept.get(snapshot.uris);
  const severities = files?.get(path)?.severities;
  return (
    severities !== undefined &&
    diagnosticsIn(path, snapshot, severities).length > 0 &&
    files?.get(path)?.list === list
  );
}

/** Where lines begin is a matter of the texts: the file's own, and those that explain its findings. */
function textsOf(path: string, findings: readonly Finding[], { text }: Snapshot): (string | undefined)[] {
  const paths = new Set([path]);
  for (const { related } of findings) for (const { place } of related ?? []) paths.add(place.path);
  return [...paths].map(text);
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, i) => each === b[i]);

/** How loud the user wants to see it. */
function severityOf(severity: Severity, wanted: Severities): DiagnosticSeverity | "off" {
  const shown = wanted[severity === "info" ? "information" : severity];
  return shown === undefined ? SEVERITIES[severity] : shown === "off" ? "off" : LEVELS[shown];
}

export const keyOf = (finding: Finding, snapshot: Snapshot): FindingKey => ({
  rule: finding.rule,
  subject: finding.subject,
  start: rangeOf(finding.at, snapshot.text).start,
});

/** What is no longer used is faded, what is out of date struck through. */
function diagnosticOf(
  finding: Finding,
  severity: DiagnosticSeverity,
  snapshot: Snapshot,
  list: number,
): Diagnostic {
  const { text, uris } = snapshot;
  const data: DiagnosticData = { ...keyOf(finding, snapshot), list };
  const related = (finding.related ?? []).map(({ place, message }) => ({
    location: locationOf(place, uris, text),
    message,
  }));
  return {
    // What is faded is so to its end.
    range: (isMarked(finding.rule) ? rangeOf : underlined)(finding.at, text),
    severity,
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

const isMarked = (rule: string): boolean => UNUSED.has(rule) || DEPRECATED.has(rule);

export const rulePage = (rule: string): string =>
  `https://github.com/rowguard/rowguard/blob/main/media/rules/${rule}.md`;

/** Two lists with one id are the same: what a pulling client keeps need not be sent again. */
export const resultIdOf = (diagnostics: readonly Diagnostic[]): string =>
  remember(ids, diagnostics, () =>
    createHash("sha1").update(JSON.stringify(diagnostics)).digest("base64url"),
  );

const ids = new WeakMap<readonly Diagnostic[], string>();
