import type * as Sarif from "sarif";
import type { Report } from "../lint/report.ts";
import type { Finding, Related, Severity } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { fingerprints } from "./fingerprint.ts";
import { stringify } from "./json.ts";
import { createLocator, type Locator, type Range } from "./place.ts";
import { fixSentence } from "./remedy.ts";

/** What formats say of a rule beside its findings. */
export interface RuleNote {
  readonly id: string;
  readonly category: string;
  readonly severity: Severity | "off";
  readonly summary: string;
  readonly why: string;
}

export interface SarifOptions {
  readonly rules: ReadonlyMap<string, RuleNote>;
  readonly toolVersion: string;
  readonly toolUri?: string;
}

const LEVELS = { error: "error", warning: "warning", info: "note", off: "none" } as const;

/**
 * SARIF 2.1.0 for code scanning. Accepted findings are left out: the services that read it would show them as open.
 * Ends in a line end.
 */
export function renderSarif(report: Report, options: SarifOptions): string {
  const locator = createLocator(report);
  const names = fingerprints(report.findings);
  const ids = [...new Set(report.findings.map(({ rule }) => rule))].sort();
  const results = report.findings.map((finding, index) => ({
    ...resultOf(finding, locator),
    ruleIndex: ids.indexOf(finding.rule),
    partialFingerprints: { "rowguardFinding/v1": names[index]! },
  }));
  const log: Sarif.Log = {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: { driver: driverOf(ids, options) },
        invocations: [{ executionSuccessful: !report.incomplete }],
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return stringify(log);
}

function driverOf(ids: readonly string[], options: SarifOptions): Sarif.ToolComponent {
  const { rules, toolVersion, toolUri } = options;
  return {
    name: "Rowguard",
    semanticVersion: toolVersion,
    ...(toolUri && { informationUri: toolUri }),
    rules: ids.map((id) => descriptorOf(id, rules.get(id))),
  };
}

function descriptorOf(id: string, note: RuleNote | undefined): Sarif.ReportingDescriptor {
  if (!note) return { id };
  return {
    id,
    shortDescription: { text: note.summary },
    fullDescription: { text: note.why },
    help: { text: note.why },
    defaultConfiguration: { level: LEVELS[note.severity], enabled: note.severity !== "off" },
    properties: { tags: ["security", note.category] },
  };
}

function resultOf(finding: Finding, locator: Locator): Sarif.Result {
  const fix = fixSentence(finding);
  const fixes = fixesOf(finding, locator);
  const related = finding.related ?? [];
  return {
    ruleId: finding.rule,
    level: LEVELS[finding.severity],
    kind: "fail",
    message: { text: fix ? `${finding.message}\n${fix}` : finding.message },
    locations: [
      {
        physicalLocation: physical(finding.at, locator),
        logicalLocations: [{ fullyQualifiedName: finding.subject }],
      },
    ],
    ...(related.length && { relatedLocations: related.map((each, id) => relatedOf(each, id, locator)) }),
    ...(fixes && { fixes }),
  };
}

const relatedOf = ({ place, message }: Related, id: number, locator: Locator): Sarif.Location => ({
  id,
  message: { text: message },
  physicalLocation: physical(place, locator),
});

const physical = (place: Place, locator: Locator): Sarif.PhysicalLocation => ({
  artifactLocation: artifact(place.path),
  region: regionOf(locator.range(place)),
});

const artifact = (path: string): Sarif.ArtifactLocation => ({
  uri: path.split("/").map(encodeURIComponent).join("/"),
  uriBaseId: "%SRCROOT%",
});

const regionOf = ({ start, end }: Range): Sarif.Region => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

/** Only edits of existing files: the format has no way to make one. */
function fixesOf({ remedy }: Finding, locator: Locator): Sarif.Fix[] | undefined {
  if (remedy?.kind !== "edit" || remedy.files?.length) return undefined;
  const paths = [...new Set(remedy.edits.map(({ path }) => path))];
  const artifactChanges = paths.map((path) => ({
    artifactLocation: artifact(path),
    replacements: remedy.edits
      .filter((edit) => edit.path === path)
      .map((edit) => ({
        deletedRegion: regionOf(locator.range(edit)),
        insertedContent: { text: edit.text },
      })),
  }));
  return [{ description: { text: remedy.title }, artifactChanges }];
}
