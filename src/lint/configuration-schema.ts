import type { z as Zod } from "zod";
import type { RegisteredRule } from "../rules/rule.ts";

/** What `rowguard.config.json` may say, as a zod schema; `z` is given so that zod loads only where there is a file to check. */
export function configurationSchema(z: typeof Zod, registry: readonly RegisteredRule[]) {
  const strings = z.array(z.string());
  const level = z.enum(["error", "warning", "info", "off"]);
  const scope = z.enum(["tenant", "user", "public", "service"]);
  const variable = z
    .string()
    .regex(/^[A-Za-z_]\w*$/, "name a variable of the environment, not the connection string");
  const connection = z.strictObject({
    variable: variable.describe("The environment variable that holds the connection string."),
    write: z
      .boolean()
      .optional()
      .describe("True to let previews INSERT, UPDATE and DELETE there; everything is rolled back."),
  });
  const identity = z
    .strictObject({
      role: z.string().describe("The database role to become."),
      claims: z
        .record(z.string(), z.unknown())
        .describe("Claims of the token, as an API hands them to PostgreSQL."),
      settings: z
        .record(z.string(), z.string())
        .describe('Settings of the session: { "app.tenant_id": "42" }.'),
      tenant: z.string().describe("The tenant whose member it is, by its name in the data."),
    })
    .partial();
  const ids = registry.map(({ id }) => id);
  return z
    .strictObject({
      $schema: z.string().describe("Where the JSON schema of this file is."),
      platform: z
        .enum(["supabase", "postgres"])
        .describe("What the database runs on; found out where not given."),
      clientRoles: strings.describe(
        "Database roles that clients come in as, the anonymous one first. A plain PostgreSQL takes the role in the connection string, where policies hold it.",
      ),
      exposedSchemas: strings.describe("Schemas that an API hands to clients."),
      callerSettings: strings.describe('Settings that name the caller, such as "app.tenant_id".'),
      applicationRole: z
        .string()
        .describe(
          "The role with which the application connects: the client role of a plain PostgreSQL, where policies hold it.",
        ),
      policiesGuardPrisma: z
        .boolean()
        .describe("True where policies are meant to hold for the connection that Prisma or pg uses."),
      requireRowSecurity: z
        .boolean()
        .describe(
          "True to report every unprotected table, also where the application alone keeps tenants apart.",
        ),
      tenancy: z
        .strictObject({
          tenantTable: z.string().describe('The table whose rows are tenants: "public.organizations".'),
          userTable: z.string().describe('The table whose rows are users: "public.users".'),
          tenantClaim: z
            .string()
            .describe('Where a token names the caller\'s tenant: "app_metadata.org_id".'),
          roleClaim: z.string().describe('Where a token names the caller\'s role: "app_metadata.role".'),
          scopes: z
            .record(z.string(), scope)
            .describe('Whose rows a table holds, by name: { "public.plans": "public" }.'),
        })
        .partial()
        .describe("Corrections of what is inferred about tenants."),
      access: z
        .strictObject({
          defaults: z
            .strictObject({ tenant: z.string(), user: z.string(), public: z.string(), service: z.string() })
            .partial()
            .describe('Access by scope, in words: { "tenant": "members read, admins write" }.'),
          tables: z
            .record(z.string(), z.string())
            .describe('Access by table, in words: { "public.plans": "public: everyone reads" }.'),
        })
        .partial()
        .describe("Who may do what with the rows of tables."),
      connections: z
        .record(z.string(), z.union([variable, connection]))
        .describe(
          'Databases by name, as variables of the environment: { "staging": "STAGING_DATABASE_URL" }.',
        ),
      identities: z
        .record(z.string(), identity)
        .describe("Whom a preview can be made as, besides those found in the data."),
      migrations: strings.describe(
        "Files or folders of the migration history, in order, in place of what is found.",
      ),
      adhoc: strings.describe("SQL files outside the history, in order, in place of what is found."),
      include: strings.describe("Globs of the files to read; all that are of interest where not given."),
      exclude: strings.describe("Globs of files to leave alone, besides those that git ignores."),
      rules: z
        .strictObject(Object.fromEntries(registry.map((rule) => [rule.id, settingSchema(z, level, rule)])))
        .partial()
        .describe("Severities by rule, or a severity and options in a list."),
      overrides: z
        .array(
          z.strictObject({
            paths: strings.describe("Paths as in .gitignore."),
            rules: z.strictObject(Object.fromEntries(ids.map((id) => [id, level]))).partial(),
          }),
        )
        .describe("Severities for findings in some files; later entries win."),
      ignore: z
        .array(
          z.strictObject({
            rule: z.enum(ids.length ? (ids as [string, ...string[]]) : [""]),
            subject: z
              .string()
              .describe('What the finding is about: "public.tasks", "public.tasks/policy name".'),
            reason: z.string().optional().describe("Why this is accepted."),
          }),
        )
        .describe("Findings that are accepted, by rule and subject."),
      baseline: z.string().describe("Path of the file that lists the findings accepted when checking began."),
      threshold: z
        .enum(["error", "warning", "info"])
        .describe("Findings of this severity and above fail a check."),
    })
    .partial();
}

export type WrittenConfiguration = Zod.infer<ReturnType<typeof configurationSchema>>;

type Level = Zod.ZodEnum<{ error: "error"; warning: "warning"; info: "info"; off: "off" }>;

function settingSchema(z: typeof Zod, level: Level, { rule }: RegisteredRule) {
  const setting = rule.options ? z.union([level, z.tuple([level, rule.options(z)])]) : level;
  return setting.describe(rule.summary);
}
