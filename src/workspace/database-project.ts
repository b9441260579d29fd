import type { Client } from "../database/client.ts";
import { readDatabaseSources, type Unseen } from "../database/executed/read.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "../lint/configuration.ts";
import { buildProject } from "../project/build.ts";
import { PLATFORMS } from "../project/platform/choose.ts";
import type { Platform } from "../project/platform/platform.ts";
import { postgres } from "../project/platform/postgres.ts";
import type { Project } from "../project/project.ts";
import { loadGrammar } from "../source/sql/grammar.ts";
import { settingsOf } from "./settings.ts";

/**
 * The project that a database is by itself, without any source: its objects are text under `database:/<name>/`. Rejects
 * with QueryError.
 */
export async function readDatabase(
  client: Client,
  name: string,
  configuration: Configuration = DEFAULT_CONFIGURATION,
): Promise<{ readonly project: Project } & Unseen> {
  await loadGrammar();
  const platform = await platformOf(client, configuration);
  const { texts, sources, unseen } = await readDatabaseSources(client, platform, name);
  const project = buildProject({
    folder: "",
    platform,
    settings: settingsOf(configuration, platform, undefined),
    prisma: [],
    history: sources.map((source) => ({ source, kind: "database", state: "unknown" })),
    code: [],
    generatedNames: [],
    packages: [],
    environment: [],
    text: (path) => texts.get(path),
  });
  return { project: { ...project, tablesFrom: "database" }, unseen };
}

/** The platform that the configuration names, else the one whose roles and functions the database has. */
async function platformOf(client: Client, { platform }: Configuration): Promise<Platform> {
  const named = PLATFORMS.find(({ id }) => id === platform);
  if (named) return named;
  for (const each of PLATFORMS) {
    if (each.callerFunctions.length === 0) continue;
    const { rows } = await client.query(
      `select (select count(*) from pg_roles where rolname = any ($1::text[])),
        (select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where format('%s.%s', n.nspname, p.proname) = any ($2::text[]))`,
      [each.clientRoles, each.callerFunctions],
    );
    const [roles, functions] = (rows[0] ?? []).map(Number);
    if (roles === each.clientRoles.length && functions! > 0) return each;
  }
  return postgres;
}
