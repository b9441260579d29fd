import { createHash } from "node:crypto";
import type { Finding } from "../text/finding.ts";

/**
 * A stable name for each finding: rule and subject, whatever line it stands on. A second finding of the same
 * identity gets a number, so that names are unique within one report.
 */
export function fingerprints(findings: readonly Finding[]): Map<Finding, string> {
  const seen = new Map<string, number>();
  const names = new Map<Finding, string>();
  for (const finding of findings) {
    const identity = `${finding.rule}\0${finding.subject}`;
    const times = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, times);
    names.set(finding, createHash("sha256").update(`${identity}\0${times}`).digest("hex").slice(0, 32));
  }
  return names;
}
