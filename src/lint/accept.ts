import type { RegisteredRule, Suppression } from "../rules/rule.ts";
import type { Finding } from "../text/finding.ts";
import { findNear } from "../text/near.ts";
import type { ActiveRule } from "./active.ts";
import { coverWith } from "./baseline.ts";
import type { LintInput } from "./lint.ts";
import { overrideWith } from "./overrides.ts";
import type { Located } from "./precedence.ts";
import type { SuppressedFinding } from "./report.ts";
import { check, type RuleFailure } from "./run.ts";
import { type Acceptance, acceptWith, readSuppressions } from "./suppressions.ts";

export interface Judged {
  readonly open: readonly Located[];
  readonly suppressed: readonly SuppressedFinding[];
}

/** Sorts findings into open and accepted, and adds what there is to say about the acceptances themselves. */
export function accept(
  input: Pick<LintInput, "projects" | "configuration" | "registry" | "baseline">,
  active: readonly ActiveRule[],
  located: readonly Located[],
  failures: RuleFailure[],
): Judged {
  const acceptances = readSuppressions(input.projects, input.configuration);
  const find = acceptWith(acceptances);
  const covered = coverWith(input.baseline ?? new Map());
  const used = new Map<Acceptance, Set<string>>();
  const open: Located[] = [];
  const suppressed: SuppressedFinding[] = [];
  const sort = (each: Located): void => {
    const acceptance = find(each.finding);
    if (acceptance) {
      used.set(acceptance, (used.get(acceptance) ?? new Set()).add(each.finding.rule));
      suppressed.push(toSuppressed(each.finding, acceptance));
    } else if (covered(each.finding)) suppressed.push({ finding: each.finding, by: "baseline" });
    else open.push(each);
  };
  for (const each of located) sort(each);
  const about = checkSuppressions(active, acceptances, used, input.registry, failures);
  for (const each of overrideWith(input.configuration, active, about)) sort(each);
  return { open, suppressed };
}

const toSuppressed = (finding: Finding, { reason, place, scope }: Acceptance): SuppressedFinding => ({
  finding,
  by: scope === "configuration" ? "configuration" : "comment",
  ...(reason === undefined ? {} : { reason }),
  place,
});

/** A rule that did not run cannot tell whether a suppression of it is of use. */
function checkSuppressions(
  active: readonly ActiveRule[],
  acceptances: readonly Acceptance[],
  used: ReadonlyMap<Acceptance, ReadonlySet<string>>,
  registry: readonly RegisteredRule[],
  failures: RuleFailure[],
): Located[] {
  const rules = active.filter(({ rule }) => rule.on === "suppression");
  if (!rules.length || !acceptances.length) return [];
  const ran = new Set(active.map(({ id }) => id));
  const known = new Set(registry.map(({ id }) => id));
  const nameRule = (named: Suppression["rules"][number]): Suppression["rules"][number] => {
    if (known.has(named.id)) return named;
    const near = findNear(named.id, known);
    return { ...named, unknown: true, ...(near === undefined ? {} : { near }) };
  };
  const findings: Finding[] = [];
  for (const acceptance of acceptances) {
    const unused = acceptance.rules
      .map(({ id }) => id)
      .filter((id) => !used.get(acceptance)?.has(id) && (ran.has(id) || !known.has(id)));
    const suppression: Suppression = { ...acceptance, rules: acceptance.rules.map(nameRule), unused };
    for (const rule of rules) check(rule, suppression, undefined, findings, failures);
  }
  return findings.map((finding) => ({ finding, folder: "" }));
}
