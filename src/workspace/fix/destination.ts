import type { HistoryFile, Project } from "../../project/project.ts";
import type { SqlSource } from "../../source/sql/statement.ts";
import { folderOf, nameOf } from "../discover/sql-role.ts";
import type { MigrationFolder } from "./next-migration.ts";

/** Where SQL that mends a database goes: the next migration of a folder, the end of a file, or a new file. */
export type Destination =
  | { readonly to: "migration"; readonly folder: MigrationFolder }
  | { readonly to: "end"; readonly path: string }
  | { readonly to: "file"; readonly path: string };

export interface Request {
  /** Whether anything in the SQL needs what only the platform provides. */
  readonly needsPlatform: boolean;
  /** Catalog keys of the tables it speaks of. */
  readonly tables: ReadonlySet<string>;
}

/**
 * The place for new SQL. What needs the platform goes to Supabase's migrations where there is such a folder; the rest to
 * the folder whose tool made the tables. Without migrations, to the file that made them, or the last one outside; a
 * Prisma schema that is pushed gets a file of its own, for a first migration would make Prisma expect all others.
 */
export function findDestination(project: Project, { needsPlatform, tables }: Request): Destination {
  const folders = migrationFolders(project);
  const supabase = folders.find(({ owner }) => owner === "supabase");
  const makers = makersOf(project, tables);
  const made = folders.find(({ folder }) => makers.some((file) => migrationFolder(file) === folder));
  const folder = needsPlatform && supabase ? supabase : (made ?? folders[0]);
  if (folder) return { to: "migration", folder };
  const file = makers.at(-1) ?? project.history.findLast(({ kind }) => kind === "schema" || kind === "adhoc");
  if (file) return { to: "end", path: file.source.path };
  const beside = project.prisma[0] ? folderOf(project.prisma[0].path) : project.folder;
  return { to: "file", path: freePath(project, beside ? `${beside}/row-security` : "row-security") };
}

/** Folders of migrations, with a supabase folder that has none yet. */
export function migrationFolders(project: Project): MigrationFolder[] {
  const folders = new Map<string, MigrationFolder & { readonly names: string[] }>();
  for (const { kind, source } of project.history) {
    if (kind !== "prisma" && kind !== "supabase" && kind !== "other") continue;
    const folder = kind === "prisma" ? folderOf(folderOf(source.path)) : folderOf(source.path);
    const entry = folders.get(folder) ?? { owner: kind, folder, names: [] };
    entry.names.push(nameOf(kind === "prisma" ? folderOf(source.path) : source.path));
    folders.set(folder, entry);
  }
  const all = [...folders.values()];
  if (project.supabase && !all.some(({ owner }) => owner === "supabase"))
    all.push({ owner: "supabase", folder: `${folderOf(project.supabase.path)}/migrations`, names: [] });
  return all;
}

/** Files of the history that made the tables, in the order of history. */
function makersOf(project: Project, tables: ReadonlySet<string>): HistoryFile[] {
  const paths = new Set([...tables].map((key) => project.catalog.tables.get(key)?.made.path));
  return project.history.filter((file) => paths.has(file.source.path) && file.kind !== "model");
}

const migrationFolder = ({ kind, source }: HistoryFile): string =>
  kind === "prisma" ? folderOf(folderOf(source.path)) : folderOf(source.path);

function freePath(project: Project, stem: string): string {
  for (let i = 1; ; i++) {
    const path = i === 1 ? `${stem}.sql` : `${stem}-${i}.sql`;
    if (project.text(path) === undefined) return path;
  }
}

/** Keys of the tables that statements speak of. */
export function tablesOf(source: SqlSource): Set<string> {
  const keys = new Set<string>();
  for (const statement of source.statements) {
    if ("table" in statement) keys.add(keyOf(statement.table));
    if (statement.kind === "alter-table") keys.add(keyOf(statement.name));
  }
  return keys;
}

const keyOf = ({ schema = "public", name }: { readonly schema?: string; readonly name: string }): string =>
  `${schema}.${name}`;
