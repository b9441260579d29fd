import type { Finding } from "../text/finding.ts";

/** How many findings of a rule about a subject were there when checking began. Keys are `rule subject`. */
export type Baseline = ReadonlyMap<string, number>;

const keyOf = ({ rule, subject }: { readonly rule: string; readonly subject: string }): string =>
  `${rule} ${subject}`;

/** Reads a baseline's text; a text that is none gives the reason. */
export function readBaseline(text: string): Baseline | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: "the baseline is no JSON" };
  }
  const findings = (value as { findings?: unknown } | null)?.findings;
  if (!Array.isArray(findings)) return { error: 'the baseline has no list of "findings"' };
  const counts = new Map<string, number>();
  for (const each of findings as { rule?: unknown; subject?: unknown; count?: unknown }[]) {
    if (typeof each?.rule !== "string" || typeof each.subject !== "string")
      return { error: "a finding of the baseline has no rule or no subject" };
    counts.set(keyOf(each as Finding), typeof each.count === "number" ? each.count : 1);
  }
  return counts;
}

/** The text of a baseline that accepts these findings: one line each, sorted, so that versions of it compare well. */
export function writeBaseline(findings: readonly Finding[]): string {
  const entries = new Map<string, { rule: string; subject: string; count: number }>();
  for (const { rule, subject } of findings) {
    const entry = entries.get(keyOf({ rule, subject }));
    if (entry) entry.count++;
    else entries.set(keyOf({ rule, subject }), { rule, subject, count: 1 });
  }
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { rule, subject, count }]) =>
      JSON.stringify(count > 1 ? { rule, subject, count } : { rule, subject }),
    );
  return `{ "version": 1, "findings": [\n${lines.map((line) => `  ${line}`).join(",\n")}\n] }\n`;
}

/** Says of each finding, in the order they are asked, whether the baseline still covers it. */
export function coverWith(baseline: Baseline): (finding: Finding) => boolean {
  const left = new Map(baseline);
  return (finding) => {
    const key = keyOf(finding);
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count > 0;
  };
}
