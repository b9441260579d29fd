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
  let { size } = objects;
  let leastLoss = 0;
  for (const { finding, folder } of located) {
    const loss = LOSS[finding.severity];
    counts[finding.severity]++;
    if (SPEAKS_FOR_ALL.has(finding.rule) && objects.size) {
      leastLoss = Math.max(leastLoss, loss);
      continue;
    }
    const { key, known } = findObject(objects, folder, finding.subject);
    const before = losses.get(key);
    if (before === undefined && !known) size++;
    if (before === undefined || before < loss) losses.set(key, loss);
  }
  let lost = leastLoss * (size - losses.size);
  for (const loss of losses.values()) lost += Math.max(loss, leastLoss);
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

/** The objects of one line: the workspace's own, and by folder those of each database. */
interface RowObjects {
  readonly size: number;
  readonly shared: Objects;
  readonly own: ReadonlyMap<string, readonly Objects[]>;
}

function objectsOf(row: HealthRow, projects: readonly Project[]): RowObjects {
  const own = new Map<string, Objects[]>();
  for (const project of projects)
    remember(own, project.folder, (): Objects[] => []).push(...row.own(project));
  const shared = joinSets(projects.map((project) => row.shared(project)));
  let { size } = shared;
  for (const each of [...own.values()].flat()) size += each.size;
  return { size, shared, own };
}

/** Sets of one project share nothing, and serve as they are; several databases may share files. */
function joinSets(ofProjects: readonly (readonly ReadonlySet<string>[])[]): Objects {
  const filled = ofProjects.filter((sets) => sets.some(({ size }) => size > 0));
  if (filled.length > 1) return new Set(filled.flat().flatMap((set) => [...set]));
  const sets = filled[0] ?? [];
  return {
    size: sets.reduce((sum, { size }) => sum + size, 0),
    has: (subject) => sets.some((set) => set.has(subject)),
  };
}

const keyOf = (folder: string, subject: string): string => `${folder}\n${subject}`;

/** Files and variables are the workspace's, whatever database they use. */
const isShared = (subject: string): boolean =>
  subject.startsWith("code ") || subject.startsWith("sql ") || subject.startsWith("environment ");

/** The object a finding is about, or the one it is a part of (`public.tasks/policy`); else it is an object of its own. */
function findObject(
  { shared, own }: RowObjects,
  folder: string,
  subject: string,
): { readonly key: string; readonly known: boolean } {
  if (isShared(subject)) return { key: subject, known: shared.has(subject) };
  const has = (name: string): boolean => own.get(folder)?.some((objects) => objects.has(name)) ?? false;
  const slash = subject.indexOf("/");
  if (has(subject)) return { key: keyOf(folder, subject), known: true };
  const whole = slash < 0 ? subject : subject.slice(0, slash);
  return slash >= 0 && has(whole)
    ? { key: keyOf(folder, whole), known: true }
    : { key: keyOf(folder, subject), known: false };
}
