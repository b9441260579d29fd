import type { Report } from "../lint/report.ts";
import { type Finding, reaches, type Severity } from "../text/finding.ts";
import { byFile } from "./by-file.ts";
import { createLocator, type Locator } from "./place.ts";
import { fixSentence } from "./remedy.ts";

export interface JunitOptions {
  /** Findings below this pass, and say what they found in their output. */
  readonly threshold: Severity;
}

/** JUnit XML: a suite for each file, a case for each finding; a clean report is one case that passes. */
export function renderJunit(report: Report, { threshold }: JunitOptions): string {
  const locator = createLocator(report);
  const fails = ({ severity }: Finding) => reaches(severity, threshold);
  const suites = [...byFile(report.findings)].map(([path, findings]) => {
    const cases = findings.map((finding) => testCase(finding, fails(finding), locator));
    return suite(path, cases, findings.filter(fails).length);
  });
  if (!suites.length)
    suites.push(suite("rowguard", ['    <testcase classname="rowguard" name="check"/>'], 0));
  const failures = report.findings.filter(fails).length;
  const tests = Math.max(report.findings.length, 1);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rowguard" tests="${tests}" failures="${failures}" errors="0">`,
    ...suites,
    "</testsuites>\n",
  ].join("\n");
}

const suite = (name: string, cases: readonly string[], failures: number): string =>
  [
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`,
    ...cases,
    "  </testsuite>",
  ].join("\n");

function testCase(finding: Finding, failed: boolean, locator: Locator): string {
  const { start } = locator.range(finding.at);
  const { path } = finding.at;
  const name = `${finding.rule} ${finding.subject} (${start.line}:${start.column})`;
  const body = [`${path}:${start.line}:${start.column}`, finding.message, fixSentence(finding)]
    .filter(Boolean)
    .join("\n");
  const content = failed
    ? `<failure type="${escapeXml(finding.rule)}" message="${escapeXml(finding.message)}">${escapeText(body)}</failure>`
    : `<system-out>${escapeText(body)}</system-out>`;
  const attributes = `classname="${escapeXml(path)}" name="${escapeXml(name)}" file="${escapeXml(path)}" line="${start.line}"`;
  return `    <testcase ${attributes}>\n      ${content}\n    </testcase>`;
}

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
const UNWRITABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

const escapeXml = (text: string): string =>
  text.replace(UNWRITABLE, "�").replace(/[&<>"'\n\r\t]/g, (each) => ENTITIES[each]!);

/** Between tags, line ends stay as they are. */
const escapeText = (text: string): string => escapeXml(text).replaceAll("&#10;", "\n");
