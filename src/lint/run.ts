import type { Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";
import type { ProjectPart } from "../rules/rule.ts";
import type { Finding, RawFinding } from "../text/finding.ts";
import type { ActiveRule, RuleGroup } from "./active.ts";
import { readPart } from "./parts.ts";
import { containersOf, type ProjectSubject, subjectsOf, type Unit, unitsOf } from "./subjects.ts";

/** A rule that threw: the project's bug, reported as such, and no reason to lose the other findings. */
export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
}

export interface RunResult {
  readonly findings: readonly Finding[];
  readonly failures: readonly RuleFailure[];
}

/** What was found in one project by each group of rules, kept for the next project made from it. */
export interface Memory {
  groups: Map<RuleGroup, GroupMemory>;
}

interface GroupMemory {
  readonly parts: readonly unknown[];
  readonly containers: readonly unknown[];
  readonly units: ReadonlyMap<object, UnitMemory>;
  readonly result: RunResult;
}

interface UnitMemory extends RunResult {
  readonly beside: object | undefined;
}

export const createMemory = (): Memory => ({ groups: new Map() });

/** Runs rules over one project. With a memory, only units whose object or whose rules' parts changed are looked at. */
export function runRules(
  project: Project,
  groups: readonly RuleGroup[],
  memory: Memory = createMemory(),
): RunResult {
  const next = new Map<RuleGroup, GroupMemory>();
  for (const group of groups) {
    if (group.on === "suppression" || group.on === "configuration") continue;
    next.set(group, runGroup(project, group, group.on, memory.groups.get(group)));
  }
  memory.groups = next;
  const results = [...next.values()].map(({ result }) => result);
  return joinResults(results);
}

function runGroup(
  project: Project,
  group: RuleGroup,
  on: ProjectSubject,
  before: GroupMemory | undefined,
): GroupMemory {
  const parts = partsOf(project, group.reads);
  const containers = containersOf(project, on);
  const kept = before && same(before.parts, parts) ? before : undefined;
  if (kept && (same(kept.containers, containers) || wholeProject(group))) return kept;
  const units = new Map<object, UnitMemory>();
  for (const unit of unitsOf(project, on)) {
    const old = kept?.units.get(unit.key);
    units.set(unit.key, old && old.beside === unit.beside ? old : runUnit(project, group, on, unit));
  }
  return { parts, containers, units, result: joinResults([...units.values()]) };
}

/** A rule on the project that says what it reads needs nothing else of it. */
const wholeProject = (group: RuleGroup): boolean => group.on === "project" && group.reads.length > 0;

function runUnit(project: Project, group: RuleGroup, on: ProjectSubject, unit: Unit): UnitMemory {
  const findings: Finding[] = [];
  const failures: RuleFailure[] = [];
  const subjects = subjectsOf(on, unit);
  for (const active of group.rules) {
    const { kinds } = active.rule;
    for (const subject of subjects) {
      if (kinds && !kinds.includes((subject as Usage).kind)) continue;
      check(active, subject, project, findings, failures);
    }
  }
  return { beside: unit.beside, findings, failures };
}

/** Calls one rule with one object; for subjects that are no part of a project, `project` is undefined. */
export function check(
  active: ActiveRule,
  subject: unknown,
  project: Project | undefined,
  findings: Finding[],
  failures: RuleFailure[],
): void {
  try {
    for (const raw of active.rule.check(subject, project!, active.options))
      findings.push(finish(active, raw));
  } catch (error) {
    failures.push({ rule: active.id, message: error instanceof Error ? error.message : String(error) });
  }
}

const finish = (active: ActiveRule, raw: RawFinding): Finding => ({
  ...raw,
  rule: active.id,
  category: active.category,
  severity: active.stated ? active.severity : (raw.severity ?? active.severity),
});

function joinResults(results: readonly RunResult[]): RunResult {
  const findings: Finding[] = [];
  const failures: RuleFailure[] = [];
  for (const result of results) {
    for (const finding of result.findings) findings.push(finding);
    for (const failure of result.failures) failures.push(failure);
  }
  return { findings, failures };
}

/** The identities of what a group reads. Settings are small and made anew with every project: compared by what they say. */
function partsOf(project: Project, reads: readonly string[]): unknown[] {
  const small = JSON.stringify([project.settings, project.manages, project.tablesFrom, project.folder]);
  const parts: unknown[] = [project.platform, small];
  for (const part of reads) parts.push(...readPart(project, part as ProjectPart));
  return parts;
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);
