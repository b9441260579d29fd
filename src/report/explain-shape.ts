import { z } from "zod";
import { catalogJson } from "./catalog-shape.ts";
import { findingJson, incomplete } from "./json-shape.ts";

/** The published shape of `explain --format json`: of a rule, of tables, or of the tenancy. */
export type ExplainJson = z.infer<typeof explainJson>;

const version = z.literal(1).describe("Version of this format");
const reasons = z.array(z.string());
const scope = z.enum(["tenant", "user", "public", "service", "unknown"]);
const access = z.string().describe("Who may do what, in words: as declared, else as the scope calls for");
const role = z.strictObject({
  table: z.string(),
  column: z.string(),
  reasons,
  identityColumn: z.string().optional().describe("The column that holds the platform's id of a caller"),
});

const rule = z.strictObject({
  version,
  kind: z.literal("rule"),
  rule: z.strictObject({
    id: z.string(),
    category: z.string(),
    severity: z.enum(["error", "warning", "info", "off"]),
    summary: z.string(),
    why: z.string(),
  }),
  findings: z.array(findingJson).optional().describe("What it reports in the folder that was named"),
  incomplete,
});

const table = z.strictObject({
  database: z.string().describe("Folder of its database; empty for the workspace's own"),
  schema: z.string(),
  name: z.string(),
  model: z.string().nullable(),
  rowSecurity: z.boolean(),
  forced: z.boolean(),
  uncertain: z.boolean().describe("A statement built at run time may have changed that"),
  scope: z
    .strictObject({
      kind: scope,
      path: z
        .string()
        .describe("The way to the tenant or user: `project_id > public.projects > organization_id`"),
      owner: z.string().nullable().describe("The column of a personal owner"),
      nullable: z.boolean(),
      reasons,
    })
    .nullable(),
  access: access.nullable(),
  policies: catalogJson.shape.policies,
  roles: z.array(
    z.strictObject({
      role: z.string(),
      commands: z.strictObject({
        select: z.string(),
        insert: z.string(),
        update: z.string(),
        delete: z.string(),
      }),
    }),
  ),
  words: z.array(z.string()).describe("Who gets which rows through which policy"),
  notUnderstood: z.array(z.string()),
  findings: z.array(findingJson),
});

const tables = z.strictObject({ version, kind: z.literal("tables"), tables: z.array(table), incomplete });

const tenancy = z.strictObject({
  version,
  kind: z.literal("tenancy"),
  databases: z.array(
    z.strictObject({
      folder: z.string(),
      tenant: role.nullable(),
      user: role.nullable(),
      candidates: z.array(role.extend({ score: z.number() })).describe("Tables that could hold the tenants"),
      memberships: z.array(
        z.strictObject({
          table: z.string(),
          userColumn: z.string(),
          tenantColumn: z.string(),
          roleColumn: z.string().optional(),
          roles: z.array(z.string()),
        }),
      ),
      style: z.strictObject({
        kind: z.enum(["membership", "column", "claim", "setting", "personal", "none", "undecided"]),
        reasons,
        claim: z.array(z.string()).optional(),
        roleClaim: z.array(z.string()).optional(),
      }),
      tables: z.array(z.strictObject({ table: z.string(), scope, path: z.string(), access, reasons })),
    }),
  ),
  incomplete,
});

export const explainJson = z.union([rule, tables, tenancy]);
