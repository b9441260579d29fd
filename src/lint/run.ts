import { remember } from "../catalog/remember.ts";
import { groundOf } from "../project/observe.ts";
import type { Project } from "../project/project.ts";
import { CodeUnread } from "../project/unread-code.ts";
import type { Usage } from "../project/usage.ts";
import type { Subjects } from "../rules/rule.ts";
import type { Finding, RawFinding } from "../text/finding.ts";
import type { ActiveRule } from "./active.ts";
import { Dependencies, type Reader } from "./dependencies.ts";
import { type ProjectSubject, SubjectLists, subjectsOf, type Unit } from "./subjects.ts";

/** A rule that threw: the project's bug, reported as such, and no reason to lose the other findings. */
export interface RuleFailure {
  readonly rule: string;
  readonly message: string;
}

export interface RunResult {
  readonly findings: readonly Finding[];
  readonly failures: readonly RuleFailure[];
}

/** What was found in one project, kept for the next project made from it. */
export interface Memory {
  run: Run | undefined;
}

export const createMemory = (): Memory => ({ run: undefined });

/**
 * Runs rules over one project. With a memory, a rule looks again only at what changed, or where what it looked at did;
 * without one, nothing is noted of what is looked at, which costs half as much. `ahead` is what some rules found already.
 */
export function runRules(
  project: Project,
  rules: readonly ActiveRule[],
  memory?: Memory,
  ahead: ReadonlyMap<ActiveRule, RunResult> = new Map(),
): RunResult {
  if (!memory) return runOnce(project, rules, ahead);
  if (memory.run?.mayGoOn(project, rules)) memory.run.advance(project);
  else memory.run = new Run(project, rules);
  return memory.run.result();
}

function runOnce(
  project: Project,
  rules: readonly ActiveRule[],
  ahead: ReadonlyMap<ActiveRule, RunResult>,
): RunResult {
  const all = allSubjects(project);
  const results = rules.map((active) => ahead.get(active) ?? runRule(active, all, project));
  return {
    findings: results.flatMap(({ findings }) => findings),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** What those rules find that need no code, in a project whose code is still being read. */
export function runAhead(ground: Project, rules: readonly ActiveRule[]): Map<ActiveRule, RunResult> {
  const results = new Map<ActiveRule, RunResult>();
  const all = allSubjects(ground);
  for (const active of rules)
    try {
      results.set(active, runRule(active, all, ground));
    } catch (error) {
      if (!(error instanceof CodeUnread)) throw error;
    }
  return results;
}

type SubjectsOf = (on: ProjectSubject) => readonly unknown[];

/** The objects that rules of one kind look at, listed when the first of them asks. */
function allSubjects(project: Project): SubjectsOf {
  const lists = new SubjectLists();
  const subjects = new Map<ProjectSubject, readonly unknown[]>();
  return (on) =>
    remember(subjects, on, () =>
      lists.changes(on, project).come.flatMap((unit) => subjectsOf(on, unit, project)),
    );
}

function runRule(active: ActiveRule, all: SubjectsOf, project: Project): RunResult {
  const result = { findings: [], failures: [] };
  const { on } = active.rule as { on: keyof Subjects };
  if (on !== "suppression" && on !== "configuration")
    checkAll(active, all(on), project, result.findings, result.failures);
  return result;
}

/** One rule's look at one unit. */
interface Look extends Reader {
  readonly rule: RuleLooks;
  readonly unit: Unit;
  readonly findings: Finding[];
  readonly failures: RuleFailure[];
}

/** The looks of one rule: those that depend on something beside their unit, and those that found something. */
interface RuleLooks {
  readonly active: ActiveRule;
  readonly on: ProjectSubject;
  readonly dependent: Map<Unit, Look>;
  readonly found: Map<Unit, Look>;
}

class Run {
  readonly #active: readonly ActiveRule[];
  readonly #ground: readonly unknown[];
  readonly #dependencies: Dependencies<Look>;
  readonly #subjects = new SubjectLists();
  readonly #rules: readonly RuleLooks[];

  constructor(project: Project, active: readonly ActiveRule[]) {
    this.#active = active;
    this.#ground = groundOf(project);
    this.#dependencies = new Dependencies<Look>(project);
    this.#rules = active.flatMap((each) => {
      const { on } = each.rule;
      if (on === "suppression" || on === "configuration") return [];
      return { active: each, on, dependent: new Map(), found: new Map() };
    });
    this.#lookAtNew(project);
  }

  /** Whether it is the same rules and the same ground. */
  mayGoOn(project: Project, active: readonly ActiveRule[]): boolean {
    return active === this.#active && groundOf(project).every((each, i) => each === this.#ground[i]);
  }

  advance(project: Project): void {
    const stale = this.#dependencies.advance(project);
    this.#lookAtNew(project);
    for (const look of stale)
      if (look.rule.dependent.get(look.unit) === look) this.#look(look.rule, look.unit);
  }

  result(): RunResult {
    const looks = this.#rules.flatMap(({ found }) => [...found.values()]);
    return {
      findings: looks.flatMap(({ findings }) => findings),
      failures: looks.flatMap(({ failures }) => failures),
    };
  }

  /** Lets every rule look at what is new, and forget what is gone. */
  #lookAtNew(project: Project): void {
    const changes = this.#subjects.advance(project);
    for (const rule of this.#rules) {
      const { gone, come } = changes[rule.on];
      for (const unit of gone) this.#forget(rule, unit);
      for (const unit of come) this.#look(rule, unit);
    }
  }

  #look(rule: RuleLooks, unit: Unit): void {
    const before = rule.dependent.get(unit);
    const look: Look = { rule, unit, cells: [], findings: [], failures: [] };
    this.#dependencies.run(look, (project) => lookAt(look, project));
    if (before) this.#dependencies.forget(before);
    keepIf(look.cells.length > 0, rule.dependent, look);
    keepIf(look.findings.length + look.failures.length > 0, rule.found, look);
  }

  #forget(rule: RuleLooks, unit: Unit): void {
    const look = rule.dependent.get(unit);
    if (look) this.#dependencies.forget(look);
    rule.dependent.delete(unit);
    rule.found.delete(unit);
  }
}

function keepIf(worth: boolean, looks: Map<Unit, Look>, look: Look): void {
  if (worth) looks.set(look.unit, look);
  else looks.delete(look.unit);
}

const lookAt = ({ rule: { active, on }, unit, findings, failures }: Look, project: Project): void =>
  checkAll(active, subjectsOf(on, unit, project), project, findings, failures);

function checkAll(
  active: ActiveRule,
  subjects: readonly unknown[],
  project: Project,
  findings: Finding[],
  failures: RuleFailure[],
): void {
  const { kinds } = active.rule;
  for (const subject of subjects)
    if (!kinds || kinds.includes((subject as Usage).kind))
      check(active, subject, project, findings, failures);
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
    if (error instanceof CodeUnread) throw error;
    failures.push({ rule: active.id, message: error instanceof Error ? error.message : String(error) });
  }
}

const finish = (active: ActiveRule, raw: RawFinding): Finding => ({
  ...raw,
  rule: active.id,
  category: active.category,
  severity: active.stated ? active.severity : (raw.severity ?? active.severity),
});
