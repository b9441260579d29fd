import type { Catalog } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { ProjectPart } from "../rules/rule.ts";

/** Which word of `reads` covers what of a catalog. */
export const PART_OF_CATALOG: Readonly<Record<keyof Catalog, ProjectPart>> = {
  tables: "tables",
  views: "views",
  functions: "functions",
  roles: "roles",
  schemas: "roles",
  defaultPrivileges: "roles",
  settings: "roles",
  types: "types",
  extensions: "types",
  searchPath: "types",
  buckets: "buckets",
  publications: "publications",
  events: "events",
  refused: "events",
  unresolved: "events",
  eventTriggers: "events",
};

/** Which word of `reads` covers what of a project; what is absent here may be looked at by every rule. */
export const PART_OF_PROJECT: Partial<Record<keyof Project, ProjectPart>> = {
  catalog: "catalog",
  models: "models",
  modelOfTable: "models",
  prisma: "models",
  usages: "usages",
  code: "usages",
  generatedNames: "generated",
  packages: "packages",
  environment: "environment",
  tenancy: "tenancy",
  history: "history",
  supabase: "platform",
  prismaConfig: "platform",
};

/** The objects that a word of `reads` stands for in one project: while they are the same, what was read is. */
export function readPart(project: Project, part: ProjectPart): unknown[] {
  if (part === "catalog") return [project.catalog];
  const ofProject = keysOf(PART_OF_PROJECT, part).map((key) => project[key]);
  return [...ofProject, ...keysOf(PART_OF_CATALOG, part).map((key) => project.catalog[key])];
}

const keysOf = <Key extends string>(table: Partial<Record<Key, ProjectPart>>, part: ProjectPart): Key[] =>
  (Object.keys(table) as Key[]).filter((key) => table[key] === part);
