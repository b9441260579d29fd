import type { Project } from "../project/project.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { Finding } from "../text/finding.ts";
import { type ActiveRule, activeRules, groupRules, type RuleGroup } from "./active.ts";
import { type Baseline, coverWith } from "./baseline.ts";
import { type Changed, touchedBy } from "./changed.ts";
import type { Configuration } from "./configuration.ts";
import { scoreHealth } from "./health.ts";
import { overrideWith } from "./overrides.ts";
import { applyPrecedence, type Located } from "./precedence.ts";
import type { Report, SourceNote, SuppressedFinding } from "./report.ts";
import { check, createMemory, type Memory, type RuleFailure, runRules } from "./run.ts";
import { type Acceptance, acceptWith, readSuppressions } from "./suppressions.ts";

export interface LintInput {
  readonly root: string;
  readonly projects: readonly Project[];
  readonly configuration: Configuration;
  readonly registry: readonly RegisteredRule[];
  /** Rules to run, by id; all where absent. */
  readonly only?: readonly string[];
  readonly baseline?: Baseline;
  /** Show only what these changes touch. Health is the whole workspace's all the same. */
  readonly changed?: Changed;
  readonly sources: readonly SourceNote[];
  readonly memory?: LintMemory;
  text(path: string): string | undefined;
}

/** What one `lint` leaves for the next of the same workspace. */
export interface LintMemory {
  settled: Settled | undefined;
  readonly projects: Map<string, Memory>;
}

interface Settled {
  readonly of: readonly unknown[];
  readonly active: readonly ActiveRule[];
  readonly groups: readonly RuleGroup[];
}

export const createLintMemory = (): LintMemory => ({ settled: undefined, projects: new Map() });

/** Runs the rules over every project of a workspace and assembles what is to be shown. Never throws. */
export function lint(input: LintInput): Report {
  const memory = input.memory ?? createLintMemory();
  const { active, groups } = settle(input, memory);
  const failures: RuleFailure[] = [];
  const raw: Located[] = [];
  for (const project of input.projects) {
    const result = runRules(project, groups, memoryOf(memory, project.folder));
    failures.push(...result.failures);
    for (const finding of result.findings) raw.push({ finding, folder: project.folder });
  }
  raw.push(...checkConfiguration(active, input.configuration, failures));
  const located = overrideWith(input.configuration, active, applyPrecedence(dropRepeated(raw)));
  const judged = accept(input, active, located, failures);
  return assemble(input, judged, failures);
}

interface Judged {
  readonly open: readonly Located[];
  readonly suppressed: readonly SuppressedFinding[];
}

function assemble(input: LintInput, { open, suppressed }: Judged, failures: readonly RuleFailure[]): Report {
  const health = scoreHealth(
    input.projects,
    open,
    suppressed.map(({ finding }) => finding),
  );
  const shown = input.changed ? touchedBy(input.changed, input.text) : () => true;
  return {
    root: input.root,
    projects: input.projects,
    findings: open
      .map(({ finding }) => finding)
      .filter(shown)
      .sort(byPlace),
    suppressed: suppressed
      .filter(({ finding }) => shown(finding))
      .sort((a, b) => byPlace(a.finding, b.finding)),
    health,
    sources: input.sources,
    threshold: input.configuration.threshold,
    incomplete:
      !input.sources.some(({ read }) => read) ||
      input.configuration.problems.length > 0 ||
      failures.length > 0,
    failures,
    text: input.text,
  };
}

/** The active rules and their groups, the same objects as long as what they come from is the same. */
function settle(input: LintInput, memory: LintMemory): Settled {
  const of = [input.registry, input.configuration, input.only];
  if (memory.settled?.of.every((each, index) => each === of[index])) return memory.settled;
  const active = activeRules(input.registry, input.configuration, input.only);
  memory.settled = { of, active, groups: groupRules(active) };
  return memory.settled;
}

function memoryOf({ projects }: LintMemory, folder: string): Memory {
  const memory = projects.get(folder) ?? createMemory();
  projects.set(folder, memory);
  return memory;
}

/** Two projects that share a file may both see what is wrong in it. */
function dropRepeated(located: readonly Located[]): Located[] {
  const seen = new Set<string>();
  return located.filter(({ finding: { rule, at, message } }) => {
    const key = `${rule}\n${at.path}\n${at.span.start}\n${at.span.end}\n${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function checkConfiguration(
  active: readonly ActiveRule[],
  { problems }: Configuration,
  failures: RuleFailure[],
): Located[] {
  const findings: Finding[] = [];
  for (const rule of active)
    if (rule.rule.on === "configuration")
      for (const problem of problems) check(rule, problem, undefined, findings, failures);
  return findings.map((finding) => ({ finding, folder: "" }));
}

/** Sorts findings into open and accepted, and adds what there is to say about the acceptances themselves. */
function accept(
  input: LintInput,
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
  const findings: Finding[] = [];
  for (const acceptance of acceptances) {
    const unused = acceptance.rules
      .map(({ id }) => id)
      .filter((id) => !used.get(acceptance)?.has(id) && (ran.has(id) || !known.has(id)));
    for (const rule of rules) check(rule, { ...acceptance, unused }, undefined, findings, failures);
  }
  return findings.map((finding) => ({ finding, folder: "" }));
}

const byPlace = (a: Finding, b: Finding): number =>
  compare(a.at.path, b.at.path) ||
  a.at.span.start - b.at.span.start ||
  a.at.span.end - b.at.span.end ||
  compare(a.rule, b.rule) ||
  compare(a.message, b.message);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
