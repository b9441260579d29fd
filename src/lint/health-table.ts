import type { Func } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";

/** One line of the health score: what it weighs, what it looks at, and which rules speak of that. */
export interface HealthRow {
  readonly name: string;
  readonly weight: number;
  /** The objects in words, for the documentation. */
  readonly objects: string;
  /** Their subjects, as findings name them. */
  subjects(project: Project): Iterable<string>;
  /** Categories of rules, and single rules of other categories. */
  readonly categories: readonly string[];
  readonly rules: readonly string[];
}

/** The formula's table. It is the same for everyone: no setting changes it. */
export const HEALTH: readonly HealthRow[] = [
  {
    name: "isolation",
    weight: 35,
    objects: "tables, views and SECURITY DEFINER functions",
    subjects: isolationSubjects,
    categories: ["exposure"],
    rules: [],
  },
  {
    name: "policy correctness",
    weight: 20,
    objects: "policies",
    subjects: policySubjects,
    categories: ["predicates"],
    rules: ["policy-target-unknown", "policy-name-unknown", "policy-type-mismatch", "policy-duplicate"],
  },
  {
    name: "realtime",
    weight: 10,
    objects: "published tables, and code files that subscribe or open channels",
    subjects: realtimeSubjects,
    categories: ["realtime"],
    rules: [],
  },
  {
    name: "storage",
    weight: 10,
    objects: "buckets, and code files that use storage",
    subjects: storageSubjects,
    categories: ["storage"],
    rules: [],
  },
  {
    name: "clients and ORMs",
    weight: 10,
    objects: "code files that make a Prisma, Supabase or PostgreSQL client",
    subjects: (project) => filesWith(project, ["prisma-client", "supabase-client", "pg-connection"]),
    categories: ["clients"],
    rules: [],
  },
  {
    name: "models and migrations",
    weight: 10,
    objects: "Prisma models, SQL files of the history, and code files that query",
    subjects: modelSubjects,
    categories: ["models"],
    rules: ["sql-syntax", "supabase-table-unknown", "supabase-column-unknown", "supabase-function-unknown"],
  },
  {
    name: "environment",
    weight: 5,
    objects: "environment variables that code reads",
    subjects: environmentSubjects,
    categories: ["environment"],
    rules: [],
  },
];

/** Rules whose one finding speaks for every object of their line. */
export const SPEAKS_FOR_ALL: ReadonlySet<string> = new Set([
  "project-without-rls",
  "environment-unvalidated",
]);

function* isolationSubjects({ catalog }: Project): Iterable<string> {
  for (const [key, table] of catalog.tables) if (!table.platform) yield key;
  for (const [key, view] of catalog.views) if (!view.platform) yield key;
  for (const [key, overloads] of catalog.functions)
    if (overloads.some((func: Func) => func.securityDefiner && !func.platform)) yield `${key}()`;
}

function* policySubjects({ catalog }: Project): Iterable<string> {
  for (const [key, table] of catalog.tables)
    for (const policy of table.policies.values()) if (!policy.platform) yield `${key}/${policy.name}`;
}

function* realtimeSubjects(project: Project): Iterable<string> {
  for (const publication of project.catalog.publications.values()) yield* publication.tables.keys();
  yield* filesWith(project, ["realtime-subscription", "realtime-channel"]);
}

function* storageSubjects(project: Project): Iterable<string> {
  for (const bucket of project.catalog.buckets.values()) yield `bucket ${bucket.id}`;
  yield* filesWith(project, ["storage"]);
}

function* modelSubjects(project: Project): Iterable<string> {
  for (const { table } of project.models.values()) yield table;
  for (const { source, kind } of project.history)
    if (kind !== "database" && kind !== "model") yield `sql ${source.path}`;
  yield* filesWith(project, ["prisma-call", "supabase-query", "supabase-rpc"]);
}

function* environmentSubjects(project: Project): Iterable<string> {
  for (const usage of project.usages.get("environment") ?? [])
    if (usage.kind === "environment") yield `environment ${usage.variable.value}`;
}

function* filesWith(project: Project, kinds: readonly Usage["kind"][]): Iterable<string> {
  for (const file of project.code)
    if (file.usages.some(({ kind }) => kinds.includes(kind))) yield `code ${file.path}`;
}
