import { createReplay } from "../../../src/catalog/replay.ts";
import { resolveModels } from "../../../src/project/models/resolve.ts";
import { modelsToStatements } from "../../../src/project/models/statements.ts";
import { postgres } from "../../../src/project/platform/postgres.ts";
import { supabase } from "../../../src/project/platform/supabase.ts";
import type { ProjectSettings } from "../../../src/project/project.ts";
import { inferTenancy } from "../../../src/project/tenancy/infer.ts";
import type { Scope, Tenancy } from "../../../src/project/tenancy.ts";
import { readPrisma } from "../../../src/source/prisma/read.ts";
import { loadGrammar } from "../../../src/source/sql/grammar.ts";
import { readSql } from "../../../src/source/sql/read.ts";

const SETTINGS: ProjectSettings = {
  clientRoles: [],
  exposedSchemas: [],
  callerSettings: [],
  scopes: {},
  access: { defaults: {}, tables: {} },
};

/** The tenancy of a schema written as SQL. */
export async function inferFromSql(
  text: string,
  {
    settings = {},
    platform = supabase,
  }: { settings?: Partial<ProjectSettings>; platform?: typeof postgres } = {},
): Promise<Tenancy> {
  return (await prepare(text, settings, platform)).infer();
}

/** The catalog of a schema, and its inference to be run as often as one likes. */
async function prepare(text: string, settings: Partial<ProjectSettings> = {}, platform = supabase) {
  await loadGrammar();
  const replay = createReplay(platform);
  const source = readSql({ path: "a.sql", text });
  if (source.errors.length) throw new Error(source.errors[0]!.message);
  replay.apply(source, text);
  const catalog = replay.snapshot();
  return {
    catalog,
    infer: (): Tenancy => inferTenancy(catalog, new Map(), { ...SETTINGS, ...settings }, platform),
  };
}

/** The tenancy of a schema that Prisma alone declares, or of the tables that `sql` makes for it. */
export async function inferFromPrisma(text: string, sql?: string): Promise<Tenancy> {
  await loadGrammar();
  const sources = [readPrisma({ path: "schema.prisma", text })];
  const { models, implicitTables } = resolveModels(sources);
  const replay = createReplay(postgres, { implicitTables });
  if (sql !== undefined) replay.apply(readSql({ path: "a.sql", text: sql }), sql);
  else for (const source of modelsToStatements(sources, "postgresql")) replay.apply(source, text);
  return inferTenancy(replay.snapshot(), models, SETTINGS, postgres);
}

/** A scope in one line: `tenant: comments.task_id > tasks.project_id > projects.organization_id`. */
export function lineOf(scope: Scope | undefined): string {
  if (!scope) return "none";
  const path = scope.path.map(({ table, column }) => `${short(table)}.${column}`).join(" > ");
  const end = scope.path.length ? path : (scope.column ?? "");
  return [
    `${scope.kind}${end ? `: ${end}` : ""}`,
    scope.nullable ? "nullable" : "",
    scope.ownerColumn ? `owner ${scope.ownerColumn}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

const short = (key: string): string => key.replace(/^public\./, "");

/** Every table's scope in one line each, by name. */
export const linesOf = ({ scopes }: Tenancy): Record<string, string> =>
  Object.fromEntries([...scopes].map(([key, scope]) => [short(key), lineOf(scope)]));
