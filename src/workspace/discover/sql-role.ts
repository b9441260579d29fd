import type { FileKind } from "./file-kind.ts";
import type { FileOfKind } from "./survey.ts";

/**
 * What an SQL file is by its place. Migrations and declarative schemas name their folder and what their tool sorts by;
 * `outside` is decided by content; the rest is no part of any history.
 */
export type SqlRole =
  | {
      readonly is: "prisma" | "supabase" | "other" | "schema";
      readonly folder: string;
      readonly name: string;
    }
  | { readonly is: "outside" /** The configuration names it. */; readonly listed?: true }
  | { readonly is: "seed" | "test" | "down" | "foreign"; readonly why: string };

/** What the workspace says about folders of SQL, besides their names. */
export interface SqlFolders {
  /** Folders with a `migration_lock.toml`, and the provider it names. */
  readonly locked: ReadonlyMap<string, string>;
  /** Folders with `meta/_journal.json` (Drizzle), and the dialect it names. */
  readonly journaled: ReadonlyMap<string, string>;
  /** Folders that a `prisma.config.ts` names as migrations. */
  readonly configured: ReadonlySet<string>;
  /** Whether `supabase/config.toml` names the file as a schema or a seed. */
  isConfigured(path: string, as: "schema" | "seed"): boolean;
}

/** Roles of all SQL files of a workspace, by path. */
export function findSqlRoles(files: readonly SqlFile[], folders: SqlFolders): Map<string, SqlRole> {
  const numbered = countNumbered(files);
  return new Map(files.map((file) => [file.path, roleOf(file, folders, numbered)]));
}

type SqlFile = Pick<FileOfKind, "path" | "large">;

function roleOf(
  { path, large }: SqlFile,
  folders: SqlFolders,
  numbered: ReadonlyMap<string, number>,
): SqlRole {
  const prisma = prismaRole(path, folders);
  if (prisma) return prisma;
  const supabase = supabaseRole(path, folders);
  if (supabase) return supabase;
  const aside = asideRole(path);
  if (aside) return aside;
  const folder = folderOf(path);
  const dialect = folders.journaled.get(folder);
  if (dialect !== undefined && dialect !== "postgresql") return foreign(dialect);
  const name = nameOf(path);
  const isDump = large && DUMP.test(name);
  const isMigration =
    NUMBERED.test(name) && !isDump && ((numbered.get(folder) ?? 0) > 1 || MIGRATIONS.test(folder));
  return isMigration || dialect ? { is: "other", folder, name } : { is: "outside" };
}

/** `<migrations>/<name>/migration.sql`. */
function prismaRole(path: string, folders: SqlFolders): SqlRole | undefined {
  const migration = folderOf(path);
  const folder = folderOf(migration);
  const name = nameOf(migration);
  const provider = folders.locked.get(folder);
  const owned = provider !== undefined || folders.configured.has(folder);
  if (!owned && !/^\d/.test(name) && nameOf(folder) !== "migrations") return undefined;
  const file = nameOf(path).toLowerCase();
  if (file !== "migration.sql") return owned || file === "down.sql" ? beside(file) : undefined;
  if (provider !== undefined && !isPostgres(provider)) return foreign(provider);
  return { is: "prisma", folder, name };
}

const beside = (file: string): SqlRole =>
  file === "down.sql" ? { is: "down", why: "undoes a migration" } : { is: "outside" };

/** The Supabase CLI runs `<digits>_<name>.sql` directly in its folder, and nothing else there. */
function supabaseRole(path: string, folders: SqlFolders): SqlRole | undefined {
  if (folders.isConfigured(path, "seed")) return { is: "seed", why: "seed data" };
  const [, folder, rest] =
    /^((?:.*\/)?supabase\/(?:migrations|schemas|tests|seeds?))\/(.+)$/.exec(path) ?? [];
  if (folders.isConfigured(path, "schema") || folder?.endsWith("/schemas")) {
    return { is: "schema", folder: folder ?? folderOf(path), name: rest ?? nameOf(path) };
  }
  if (!folder || !rest) return undefined;
  if (folder.endsWith("tests")) return { is: "test", why: "a database test" };
  if (!folder.endsWith("migrations")) return { is: "seed", why: "seed data" };
  return /^\d+_[^/]*\.sql$/.test(rest) && !DOWN.test(rest)
    ? { is: "supabase", folder, name: rest }
    : undefined;
}

