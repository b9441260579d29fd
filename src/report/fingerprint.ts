import { createHash } from "node:crypto";
import type { Finding } from "../text/finding.ts";

/**
 * A stable name for each finding, in their order: from rule and subject, whatever line it stands on. A second finding of the same
 * identity gets a number, so that names are unique within one report.
 */
export function fingerprints(findings: readonly Finding[]): string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, subject }) => {
    const identity = `${rule}\0${subject}`;
    const times = (seen.get(identity) ?? 0) + 1;
    seen.set(identity, times);
    return createHash("sha256").update(`${identity}\0${times}`).digest("hex").slice(0, 32);
  });
}
