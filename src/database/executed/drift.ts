import type { Catalog, Table } from "../../catalog/catalog.ts";
import { ownerDrift } from "./owner-drift.ts";
import type { ExecutedCatalog, Unseen } from "./read.ts";

/** One statement that one of the two says and the other does not. */
export interface Drift {
  /** `public.tasks`, `public.functions.is_member`, `roles`. */
  readonly object: string;
  readonly where: "database" | "migrations";
  readonly statement: string;
}

export interface DriftOptions {
  /** The database's views as the migrations' PostgreSQL prints them, by the statements that make them. */
  readonly reprinted: ReadonlyMap<string, string>;
  /** Who owns what no statement gives to anybody. */
  readonly migrationRole: string;
}

/**
 * What a database has and its migrations do not make, and the other way round. Both were read back by the same queries,
 * so that a difference in text is one in what is there.
 */
export function findDrift(
  migrations: ExecutedCatalog,
  database: ExecutedCatalog & Unseen,
  { reprinted, migrationRole }: DriftOptions,
): readonly Drift[] {
  const made = statementsOf(migrations);
  const found = statementsOf(database, reprinted);
  const drift = [
    ...missing(made, found).map(([object, statement]) => ({
      object,
      statement,
      where: "migrations" as const,
    })),
    ...missing(found, made).map(([object, statement]) => ({ object, statement, where: "database" as const })),
    ...columnDrift(migrations, database),
    ...ownerDrift(migrations.catalog, database.catalog, migrationRole),
  ];
  return drift
    .filter((each) => isMeant(each, migrations.catalog) && !database.unseen.has(each.object))
    .sort((a, b) => compare(a.object, b.object) || compare(b.where, a.where));
}

type Statements = ReadonlyMap<string, ReadonlySet<string>>;

/** Statements by the object they are about, less those that only prepare for others. */
function statementsOf(
  { sources, texts }: ExecutedCatalog,
  reprinted: ReadonlyMap<string, string> = new Map(),
): Statements {
  const found = new Map<string, Set<string>>();
  for (const { path, statements } of sources) {
    const text = texts.get(path)!;
    const object = path
      .replace(/^database:\/[^/]*\//, "")
      .replace(/\.sql$/, "")
      .replaceAll("/", ".");
    const own = found.get(object) ?? new Set();
    found.set(object, own);
    for (const { span } of statements) {
      const written = text.slice(span.start, span.end);
      const statement = (reprinted.get(written) ?? written).replace(/\s+/g, " ").trim();
      if (ELSEWHERE.test(statement)) continue;
      own.add(statement);
    }
  }
  return found;
}

/** Where the object itself is missing, the statement that makes it stands for all about it. */
function missing(from: Statements, other: Statements): [string, string][] {
  return [...from].flatMap(([object, statements]) => {
    const there = other.get(object);
    const gone = [...statements].filter((each) => !there?.has(each));
    // Columns are compared one by one where both have the table.
    if (there)
      return gone.filter((each) => !TABLE.test(each)).map((each): [string, string] => [object, each]);
    const maker = gone.find((each) => MAKES.test(each));
    return (maker === undefined ? gone : [maker]).map((each): [string, string] => [object, each]);
  });
}

/** What only prepares for others, and owners, which have a comparison of their own. */
const ELSEWHERE =
  /^revoke all on|^alter default privileges .* revoke all|^alter [a-z ]+ \S.* owner to (?:[^ "]+|"(?:[^"]|"")+")$/;

const TABLE = /^create (?:foreign )?table /;
const MAKES = /^create (?:foreign )?(?:table|view|materialized view) /;

function columnDrift(migrations: ExecutedCatalog, database: ExecutedCatalog): Drift[] {
  return [...migrations.catalog.tables].flatMap(([object, made]) => {
    const found = database.catalog.tables.get(object);
    if (!found || made.platform) return [];
    const [ours, theirs] = [columnsOf(made, migrations), columnsOf(found, database)];
    return [
      ...ours
        .filter((each) => !theirs.includes(each))
        .map((statement) => ({ object, statement, where: "migrations" as const })),
      ...theirs
        .filter((each) => !ours.includes(each))
        .map((statement) => ({ object, statement, where: "database" as const })),
    ];
  });
}

const columnsOf = ({ columns }: Table, { texts }: ExecutedCatalog): string[] =>
  [...columns.values()].map(({ name, type, notNull, default: value, made }) => {
    const text = value && texts.get(made.path)?.slice(value.span.start, value.span.end);
    return `column ${name} ${type.name}${type.array ? "[]" : ""}${notNull ? " not null" : ""}${text ? ` default ${text}` : ""}`;
  });

/** What tools keep for themselves, whole servers have, and the embedded engine has in outline, is no drift. */
function isMeant({ object, where, statement }: Drift, { roles }: Catalog): boolean {
  if (object === "extensions" || OUTLINED.test(object)) return false;
  if (BOOKKEEPING.test(object)) return false;
  if (object !== "roles" || where === "migrations") return true;
  const [, granted, member] = /^grant (\S+) to (\S+)/.exec(statement) ?? [];
  return granted !== undefined && roles.has(unquote(granted)) && roles.has(unquote(member!));
}

const OUTLINED =
  /^(?:cron|net|pgsodium|pgmq|graphql|supabase_functions)\.|\.functions\.(?:http|urlencode|sign|verify|jsonb?_matches_schema|jsonschema_|id_(?:en|de)code)/;

const BOOKKEEPING =
  /(?:^|\.)(?:_prisma_migrations|__drizzle_migrations|schema_migrations|goose_db_version|knex_migrations(?:_lock)?|flyway_schema_history|pgmigrations|atlas_schema_revisions)$/;

const unquote = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
