import { z } from "zod";
import { incomplete } from "./json-shape.ts";

/** The published shape of `catalog --format json`. */
export type CatalogJson = z.infer<typeof catalogJson>;

/** Set where the workspace has several databases: the folder of the one this belongs to. */
const owner = {
  database: z.string().optional().describe("Folder of the database, where the workspace has several"),
};

const table = z.strictObject({
  ...owner,
  schema: z.string(),
  name: z.string(),
  kind: z.enum(["ordinary", "partitioned", "foreign"]),
  rowSecurity: z.boolean(),
  forced: z.boolean(),
  implicit: z.boolean().describe("Made by Prisma without a model"),
});

const policy = z.strictObject({
  ...owner,
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  command: z.enum(["all", "select", "insert", "update", "delete"]),
  roles: z.array(z.string()),
  permissive: z.boolean(),
  using: z.string().nullable().describe("As written in the source"),
  check: z.string().nullable().describe("As written in the source"),
  refused: z.string().nullable().describe("Why PostgreSQL would not create it"),
});

const func = z.strictObject({
  ...owner,
  schema: z.string(),
  name: z.string(),
  arguments: z.array(z.string()).describe("Types of the arguments that a call gives"),
  returns: z.string().nullable(),
  language: z.string(),
  volatility: z.enum(["immutable", "stable", "volatile"]),
  securityDefiner: z.boolean(),
  searchPath: z.array(z.string()).nullable().describe("Where the function pins one"),
});

const view = z.strictObject({
  ...owner,
  schema: z.string(),
  name: z.string(),
  materialized: z.boolean(),
  securityInvoker: z.boolean(),
});

const bucket = z.strictObject({
  ...owner,
  id: z.string(),
  name: z.string(),
  public: z.boolean().nullable().describe("null where the sources do not say it as a constant"),
});

const publication = z.strictObject({
  ...owner,
  name: z.string(),
  allTables: z.boolean(),
  schemas: z.array(z.string()),
  tables: z.array(z.string()),
});

const grant = z.strictObject({
  ...owner,
  on: z.enum(["schema", "table", "column", "view", "function"]),
  object: z.string().describe("`public.tasks`, `public.tasks.title`"),
  role: z.string(),
  privilege: z.string(),
  origin: z
    .enum(["explicit", "all", "default-privileges", "assumed"])
    .describe("assumed: the platform's default, where nothing in the sources says otherwise"),
});

const unresolved = z.strictObject({
  ...owner,
  path: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  reason: z.string(),
  touchesRowSecurity: z.boolean(),
});

const place = { ...owner, path: z.string(), line: z.int().min(1), column: z.int().min(1) };

const failure = z.strictObject({
  ...place,
  message: z.string().describe("PostgreSQL's own"),
  code: z.string().describe("SQLSTATE"),
  stops: z.string().nullable().describe("Where the tool that owns the file stops here: which one"),
});

const executed = z.strictObject({
  failures: z
    .array(failure)
    .describe("Statements that PostgreSQL refused, in order; the run went on after them"),
  notes: z
    .array(z.strictObject({ ...place, message: z.string() }))
    .describe("What was left out, or stood in for"),
  doubtful: z
    .array(z.strictObject({ ...owner, table: z.string() }))
    .describe("Tables that a refused statement is about: what is said of them may not be what is meant"),
});

export const catalogJson = z.strictObject({
  version: z.literal(1).describe("Version of this format"),
  tables: z.array(table),
  policies: z.array(policy),
  functions: z.array(func),
  views: z.array(view),
  buckets: z.array(bucket),
  publications: z.array(publication),
  grants: z.array(grant),
  unresolved: z.array(unresolved).describe("Statements built at run time, which reading cannot know"),
  executed: executed.nullable().describe("What running the migrations showed; null without --executed"),
  incomplete,
});
