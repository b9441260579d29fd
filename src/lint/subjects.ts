import type { Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { CodeFile } from "../project/usage.ts";
import type { Subjects } from "../rules/rule.ts";

/**
 * An object whose findings are remembered together: while `key` and `beside` are the same objects, so are its
 * findings. A policy belongs to its table's unit, a usage to its file's.
 */
export interface Unit {
  readonly key: object;
  /** What its findings come from without a rule saying so: the model of a table. */
  readonly beside: object | undefined;
}

export type ProjectSubject = Exclude<keyof Subjects, "suppression" | "configuration">;

/** What holds the units of a kind: while these are the same objects, so are all units. */
export function containersOf(project: Project, on: ProjectSubject): readonly unknown[] {
  const { catalog } = project;
  const containers: Record<ProjectSubject, readonly unknown[]> = {
    table: [catalog.tables, project.modelOfTable],
    policy: [catalog.tables, project.modelOfTable],
    function: [catalog.functions],
    view: [catalog.views],
    bucket: [catalog.buckets],
    model: [project.models],
    usage: [project.code],
    project: [project],
  };
  return containers[on];
}

/** The units of one kind in a project, in the project's own order. What the platform made is nobody's to mend. */
export function unitsOf(project: Project, on: ProjectSubject): readonly Unit[] {
  const { catalog } = project;
  switch (on) {
    case "table":
      return tableUnits(project, (table) => !table.platform);
    case "policy":
      return tableUnits(project, (table) => table.policies.size > 0);
    case "function":
      return unitsFrom([...catalog.functions.values()].flat().filter((func) => !func.platform));
    case "view":
      return unitsFrom([...catalog.views.values()].filter((view) => !view.platform));
    case "bucket":
      return unitsFrom([...catalog.buckets.values()]);
    case "model":
      return unitsFrom([...project.models.values()]);
    case "usage":
      return unitsFrom(project.code.filter((file) => file.usages.length > 0));
    case "project":
      return unitsFrom([project]);
  }
}

function tableUnits(project: Project, wanted: (table: Table) => boolean): Unit[] {
  const units: Unit[] = [];
  for (const [key, table] of project.catalog.tables)
    if (wanted(table)) units.push({ key: table, beside: project.modelOfTable.get(key) });
  return units;
}

const unitsFrom = (objects: readonly object[]): Unit[] => objects.map((key) => ({ key, beside: undefined }));

/** What rules are called with for one unit. */
export function subjectsOf(on: ProjectSubject, { key }: Unit): readonly unknown[] {
  if (on === "usage") return (key as CodeFile).usages;
  if (on !== "policy") return [key];
  const table = key as Table;
  return [...table.policies.values()]
    .filter((policy) => !policy.platform)
    .map((policy) => ({ policy, table }));
}
