import type { AnyRule, RegisteredRule } from "../rules/rule.ts";
import type { Severity } from "../text/finding.ts";
import type { Configuration } from "./configuration.ts";

/** A rule that runs, with its severity and options settled. */
export interface ActiveRule {
  readonly id: string;
  readonly category: string;
  readonly rule: AnyRule;
  readonly severity: Severity;
  /** True where the configuration states the severity: then it stands above what a finding says of itself. */
  readonly stated: boolean;
  /** True where the rule is off but for the paths that an override names. */
  readonly onlyOverridden: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The rules that a configuration leaves switched on; a rule that is on for some paths only runs everywhere and is filtered. */
export function activeRules(
  registry: readonly RegisteredRule[],
  configuration: Configuration,
  only?: readonly string[],
): ActiveRule[] {
  const active: ActiveRule[] = [];
  for (const { id, category, rule, defaults } of registry) {
    if (only && !only.includes(id)) continue;
    const setting = configuration.rules[id];
    const severity = setting?.severity ?? rule.severity;
    const elsewhere = configuration.overrides.some(({ rules }) => rules[id] && rules[id] !== "off");
    if (severity === "off" && !elsewhere) continue;
    active.push({
      id,
      category,
      rule,
      severity: severity === "off" ? "warning" : severity,
      stated: setting !== undefined,
      onlyOverridden: severity === "off",
      options: setting?.options ?? defaults,
    });
  }
  return active;
}
