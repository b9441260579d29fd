import type { Table } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { CodeFile } from "../project/usage.ts";
import type { Subjects } from "../rules/rule.ts";
import { type Differences, differences } from "./differences.ts";

/** An object whose findings are remembered together: a policy belongs to its table's unit, a usage to its file's. */
export type Unit = object;

export type ProjectSubject = Exclude<keyof Subjects, "suppression" | "configuration">;

/** Units that are no longer there, and those that were not there before. An object that changed is one of each. */
export type Changes = Differences<Unit>;

/** The units of a project by kind, and how they differ from those of the project before. */
export class SubjectLists {
  readonly #lists = new Map<ProjectSubject, { readonly of: unknown; readonly units: readonly Unit[] }>();

  advance(project: Project): Readonly<Record<ProjectSubject, Changes>> {
    const changes = Object.keys(CONTAINERS).map((on) => [on, this.changes(on as ProjectSubject, project)]);
    return Object.fromEntries(changes);
  }

  /** The same of one kind. */
  changes(on: ProjectSubject, project: Project): Changes {
    const of = CONTAINERS[on](project);
    const before = this.#lists.get(on);
    if (before?.of === of) return NONE;
    const units = unitsOf(on, project);
    this.#lists.set(on, { of, units });
    return differences(before?.units ?? [], units);
  }
}

const NONE: Changes = { gone: [], come: [] };

/** A rule on the project looks once, whatever project it is: what it looks at says when to look again. */
const WHOLE_PROJECT = {};

/** What holds the units of a kind: while it is the same object, so are all units. */
const CONTAINERS: Readonly<Record<ProjectSubject, (project: Project) => unknown>> = {
  table: ({ catalog }) => catalog.tables,
  policy: ({ catalog }) => catalog.tables,
  function: ({ catalog }) => catalog.functions,
  view: ({ catalog }) => catalog.views,
  bucket: ({ catalog }) => catalog.buckets,
  model: ({ models }) => models,
  usage: ({ code }) => code,
  project: () => WHOLE_PROJECT,
};

/** The units of one kind in a project, in the project's own order. What the platform made is nobody's to mend. */
function unitsOf(on: ProjectSubject, project: Project): readonly Unit[] {
  const { catalog, models } = project;
  switch (on) {
    case "table":
      return [...catalog.tables.values()].filter((table) => !table.platform);
    case "policy":
      return [...catalog.tables.values()].filter((table) => table.policies.size > 0);
    case "function":
      return [...catalog.functions.values()].flat().filter((func) => !func.platform);
    case "view":
      return [...catalog.views.values()].filter((view) => !view.platform);
    case "bucket":
      return [...catalog.buckets.values()];
    case "model":
      return [...models.values()];
    case "usage":
      return project.code.filter((file) => file.usages.length > 0);
    case "project":
      return [WHOLE_PROJECT];
  }
}

/** What rules are called with for one unit. */
export function subjectsOf(on: ProjectSubject, unit: Unit, project: Project): readonly unknown[] {
  if (on === "project") return [project];
  if (on === "usage") return (unit as CodeFile).usages;
  if (on !== "policy") return [unit];
  const table = unit as Table;
  return [...table.policies.values()]
    .filter((policy) => !policy.platform)
    .map((policy) => ({ policy, table }));
}
