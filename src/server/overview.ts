import { createHash } from "node:crypto";
import type { Connection } from "vscode-languageserver";
import { qualify, type Table } from "../catalog/catalog.ts";
import { remember } from "../catalog/remember.ts";
import { rowOf } from "../lint/health.ts";
import { whyLess } from "../lint/incomplete.ts";
import { placeOfTableState } from "../project/place.ts";
import type { Project } from "../project/project.ts";
import { knownKind, knownPath, SCOPE_SENTENCES, scopeReasons, tenancyRoles } from "../project/scope-words.ts";
import type { Scope } from "../project/tenancy.ts";
import {
  FINDINGS,
  type FindingOverview,
  type FindingsWanted,
  type FolderOverview,
  OVERVIEW,
  type Overview,
  type OverviewWanted,
  type SchemaOverview,
  type ScopeOverview,
  TABLE,
  type TableDetails,
  type TableOverview,
  type TableWanted,
  type Target,
} from "../protocol/requests.ts";
import type { Finding, Severity } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { locationOf } from "./convert.ts";
import type { Folder, Snapshot } from "./folder.ts";
import type { Folders } from "./folders.ts";

/** Answers what trees and the status bar ask: an overview of everything, and what is opened in it. */
export function answerOverviews(connection: Connection, folders: Folders): void {
  connection.onRequest(OVERVIEW, async (wanted?: OverviewWanted): Promise<Overview | null> => {
    const all = folders.all().map(async (folder) => overviewOf(folder, await folder.current()));
    const overview = withId(await Promise.all(all));
    return overview.id === wanted?.known ? null : overview;
  });
  const snapshotOf = (uri: string) =>
    folders
      .all()
      .find((folder) => folder.uri === uri)
      ?.current();
  connection.onRequest(TABLE, async (wanted: TableWanted): Promise<TableDetails | null> => {
    const snapshot = await snapshotOf(wanted.folder);
    return (snapshot && tableDetails(wanted, snapshot)) ?? null;
  });
  connection.onRequest(FINDINGS, async ({ folder, category }: FindingsWanted): Promise<FindingOverview[]> => {
    const snapshot = await snapshotOf(folder);
    const findings = snapshot?.report.findings.filter((finding) => categoryOf(finding) === category) ?? [];
    return findings.map((finding) => findingOverview(finding, snapshot!));
  });
}

function withId(folders: readonly FolderOverview[]): Overview {
  const id = createHash("sha1").update(JSON.stringify(folders)).digest("base64url");
  return { id, folders };
}

function overviewOf(folder: Folder, { report }: Snapshot): FolderOverview {
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
    schemas: schemasOf(report.projects, report.findings),
    incomplete: whyLess(report),
    errors: report.findings.filter(({ severity }) => severity === "error").length,
    findings: countByCategory(report.findings),
  };
}

function countByCategory(findings: readonly Finding[]): FolderOverview["findings"] {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const category = categoryOf(finding);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  return [...counts].map(([category, count]) => ({ category, count }));
}

function schemasOf(projects: readonly Project[], findings: readonly Finding[]): SchemaOverview[] {
  const worst = worstByTable(findings);
  return projects.flatMap((project) => {
    const schemas = new Map<string, TableOverview[]>();
    for (const table of project.catalog.tables.values())
      if (!table.platform)
        remember(schemas, table.schema, (): TableOverview[] => []).push(tableOverview(project, table, worst));
    return [...schemas].map(([name, tables]) => ({ database: project.folder, name, tables }));
  });
}

function tableOverview(
  { tenancy }: Project,
  table: Table,
  worst: ReadonlyMap<string, Severity>,
): TableOverview {
  const key = qualify(table.schema, table.name);
  const { name, rowSecurity, forced, uncertain } = table;
  const severity = worst.get(key);
  return {
    key,
    name,
    rowSecurity,
    forced,
    uncertain,
    scope: knownKind(tenancy.scopes.get(key) ?? NO_SCOPE),
    policies: table.policies.size,
    ...(severity && { worst: severity }),
  };
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function worstByTable(findings: readonly Finding[]): Map<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const finding of findings) {
    const table = tableOf(finding);
    const known = worst.get(table);
    if (!known || RANK[finding.severity] < RANK[known]) worst.set(table, finding.severity);
  }
  return worst;
}

/** The table that a finding speaks of: `public.tasks/own` belongs to `public.tasks`. */
const tableOf = ({ subject }: Finding): string => subject.split("/")[0]!;

function tableDetails({ database, key }: TableWanted, snapshot: Snapshot): TableDetails | undefined {
  const { projects, findings } = snapshot.report;
  const project = projects.find(({ folder }) => folder === database);
  const table = project?.catalog.tables.get(key);
  if (!project || !table) return undefined;
  const place = placeOfTableState(project, table);
  return {
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
    findings: findings
      .filter((finding) => tableOf(finding) === key)
      .map((finding) => findingOverview(finding, snapshot)),
  };
}

function scopeOverview({ tenancy }: Project, key: string): ScopeOverview {
  const scope = tenancy.scopes.get(key) ?? NO_SCOPE;
  return {
    kind: knownKind(scope),
    words: SCOPE_SENTENCES[knownKind(scope)],
    path: knownPath(scope),
    reasons: [...scopeReasons(scope), ...tenancyRoles(key, tenancy)],
  };
}

const NO_SCOPE: Scope = { kind: "unknown", path: [], nullable: false, reasons: [] };

const categoryOf = (finding: Finding): string => rowOf(finding)?.name ?? finding.category;

const findingOverview = (finding: Finding, snapshot: Snapshot): FindingOverview => ({
  rule: finding.rule,
  category: categoryOf(finding),
  severity: finding.severity,
  message: finding.message,
  place: targetOf(finding.at, snapshot),
  ...(finding.remedy ? { fix: finding.remedy.title } : {}),
});

const targetOf = (place: Place, snapshot: Snapshot): Target =>
  locationOf(place, snapshot.uris, snapshot.text);
