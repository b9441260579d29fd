import type { Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";
import {
  buckets,
  codeFiles,
  environmentVariables,
  functions,
  historyFiles,
  models,
  type Objects,
  policies,
  publishedTables,
  tables,
  views,
} from "./health-objects.ts";

/** One line of the health score: what it weighs, what it looks at, and which rules speak of that. */
export interface HealthRow {
  readonly name: string;
  readonly weight: number;
  /** The objects in words, for the documentation. */
  readonly objects: string;
  /** Objects of one database, and files and variables that several databases may share; no object is in two sets. */
  own(project: Project): readonly Objects[];
  shared(project: Project): readonly ReadonlySet<string>[];
  /** Categories of rules, and single rules of other categories. */
  readonly categories: readonly string[];
  readonly rules: readonly string[];
}

const REALTIME: readonly Usage["kind"][] = ["realtime-subscription", "realtime-channel"];
const STORAGE: readonly Usage["kind"][] = ["storage"];
const CLIENTS: readonly Usage["kind"][] = ["prisma-client", "supabase-client", "pg-connection"];
const QUERIES: readonly Usage["kind"][] = ["prisma-call", "supabase-query", "supabase-rpc"];

/** The formula's table. It is the same for everyone: no setting changes it. */
export const HEALTH: readonly HealthRow[] = [
  {
    name: "isolation",
    weight: 35,
    objects: "tables, views and SECURITY DEFINER functions",
    own: ({ catalog }) => [tables(catalog), views(catalog), functions(catalog)],
    shared: () => [],
    categories: ["exposure", "bypass"],
    rules: [],
  },
  {
    name: "policy correctness",
    weight: 20,
    objects: "policies",
    own: ({ catalog }) => [policies(catalog)],
    shared: () => [],
    categories: ["predicates", "claims", "writes", "cost"],
    rules: ["policy-target-unknown", "policy-name-unknown", "policy-type-mismatch", "policy-duplicate"],
  },
  {
    name: "realtime",
    weight: 10,
    objects: "published tables, and code files that subscribe or open channels",
    own: ({ catalog }) => [publishedTables(catalog)],
    shared: (project) => [codeFiles(project, REALTIME)],
    categories: ["realtime"],
    rules: [],
  },
  {
    name: "storage",
    weight: 10,
    objects: "buckets, and code files that use storage",
    own: ({ catalog }) => [buckets(catalog)],
    shared: (project) => [codeFiles(project, STORAGE)],
    categories: ["storage"],
    rules: [],
  },
  {
    name: "clients and ORMs",
    weight: 10,
    objects: "code files that make a Prisma, Supabase or PostgreSQL client",
    own: () => [],
    shared: (project) => [codeFiles(project, CLIENTS)],
    categories: ["clients"],
    rules: [],
  },
  {
    name: "models and migrations",
    weight: 10,
    objects: "Prisma models, SQL files of the history, and code files that query",
    own: (project) => [models(project)],
    shared: (project) => [historyFiles(project), codeFiles(project, QUERIES)],
    categories: ["models"],
    rules: ["sql-syntax", "supabase-table-unknown", "supabase-column-unknown", "supabase-function-unknown"],
  },
  {
    name: "environment",
    weight: 5,
    objects: "environment variables that code reads",
    own: () => [],
    shared: (project) => [environmentVariables(project)],
    categories: ["environment"],
    rules: [],
  },
];

/** Rules whose one finding speaks for every object of their line. */
export const SPEAKS_FOR_ALL: ReadonlySet<string> = new Set([
  "project-without-rls",
  "environment-unvalidated",
]);
