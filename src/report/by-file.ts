import type { Finding } from "../text/finding.ts";

/** Findings by the file they stand on, in the report's order. */
export function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const list = files.get(finding.at.path);
    if (list) list.push(finding);
    else files.set(finding.at.path, [finding]);
  }
  return files;
}
