import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listRuleFiles, loadRule } from "../../src/build/rule-files.ts";
import { ROOT } from "../../src/build/tree.ts";
import { activeRules } from "../../src/lint/active.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "../../src/lint/configuration.ts";
import { runRules } from "../../src/lint/run.ts";
import type { Project } from "../../src/project/project.ts";
import type { Finding } from "../../src/text/finding.ts";
import type { Advice } from "./advisor.ts";

/** One thing that the advisors said, and the rule that says it from source, if one does. */
export interface Compared {
  readonly advice: Advice;
  readonly rule: string | undefined;
}

/** The rules that stand for an advisor, by its name, as docs/splinter.md lists them. Those it says are not covered have none. */
export function readMap(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(ROOT, "docs", "splinter.md"), "utf8");
  const map = new Map<string, readonly string[]>();
  for (const line of text.split("\n")) {
    const [, advisors, rules] = line.split("|");
    if (line.startsWith("## Side by side")) break;
    if (advisors && rules) for (const name of namesIn(advisors)) map.set(name, namesIn(rules));
  }
  const [, rest = ""] = text.split("Not covered");
  for (const name of namesIn(rest.split("\n\n")[0]!)) map.set(name, []);
  return map;
}

const namesIn = (text: string): string[] => [...text.matchAll(/`([a-z0-9_-]+)`/g)].map(([, name]) => name!);

/** What all rules say of a project, those that are off by default included. */
export async function findingsIn(
  project: Project,
  configuration: Configuration = DEFAULT_CONFIGURATION,
): Promise<readonly Finding[]> {
  const registry = await Promise.all(listRuleFiles(ROOT).map((file) => loadRule(ROOT, file)));
  const on = registry.map((each) =>
    each.rule.severity === "off" ? { ...each, rule: { ...each.rule, severity: "info" as const } } : each,
  );
  return runRules(project, activeRules(on, configuration)).findings;
}

export function compare(advices: readonly Advice[], findings: readonly Finding[]): Compared[] {
  const map = readMap();
  return advices.map((advice) => ({
    advice,
    rule: map
      .get(advice.lint)
      ?.find((rule) => findings.some((each) => each.rule === rule && isAbout(each, advice))),
  }));
}

/** Findings name functions with their arguments, and policies behind their table. */
const isAbout = ({ subject }: Finding, { object }: Advice): boolean =>
  subject === object || ["/", "("].some((next) => subject.startsWith(`${object}${next}`));
