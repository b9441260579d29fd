import type { Health, HealthCategory, Report, SourceNote } from "../lint/report.ts";
import { type Finding, RANKS, type Remedy, type Severity } from "../text/finding.ts";
import type { Place } from "../text/span.ts";

/** A report and what stands before its paths when they are shown. */
export interface PrefixedReport {
  readonly report: Report;
  readonly prefix: string;
}

/** Several reports as one, with paths as seen from the current folder. For showing: it belongs to no workspace. */
export function combineReports(reports: readonly PrefixedReport[]): Report {
  const shown = reports.map(({ report, prefix }) => (prefix ? prefixReport(report, prefix) : report));
  const [first] = shown;
  if (shown.length === 1 && first) return first;
  const all = <T>(list: (report: Report) => readonly T[]): T[] =>
    shown.flatMap((report) => [...list(report)]);
  return {
    root: "",
    projects: all((report) => report.projects),
    findings: all((report) => report.findings),
    suppressed: all((report) => report.suppressed),
    sources: all((report) => report.sources),
    unread: all((report) => report.unread),
    health: combineHealth(shown.map(({ health }) => health)),
    threshold: lowest(shown.map(({ threshold }) => threshold)),
    failures: all((report) => report.failures ?? []),
    incomplete: shown.some(({ incomplete }) => incomplete),
    ...(shown[0]?.since !== undefined && { since: shown[0].since }),
    ...(shown.some(({ misconfigured }) => misconfigured) && { misconfigured: true }),
    text: (path) => textOf(path, reports),
  };
}

/** The longest prefix wins: one checked folder may lie in another. */
function textOf(path: string, reports: readonly PrefixedReport[]): string | undefined {
  const fitting = reports.filter(({ prefix }) => path.startsWith(prefix));
  fitting.sort((a, b) => b.prefix.length - a.prefix.length);
  for (const { report, prefix } of fitting) {
    const text = report.text(path.slice(prefix.length));
    if (text !== undefined) return text;
  }
  return undefined;
}

function prefixReport(report: Report, prefix: string): Report {
  const move = (place: Place): Place => ({ ...place, path: prefix + place.path });
  const moveFinding = (finding: Finding): Finding => ({
    ...finding,
    at: move(finding.at),
    ...(finding.related && {
      related: finding.related.map((each) => ({ ...each, place: move(each.place) })),
    }),
    ...(finding.remedy && { remedy: moveRemedy(finding.remedy, prefix) }),
  });
  const moveNote = (note: SourceNote): SourceNote => ({ ...note, path: prefix + note.path });
  return {
    ...report,
    findings: report.findings.map(moveFinding),
    suppressed: report.suppressed.map((each) => ({ ...each, finding: moveFinding(each.finding) })),
    sources: report.sources.map(moveNote),
    unread: report.unread.map(moveNote),
    text: (path) => (path.startsWith(prefix) ? report.text(path.slice(prefix.length)) : undefined),
  };
}

function moveRemedy(remedy: Remedy, prefix: string): Remedy {
  if (remedy.kind !== "edit") return remedy;
  return { ...remedy, edits: remedy.edits.map((edit) => ({ ...edit, path: prefix + edit.path })) };
}

/** Objects are counted together, so that a large project weighs more than a small one. */
function combineHealth(healths: readonly Health[]): Health {
  const byName = new Map<string, HealthCategory>();
  for (const category of healths.flatMap(({ categories }) => categories)) {
    const known = byName.get(category.name);
    byName.set(category.name, known ? addCategories(known, category) : category);
  }
  const categories = [...byName.values()];
  const weights = categories.reduce((sum, { weight }) => sum + weight, 0);
  const points = categories.reduce((sum, { weight, share }) => sum + weight * share, 0);
  return { total: weights ? Math.floor((100 * points) / weights + 1e-9) : undefined, categories };
}

function addCategories(a: HealthCategory, b: HealthCategory): HealthCategory {
  const objects = a.objects + b.objects;
  return {
    name: a.name,
    weight: a.weight,
    objects,
    share: objects ? (a.share * a.objects + b.share * b.objects) / objects : 1,
    errors: a.errors + b.errors,
    warnings: a.warnings + b.warnings,
    infos: a.infos + b.infos,
    accepted: a.accepted + b.accepted,
  };
}

const lowest = (thresholds: readonly Severity[]): Severity =>
  [...thresholds].sort((a, b) => RANKS[a] - RANKS[b])[0] ?? "warning";
