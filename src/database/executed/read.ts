import type { Catalog } from "../../catalog/catalog.ts";
import { createReplay } from "../../catalog/replay.ts";
import type { Platform } from "../../project/platform/platform.ts";
import { readSql } from "../../source/sql/read.ts";
import type { SqlSource } from "../../source/sql/statement.ts";
import type { SourceText } from "../../text/source-text.ts";
import type { Client } from "../client.ts";
import { withIdentity } from "../session/session.ts";
import { catalogSql } from "../sql.generated.ts";

/** A database's catalog, and the text that it was read back as: places in the one are places in the other. */
export interface ExecutedCatalog extends DatabaseSources {
  readonly catalog: Catalog;
}

/** A database as text. */
export interface DatabaseSources {
  /** By path: `database:/main/public/tasks.sql`. */
  readonly texts: ReadonlyMap<string, string>;
  /** The same texts as read, in the order of their dependencies: one path may come several times. */
  readonly sources: readonly SqlSource[];
}

/** Reads what a database holds, and makes the catalog that it says. Rejects with QueryError. */
export async function readCatalog(
  client: Client,
  platform: Platform,
  name = "main",
): Promise<ExecutedCatalog> {
  const { texts, sources } = await readDatabaseSources(client, platform, name);
  const replay = createReplay(platform);
  for (const source of sources) replay.apply(source, texts.get(source.path)!);
  return { catalog: replay.snapshot(), texts, sources };
}

/**
 * Reads what a database holds as SQL text, and that text as every other. `name` stands in the paths. The grammar must
 * be loaded. Rejects with QueryError.
 */
export async function readDatabaseSources(
  client: Client,
  platform: Platform,
  name = "main",
): Promise<DatabaseSources> {
  const given = createReplay(platform).snapshot();
  const own = platform.ownSchemas.filter((schema) => given.schemas.has(schema) || schema.startsWith("pg_"));
  const roles = [...given.roles.keys()];
  const { value: stages } = await withIdentity(
    client,
    { name: "catalog", settings: { search_path: "" } },
    { timeLimit: 60_000 },
    (session) => readStages(session, [own, [...roles, ENGINE_ROLES].flat()], name),
  );
  const texts = new Map<string, string>();
  const sources = stages.map(({ path, text }) => {
    // What an object gets in a later stage stands below what it has, under one path.
    const before = texts.get(path) ?? "";
    texts.set(path, before + text);
    return readSql({ path, text: before.replace(/[^\n]/g, " ") + text });
  });
  return { texts, sources };
}

/** The role that the embedded engine starts as is nobody's. */
const ENGINE_ROLES = ["rowguard_engine"];

async function readStages(
  session: Client,
  values: readonly (readonly string[])[],
  name: string,
): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const sql of Object.values(catalogSql)) {
    const stage = new Map<string, string[]>();
    for (const [path, statement] of (await session.query(sql, values)).rows) {
      const key = `database:/${name}/${path}.sql`;
      stage.set(key, [...(stage.get(key) ?? []), `${statement};\n`]);
    }
    for (const [path, statements] of stage) sources.push({ path, text: statements.join("") });
  }
  return sources;
}
