import { remember } from "../catalog/remember.ts";
import type { Project } from "../project/project.ts";
import type { Finding, Severity } from "../text/finding.ts";
import type { Objects } from "./health-objects.ts";
import { HEALTH, type HealthRow, SPEAKS_FOR_ALL } from "./health-table.ts";
import type { Located } from "./precedence.ts";
import type { Health, HealthCategory } from "./report.ts";

/** How much of an object its worst finding takes. */
export const LOSS: Readonly<Record<Severity, number>> = { error: 1, warning: 0.5, info: 0.1 };

/**
 * The score of a workspace, 0 to 100: for each line of the table the share of objects without findings, weighed. A line
 * without objects drops out. Accepted findings take nothing and are counted.
 */
export function scoreHealth(
  projects: readonly Project[],
  located: readonly Located[],
  accepted: readonly Finding[],
): Health {
  const findings = groupByRow(located, ({ finding }) => finding);
  const agreed = groupByRow(accepted, (finding) => finding);
  const categories = HEALTH.map((row) =>
    scoreRow(row, projects, findings.get(row) ?? [], (agreed.get(row) ?? []).length),
  ).filter(({ objects }) => objects > 0);
  const weight = categories.reduce((sum, category) => sum + category.weight, 0);
  const points = categories.reduce((sum, category) => sum + category.weight * category.share, 0);
  // A sum of shares that is 95 on paper may be 94.99999 in binary.
  return { total: weight ? Math.floor((100 * points) / weight + 1e-9) : undefined, categories };
}

function groupByRow<T>(items: readonly T[], findingOf: (item: T) => Finding): Map<HealthRow, T[]> {
  const groups = new Map<HealthRow, T[]>();
  for (const item of items) {
    const row = rowOf(findingOf(item));
    if (row) remember(groups, row, (): T[] => []).push(item);
  }
  return groups;
}

/** The line of the table that a finding counts in; findings of style count nowhere. */
export function rowOf({ rule, category }: Pick<Finding, "rule" | "category">): HealthRow | undefined {
  return rowOfRule.get(rule) ?? rowOfCategory.get(category);
}

const rowOfRule = new Map(HEALTH.flatMap((row) => row.rules.map((rule) => [rule, row])));
const rowOfCategory = new Map(HEALTH.flatMap((row) => row.categories.map((category) => [category, row])));

function scoreRow(
  row: HealthRow,
  projects: readonly Project[],
  located: readonly Located[],
  accepted: number,
): HealthCategory {
  const objects = objectsOf(row, projects);
  const losses = new Map<string, number>();
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  let leastLoss = 0;
  for (const { finding, folder } of located) {
    counts[finding.severity]++;
    const loss = LOSS[finding.severity];
    if (SPEAKS_FOR_ALL.has(finding.rule) && objects.size) {
      leastLoss = Math.max(leastLoss, loss);
      continue;
    }
    const key = findObject(objects, folder, finding.subject);
    losses.set(key, Math.max(losses.get(key) ?? 0, loss));
  }
  let size = objects.size;
  let lost = 0;
  for (const [key, loss] of losses) {
    if (!objects.has(key)) size++;
    lost += Math.max(loss, leastLoss);
  }
  lost += leastLoss * (size - losses.size);
  return {
    name: row.name,
    weight: row.weight,
    objects: size,
    share: size ? (size - lost) / size : 1,
    errors: counts.error,
    warnings: counts.warning,
    infos: counts.info,
    accepted,
  };
}

/** All objects of one line, by their keys: with the project's folder before what belongs to one database. */
function objectsOf(row: HealthRow, projects: readonly Project[]): Objects {
  const own = new Map<string, Objects[]>();
  for (const project of projects)
    remember(own, project.folder, (): Objects[] => []).push(...row.own(project));
  const shared = joinSets(projects.flatMap((project) => row.shared(project)));
  let { size } = shared;
  for (const each of [...own.values()].flat()) size += each.size;
  const has = (key: string): boolean => {
    const end = key.indexOf("\n");
    const objects = end < 0 ? undefined : own.get(key.slice(0, end));
    return shared.has(key) || (objects?.some((each) => each.has(key.slice(end + 1))) ?? false);
  };
  return { size, has };
}

/** One set serves as it is; several databases may share files. */
function joinSets(sets: readonly ReadonlySet<string>[]): Objects {
  const [first, ...others] = sets.filter(({ size }) => size > 0);
  if (!first || !others.length) return first ?? new Set();
  return new Set(sets.flatMap((set) => [...set]));
}

const keyOf = (folder: string, subject: string): string => `${folder}\n${subject}`;

/** Files and variables are the workspace's, whatever database they use. */
const isShared = (subject: string): boolean =>
  subject.startsWith("code ") || subject.startsWith("sql ") || subject.startsWith("environment ");

/** The object a finding is about, or the one it is a part of (`public.tasks/policy`); else it is an object of its own. */
function findObject(objects: Objects, folder: string, subject: string): string {
  if (isShared(subject)) return subject;
  const key = keyOf(folder, subject);
  const slash = subject.indexOf("/");
  if (slash < 0 || objects.has(key)) return key;
  const whole = keyOf(folder, subject.slice(0, slash));
  return objects.has(whole) ? whole : key;
}
