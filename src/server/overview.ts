import { qualify, type Table } from "../catalog/catalog.ts";
import { rowOf } from "../lint/health.ts";
import { placeOfTableState } from "../project/place.ts";
import type { Project } from "../project/project.ts";
import { SCOPE_SENTENCES, scopePath, tenancyRoles } from "../project/scope-words.ts";
import type { Scope } from "../project/tenancy.ts";
import type {
  FindingOverview,
  FolderOverview,
  SchemaOverview,
  ScopeOverview,
  TableOverview,
  Target,
} from "../protocol/requests.ts";
import type { Finding } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { locationOf } from "./convert.ts";
import type { Folder, Snapshot } from "./folder.ts";

/** Everything that trees and the status bar show of one folder. */
export function overviewOf(folder: Folder, snapshot: Snapshot): FolderOverview {
  const { report } = snapshot;
  const { total } = report.health;
  return {
    uri: folder.uri,
    name: folder.name,
    ...(total === undefined ? {} : { score: total }),
    categories: report.health.categories.map(({ name, weight, share, objects }) => ({
      name,
      weight,
      share,
      objects,
    })),
    schemas: report.projects.flatMap((project) => schemasOf(project, snapshot)),
    findings: report.findings.map((finding) => findingOverview(finding, snapshot)),
  };
}

function schemasOf(project: Project, snapshot: Snapshot): SchemaOverview[] {
  const bySubject = groupFindings(snapshot);
  const schemas = new Map<string, TableOverview[]>();
  for (const table of project.catalog.tables.values()) {
    if (table.platform) continue;
    const list = schemas.get(table.schema) ?? [];
    schemas.set(table.schema, list);
    list.push(tableOverview(project, table, snapshot, bySubject));
  }
  return [...schemas].map(([name, tables]) => ({ name, tables }));
}

function tableOverview(
  project: Project,
  table: Table,
  snapshot: Snapshot,
  bySubject: Map<string, Finding[]>,
): TableOverview {
  const key = qualify(table.schema, table.name);
  const place = placeOfTableState(project, table);
  return {
    key,
    name: table.name,
    rowSecurity: table.rowSecurity,
    forced: table.forced,
    uncertain: table.uncertain,
    ...(place ? { place: targetOf(place, snapshot) } : {}),
    scope: scopeOverview(project, key),
    policies: [...table.policies.values()].map((policy) => ({
      name: policy.name,
      command: policy.command,
      roles: policy.roles,
      permissive: policy.permissive,
      ...(policy.refused ? { refused: policy.refused.message } : {}),
      place: targetOf(policy.nameSpan, snapshot),
    })),
    findings: (bySubject.get(key) ?? []).map((finding) => findingOverview(finding, snapshot)),
  };
}

function scopeOverview({ tenancy }: Project, key: string): ScopeOverview {
  const scope = tenancy.scopes.get(key) ?? NO_SCOPE;
  return {
    kind: scope.kind,
    words: SCOPE_SENTENCES[scope.kind],
    path: scopePath(scope),
    reasons: [...scope.reasons, ...tenancyRoles(key, tenancy)],
  };
}

const NO_SCOPE: Scope = { kind: "unknown", path: [], nullable: false, reasons: [] };

/** Findings by the table that they speak of: `public.tasks/own` belongs to `public.tasks`. */
function groupFindings(snapshot: Snapshot): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of snapshot.report.findings) {
    const table = finding.subject.split("/")[0]!;
    groups.set(table, [...(groups.get(table) ?? []), finding]);
  }
  return groups;
}

const findingOverview = (finding: Finding, snapshot: Snapshot): FindingOverview => ({
  rule: finding.rule,
  category: rowOf(finding)?.name ?? finding.category,
  severity: finding.severity,
  message: finding.message,
  place: targetOf(finding.at, snapshot),
  ...(finding.remedy ? { fix: finding.remedy.title } : {}),
});

const targetOf = (place: Place, snapshot: Snapshot): Target =>
  locationOf(place, snapshot.uris, snapshot.text);