/** Files that no history holds, by their names. */
function asideRole(path: string): SqlRole | undefined {
  const name = nameOf(path);
  if (DOWN.test(name) || /(?:^|\/)(?:down|rollbacks?|undo)\//i.test(path))
    return { is: "down", why: "undoes a migration" };
  if (/^seeds?(?:[-_.]|$)|[-_.]seeds?\.\w+$/i.test(name) || /(?:^|\/)seeds?\//i.test(path))
    return { is: "seed", why: "seed data" };
  if (/--\d[\w.]*\.sql$/.test(name)) return { is: "foreign", why: "a script of an extension" };
  if (/(?:^|\/)(?:tests?|__tests__|fixtures|testdata)\//i.test(path) || /[-_.]test\.\w+$/i.test(name))
    return { is: "test", why: "a test's data" };
  const dialect = DIALECT.exec(path)?.[1];
  if (dialect !== undefined) return foreign(dialect);
  if (PUT_ASIDE.test(path)) return { is: "foreign", why: "put aside, by its folder's name" };
  return undefined;
}

/** What people keep of migrations that they took out of their folder; not what a migration or a service is called. */
const PUT_ASIDE = new RegExp(
  [
    String.raw`(?:^|\/)[._]?(?:archived?|deprecated|obsolete|old|trash|backups?)\/`,
    String.raw`(?:^|\/)migrations?[-_](?:[-\w]+[-_])?(?:backups?|bak|archived|deprecated|obsolete)(?:[-_][-\w]+)?\/`,
  ].join("|"),
  "i",
);

/** A folder that is called by another database system, as where migrations are kept for each. */
const DIALECT = /(?:^|\/)(sqlite3?|libsql|turso|d1|mysql|mariadb|mssql|sqlserver|clickhouse|duckdb)\//i;

const DOWN =
  /(?:[-_.](?:down|rollback|undo|revert)|^(?:down|rollback|revert)(?:[-_].*)?|^U\d[^/]*__[^/]*)\.\w+$/;
const NUMBERED = /^[Vv]?\d+(?=[-_.])/;
const MIGRATIONS =
  /(?:^|\/)(?:\w*migrations?|migrate|drizzle|versions|changelogs?|initdb|docker-entrypoint-initdb\.d|sql)$/i;

/** Dumps have dates before their names, as migrations have. */
const DUMP = /(?:^|[-_.])(?:dump|backup)s?(?=[-_.])/i;

const isPostgres = (provider: string): boolean => provider === "postgresql" || provider === "postgres";

const foreign = (dialect: string): SqlRole => ({ is: "foreign", why: `${dialect}, not PostgreSQL` });

/** How many numbered files each folder holds: one may be a coincidence, several are a history, unless they are as large as dumps. */
function countNumbered(files: readonly SqlFile[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { path, large } of files) {
    if (!large && NUMBERED.test(nameOf(path)))
      counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  }
  return counts;
}

/** Everything before the last slash; "" at the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Kinds that say something about folders of SQL and must be read before their files. */
export const MARKERS: ReadonlySet<FileKind> = new Set([
  "prisma-lock",
  "drizzle-journal",
  "supabase-config",
  "prisma-config",
]);

export const DOWN_SECTION =
  /^[ \t]*--[ \t]*(?:migrate:down|\+(?:goose|migrate|micrate)[ \t]+down|rambler[ \t]+down|down[ \t]+migration)\b/gim;
export const UP_SECTION =
  /^[ \t]*--[ \t]*(?:migrate:up|\+(?:goose|migrate|micrate)[ \t]+up|rambler[ \t]+up|up[ \t]+migration)\b/gim;

/**
 * Blanks the sections that undo a migration (goose, dbmate, sql-migrate, node-pg-migrate write both into one file).
 * Length and lines stay, so that spans are those of the file.
 */
export function blankDownSections(text: string): string {
  if (!text.includes("--") || text.search(DOWN_SECTION) < 0) return text;
  const ups = [...text.matchAll(UP_SECTION)].map((match) => match.index);
  let out = "";
  let at = 0;
  for (const { index } of text.matchAll(DOWN_SECTION)) {
    if (index < at) continue;
    const end = ups.find((up) => up > index) ?? text.length;
    out += text.slice(at, index) + text.slice(index, end).replace(/[^\r\n]/g, " ");
    at = end;
  }
  return out + text.slice(at);
}
