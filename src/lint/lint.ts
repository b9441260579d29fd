import type { Project } from "../project/project.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { Finding } from "../text/finding.ts";
import { accept, type Judged } from "./accept.ts";
import { type ActiveRule, activeRules } from "./active.ts";
import type { Ahead } from "./ahead.ts";
import type { Baseline } from "./baseline.ts";
import { type Changed, touchedBy } from "./changed.ts";
import type { Configuration } from "./configuration.ts";
import { scoreHealth } from "./health.ts";
import { overrideWith } from "./overrides.ts";
import { applyPrecedence, type Located } from "./precedence.ts";
import type { Report, SourceNote } from "./report.ts";
import { check, createMemory, type Memory, type RuleFailure, runRules } from "./run.ts";
import { unknownTables } from "./unknown-tables.ts";

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
  /** Sources that could not be read, where they are known without a list of all. */
  readonly unread?: readonly SourceNote[];
  readonly memory?: LintMemory;
  /** What the same rules found already. */
  readonly ahead?: Ahead;
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
}

export const createLintMemory = (): LintMemory => ({ settled: undefined, projects: new Map() });

/** Runs the rules over every project of a workspace and assembles what is to be shown. Never throws. */
export function lint(input: LintInput): Report {
  const { memory } = input;
  const active = settle(input, memory);
  const failures: RuleFailure[] = [];
  const raw: Located[] = [];
  for (const project of input.projects) {
    const kept = memory && memoryOf(memory, project.folder);
    const result = runRules(project, active, kept, input.ahead?.of(project));
    failures.push(...result.failures);
    for (const finding of result.findings) raw.push({ finding, folder: project.folder });
  }
  raw.push(...checkConfiguration(active, input, failures));
  raw.sort((a, b) => byPlace(a.finding, b.finding));
  const located = overrideWith(input.configuration, active, applyPrecedence(dropRepeated(raw)));
  const judged = accept(input, active, located, failures);
  return assemble(input, judged, failures);
}

function assemble(input: LintInput, { open, suppressed }: Judged, failures: readonly RuleFailure[]): Report {
  const health = scoreHealth(
    input.projects,
    open,
    suppressed.map(({ finding }) => finding),
  );
  const unread = input.unread ?? input.sources.filter(({ failed }) => failed);
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
    // An editor that reports at every key asks for neither this nor whether it is incomplete.
    get sources() {
      return input.sources;
    },
    unread,
    threshold: input.configuration.threshold,
    get incomplete() {
      if (failures.length > 0 || input.configuration.problems.length > 0) return true;
      return unread.length > 0 || !input.sources.some(({ read }) => read);
    },
    ...(input.configuration.problems.length > 0 && { misconfigured: true }),
    failures,
    text: input.text,
  };
}

/** The active rules, the same list as long as what they come from is the same. */
function settle(input: LintInput, memory: LintMemory | undefined): readonly ActiveRule[] {
  const { registry, configuration, only, ahead } = input;
  if (!only && ahead?.isFrom(registry, configuration)) return ahead.active;
  const of = [registry, configuration, only];
  if (memory?.settled?.of.every((each, index) => each === of[index])) return memory.settled.active;
  const active = activeRules(registry, configuration, only);
  if (memory) memory.settled = { of, active };
  return active;
}

function memoryOf({ projects }: LintMemory, folder: string): Memory {
  const memory = projects.get(folder) ?? createMemory();
  projects.set(folder, memory);
  return memory;
}

/** Two projects that share a file may both see what is wrong in it. Sorted as they are, repetitions follow one another. */
const dropRepeated = (located: readonly Located[]): Located[] =>
  located.filter(({ finding }, i) => i === 0 || bySaying(located[i - 1]!.finding, finding) !== 0);

function checkConfiguration(
  active: readonly ActiveRule[],
  { configuration, projects }: LintInput,
  failures: RuleFailure[],
): Located[] {
  const problems = [...configuration.problems, ...unknownTables(configuration, projects)];
  const findings: Finding[] = [];
  for (const rule of active)
    if (rule.rule.on === "configuration")
      for (const problem of problems) check(rule, problem, undefined, findings, failures);
  return findings.map((finding) => ({ finding, folder: "" }));
}

const byPlace = (a: Finding, b: Finding): number => bySaying(a, b) || compare(a.subject, b.subject);

const bySaying = (a: Finding, b: Finding): number =>
  compare(a.at.path, b.at.path) ||
  a.at.span.start - b.at.span.start ||
  a.at.span.end - b.at.span.end ||
  compare(a.rule, b.rule) ||
  compare(a.message, b.message);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
