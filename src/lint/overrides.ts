import ignore from "ignore";
import type { Severity } from "../text/finding.ts";
import type { ActiveRule } from "./active.ts";
import type { Configuration } from "./configuration.ts";
import type { Located } from "./precedence.ts";

/**
 * Gives findings the severity that the configuration has for their rule in their file, and leaves out those it
 * switches off. A rule that is off but for some files speaks in those alone.
 */
export function overrideWith(
  { overrides }: Configuration,
  active: readonly ActiveRule[],
  located: readonly Located[],
): readonly Located[] {
  if (!overrides.length) return located;
  const silent = new Set(active.filter(({ onlyOverridden }) => onlyOverridden).map(({ id }) => id));
  const matched = overrides
    .map(({ paths, rules }) => ({ matcher: ignore().add([...paths]), rules }))
    .reverse();
  const severityOf = (rule: string, path: string): Severity | "off" | undefined => {
    const override = matched.find(
      ({ matcher, rules }) => rules[rule] && ignore.isPathValid(path) && matcher.ignores(path),
    );
    return override?.rules[rule] ?? (silent.has(rule) ? "off" : undefined);
  };
  return located.flatMap((each) => {
    const severity = severityOf(each.finding.rule, each.finding.at.path);
    if (severity === "off") return [];
    return severity ? [{ ...each, finding: { ...each.finding, severity } }] : [each];
  });
}
