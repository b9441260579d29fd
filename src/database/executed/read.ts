import type { Catalog } from "../../catalog/catalog.ts";
import { createReplay } from "../../catalog/replay.ts";
import type { Platform } from "../../project/platform/platform.ts";
import { loadGrammar } from "../../source/sql/grammar.ts";
import { readSql } from "../../source/sql/read.ts";
import type { SqlSource } from "../../source/sql/statement.ts";
import { quoteIdentifier } from "../../text/quote.ts";
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
  /** The order of what depends on what: a path, and where this part of its text ends. */
  readonly parts: readonly TextPart[];
  /** The same texts as read, in the order of their dependencies: one path may come several times. */
  readonly sources: readonly SqlSource[];
}

/** What could not be read, for want of a login that sees every row of the table that says it: `buckets` by its table. */
export interface Unseen {
  readonly unseen: ReadonlyMap<string, string>;
}

export type TextPart = readonly [path: string, end: number];

/** Reads what a database holds, and makes the catalog that it says. Rejects with QueryError. */
export async function readCatalog(
  client: Client,
  platform: Platform,
  name = "main",
): Promise<ExecutedCatalog & Unseen> {
  const { texts, parts, unseen } = await readDatabaseSources(client, platform, name);
  return { ...catalogOf(platform, texts, parts), unseen };
}

/** The catalog that a database's texts make. The grammar must be loaded. */
export function catalogOf(
  platform: Platform,
  texts: ReadonlyMap<string, string>,
  parts: readonly TextPart[],
): ExecutedCatalog {
  const sources = readParts(texts, parts);
  const replay = createReplay(platform);
  for (const source of sources) replay.apply(source, texts.get(source.path)!);
  return { catalog: replay.snapshot(), texts, parts, sources };
}

function readParts(texts: ReadonlyMap<string, string>, parts: readonly TextPart[]): SqlSource[] {
  const begun = new Map<string, number>();
  return parts.map(([path, end]) => {
    const start = begun.get(path) ?? 0;
    begun.set(path, end);
    const text = texts.get(path)!;
    // What an object gets in a later part stands below what it has, under one path.
    return readSql({ path, text: text.slice(0, start).replace(/[^\n]/g, " ") + text.slice(start, end) });
  });
}

/**
 * Reads what a database holds as SQL text, and that text as every other. `name` stands in the paths. Rejects with
 * QueryError.
 */
export async function readDatabaseSources(
  client: Client,
  platform: Platform,
  name = "main",
): Promise<DatabaseSources & Unseen> {
  await loadGrammar();
  const given = createReplay(platform).snapshot();
  const unseen = new Map<string, string>();
  const { value: stages } = await withIdentity(
    client,
    { name: "catalog", settings: { search_path: "" } },
    { timeLimit: 60_000 },
    (session) => readStages(session, given, platform, name, unseen),
  );
  const texts = new Map<string, string>();
  const parts = stages.map(({ path, text }): TextPart => {
    const whole = (texts.get(path) ?? "") + text;
    texts.set(path, whole);
    return [path, whole.length];
  });
  return { texts, parts, sources: readParts(texts, parts), unseen };
}

async function readStages(
  session: Client,
  given: Catalog,
  platform: Platform,
  name: string,
  unseen: Map<string, string>,
): Promise<SourceText[]> {
  const values = beyond(given, platform);
  const sources: SourceText[] = [];
  for (const [query, sql] of Object.entries(catalogSql)) {
    const wanted = WANTS[query];
    const sight = wanted === undefined ? "all" : await sightOf(session, wanted);
    if (sight === "some") unseen.set(query.replace(/^\d+-/, ""), wanted!);
    if (sight !== "all") continue;
    const stage = new Map<string, string[]>();
    const add = (path: string, statement: string) => {
      const key = `database:/${name}/${path}.sql`;
      stage.set(key, [...(stage.get(key) ?? []), `${statement};\n`]);
    };
    if (query === "14-default-privileges")
      for (const statement of revokeDefaults(given)) add("default-privileges", statement);
    const { rows } = await session.query(...withParameters(sql, values));
    for (const [path, statement] of rows) add(path!, statement!);
    for (const [path, statements] of stage) sources.push({ path, text: statements.join("") });
  }
  return sources;
}

/** Tables that a query reads and not every database has. */
const WANTS: Readonly<Record<string, string>> = { "15-buckets": "storage.buckets" };

/** Names are not resolved: that takes a privilege on the schema. */
async function sightOf(session: Client, table: string): Promise<"none" | "some" | "all"> {
  const { rows } = await session.query(
    `select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid)
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where format('%s.%s', n.nspname, c.relname) = $1`,
    [table],
  );
  if (!rows[0]) return "none";
  return rows[0][0] === "t" ? "all" : "some";
}

/** What every database of the platform has, and what is therefore not read back: the parameters of the queries. */
function beyond(given: Catalog, platform: Platform): readonly (readonly string[])[] {
  const schemas = platform.ownSchemas.filter(
    (schema) => given.schemas.has(schema) || schema.startsWith("pg_"),
  );
  const roles = [...given.roles.keys()];
  // What the embedded database gives the role that runs migrations, hosted ones do by other means.
  const lent = roles.map((role) => `${role}>${platform.migrationRole}`);
  const memberships = [...given.roles.values()].flatMap(({ name, memberOf }) =>
    memberOf.map(({ role }) => `${role}>${name}`),
  );
  return [
    schemas,
    [...roles, ENGINE_ROLE],
    [...given.publications.keys()],
    [...memberships, ...lent],
    [...given.extensions.keys()],
    [platform.migrationRole, ENGINE_ROLE],
  ];
}

/** The role that the embedded engine starts as is nobody's. */
const ENGINE_ROLE = "rowguard_engine";

/** A query and those parameters that it names, numbered anew: PostgreSQL refuses one that is named nowhere. */
function withParameters(
  sql: string,
  values: readonly (readonly string[])[],
): [string, (readonly string[])[]] {
  const named = [...new Set([...sql.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit)))].sort();
  const renumbered = sql.replace(/\$(\d)/g, (_, digit) => `$${named.indexOf(Number(digit)) + 1}`);
  return [renumbered, named.map((number) => values[number - 1] ?? [])];
}

/** The platform's own default privileges are there only where the database says so. */
function* revokeDefaults({ defaultPrivileges }: Catalog): Generator<string> {
  const kinds = new Set<string>();
  for (const { forRole, schema, on, role } of defaultPrivileges) {
    if (forRole === undefined) continue;
    const where = schema === undefined ? "" : ` in schema ${quoteIdentifier(schema)}`;
    kinds.add(
      `alter default privileges for role ${quoteIdentifier(forRole)}${where} revoke all on ${on}s from ${quoteIdentifier(role)}`,
    );
  }
  yield* kinds;
}
