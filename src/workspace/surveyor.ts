import type { Configuration } from "../lint/configuration.ts";
import type { SourceNote } from "../lint/report.ts";
import { Keep } from "../project/keep.ts";
import { applyLists, createFilter, listedOrder } from "./discover/configured.ts";
import { findDatabases, type Layout } from "./discover/databases.ts";
import { withIncludes } from "./discover/includes.ts";
import { groupSchemaFiles } from "./discover/schema-files.ts";
import { findSqlRoles, type SqlRole } from "./discover/sql-role.ts";
import type { FileOfKind, SchemaFiles, SqlContent } from "./discover/survey.ts";
import type { FactStore, Wanted } from "./facts/fact-store.ts";
import type { ReaderName } from "./facts/readers.ts";
import { schemaPaths, sqlFolders } from "./facts/settings.ts";

/** What a workspace holds, sorted into databases. */
export interface Surveyed extends Layout {
  /** Paths in the order that the configuration lists them. */
  readonly listed: readonly string[];
  /** Files of interest that the configuration does not exclude. */
  readonly files: readonly FileOfKind[];
}

export type OnProgress = (done: number, total: number, what: string) => void;

/** What a file was last seen to do, and what stands for it as long as that decides the same. */
interface Content {
  /** Whether everything about it decides. */
  readonly all: boolean;
  readonly seen: SqlContent;
  readonly kept: SqlContent;
}

/** Finds out what the files of a workspace are. The answer is the same object as long as nothing decides otherwise. */
export class Surveyor {
  readonly #store: FactStore;
  readonly #withoutCode: boolean;
  readonly #keep = new Keep();
  readonly #contents = new Map<string, Content>();

  constructor(store: FactStore, withoutCode = false) {
    this.#store = store;
    this.#withoutCode = withoutCode;
  }

  /** Reads all that decides what belongs where, and sorts the files. Code is begun with, and waited for by `readCode`. */
  async survey(
    all: readonly FileOfKind[],
    configuration: Configuration,
    onProgress?: OnProgress,
  ): Promise<Surveyed> {
    const files = this.#keep.value("files", [all, configuration], () => {
      const isWanted = createFilter(configuration);
      return all.filter(({ path }) => isWanted(path));
    });
    if (!this.#withoutCode) this.#store.begin(this.#wanted("aside", [files], ({ kind }) => ASIDE[kind]));
    const settings = this.#keep.value("settings", [files], () =>
      files.filter(({ kind }) => FIRST[kind] || kind === "prisma"),
    );
    await this.#read("first", [settings], (file) => FIRST[file.kind], onProgress);
    const roles = this.#rolesOf(files, settings, configuration);
    const sql = this.#keep.value("sql", [files], () => files.filter(({ kind }) => kind === "sql"));
    const isNeeded = ({ path }: FileOfKind) => isOfHistory(roles.get(path));
    await this.#read("history", [sql, roles], ({ path }) => readerOf(roles.get(path)), onProgress, isNeeded);
    const schemas = this.#keep.value("schema files", [settings], () =>
      settings.filter(({ kind }) => kind === "prisma"),
    );
    await this.#read(
      "schemas",
      [schemas],
      () => "prisma",
      onProgress,
      () => true,
    );
    return this.#sort(files, settings, configuration, this.#leaveForeign(roles));
  }

  async readCode({ files }: Surveyed, onProgress?: OnProgress): Promise<void> {
    if (!this.#withoutCode) await this.#read("code", [files], ({ kind }) => CODE[kind], onProgress);
  }

  /** `of` begins with the files, and is all that decides which reader is theirs and whether a database needs them. */
  async #read(
    what: string,
    of: readonly [files: readonly FileOfKind[], ...rest: unknown[]],
    readerOf: (file: FileOfKind) => ReaderName | undefined,
    onProgress: OnProgress | undefined,
    isNeeded?: (file: FileOfKind) => boolean,
  ): Promise<void> {
    const wanted = this.#wanted(what, of, readerOf, isNeeded);
    const doing = what === "code" ? "reading code" : "reading SQL";
    await this.#store.read(wanted, onProgress && ((done) => onProgress(done, wanted.length, doing)));
  }

  #wanted(
    what: string,
    of: readonly [files: readonly FileOfKind[], ...rest: unknown[]],
    readerOf: (file: FileOfKind) => ReaderName | undefined,
    isNeeded?: (file: FileOfKind) => boolean,
  ): readonly Wanted[] {
    return this.#keep.value(`wanted ${what}`, of, () =>
      of[0].flatMap((file): Wanted[] => {
        const reader = readerOf(file);
        if (!reader) return [];
        return [{ reader, path: file.path, ...(isNeeded?.(file) && { needed: true }) }];
      }),
    );
  }

  #rolesOf(
    files: readonly FileOfKind[],
    settings: readonly FileOfKind[],
    configuration: Configuration,
  ): ReadonlyMap<string, SqlRole> {
    const markers = settings.flatMap(({ path, kind }) =>
      MARKERS.has(kind) ? [this.#store.get(FIRST[kind]!, path)] : [],
    );
    return this.#keep.value("roles", [files, configuration, ...markers], () => {
      const sql = files.filter(({ kind }) => kind === "sql");
      return applyLists(findSqlRoles(sql, sqlFolders(settings, this.#store)), configuration);
    });
  }

  /** One file of another database system in a folder of migrations speaks for the whole folder. */
  #leaveForeign(roles: ReadonlyMap<string, SqlRole>): ReadonlyMap<string, SqlRole> {
    const foreign = new Map<string, string>();
    for (const [path, role] of roles) {
      if (role.is !== "other") continue;
      const { foreign: kind, left } = this.#store.get("sql", path) ?? {};
      if (kind === "dialect" && left) foreign.set(role.folder, asReason(left));
    }
    if (!foreign.size) return roles;
    return this.#keep.value("foreign", [roles, ...foreign.keys()], () => {
      const why = (role: SqlRole) => (role.is === "other" ? foreign.get(role.folder) : undefined);
      return new Map(
        [...roles].map(([path, role]) => [path, why(role) ? { is: "foreign", why: why(role)! } : role]),
      );
    });
  }

  #sort(
    files: readonly FileOfKind[],
    settings: readonly FileOfKind[],
    configuration: Configuration,
    roles: ReadonlyMap<string, SqlRole>,
  ): Surveyed {
    const packages = settings.flatMap(
      ({ path, kind }) => this.#store.get("package", kind === "package" ? path : "") ?? [],
    );
    const { schemas, notes } = this.#schemasOf(settings);
    const contents = new Map<string, SqlContent | undefined>();
    for (const [path, role] of roles) contents.set(path, this.#seen(path, role));
    const isRead = [...contents.values()].some((content) => content?.includes?.length);
    for (const [path, role] of roles)
      contents.set(path, this.#contentOf(path, contents.get(path), isRead || role.is === "outside"));
    return this.#keep.value("layout", [files, roles, schemas, ...packages, ...contents.values()], () => {
      const { within, ...sql } = withIncludes(roles, (path) => contents.get(path));
      const layout = findDatabases({ files, schemas, packages, ...sql });
      const listed = listedOrder([...roles.keys()], configuration);
      return { ...layout, notes: [...notes, ...layout.notes, ...notesOn(within, layout)], listed, files };
    });
  }

  #seen(path: string, role: SqlRole): SqlContent | undefined {
    const reader = readerOf(role);
    return reader && this.#store.get(reader, path)?.content;
  }

  /** Editing a migration rarely changes what it says about the layout. */
  #contentOf(path: string, seen: SqlContent | undefined, all: boolean): SqlContent | undefined {
    if (!seen) return undefined;
    const before = this.#contents.get(path);
    const isAlike = before?.all === all;
    if (isAlike && before.seen === seen) return before.kept;
    const kept = isAlike && decides(before.kept, all) === decides(seen, all) ? before.kept : seen;
    this.#contents.set(path, { all, seen, kept });
    return kept;
  }

  #schemasOf(files: readonly FileOfKind[]): {
    readonly schemas: readonly SchemaFiles[];
    readonly notes: SourceNote[];
  } {
    const paths = files.flatMap(({ path, kind }) => (kind === "prisma" ? [path] : []));
    const sources = paths.flatMap((path) => this.#store.get("prisma", path) ?? []);
    const configured = schemaPaths(files, this.#store);
    const providers = sources.map(({ path, datasources }) => `${path} ${datasources[0]?.values.provider}`);
    return this.#keep.value("schemas", [...configured, ...providers], () => {
      const notes: SourceNote[] = [];
      return { schemas: groupSchemaFiles(sources, configured, notes), notes };
    });
  }
}

/** What is read in by a file that is no part of a history is none either. */
function notesOn(within: ReadonlyMap<string, string>, { databases }: Layout): SourceNote[] {
  if (!within.size) return [];
  const read = new Set(databases.flatMap(({ sql }) => sql.map(({ path }) => path)));
  return [...within].flatMap(([path, by]) =>
    read.has(by) ? [] : { path, what: "SQL", read: false, why: `part of ${by}, which is left alone` },
  );
}

/** What decides what other files are. */
const FIRST: Partial<Record<FileOfKind["kind"], ReaderName>> = {
  package: "package",
  environment: "environment",
  "supabase-config": "supabase-config",
  "prisma-config": "prisma-config",
  tsconfig: "tsconfig",
  "prisma-lock": "prisma-lock",
  "drizzle-journal": "drizzle-journal",
};

const CODE: Partial<Record<FileOfKind["kind"], ReaderName>> = { code: "code", "prisma-config": "code" };

/** What a thread of its own may read meanwhile. */
const ASIDE: typeof CODE = { ...CODE, prisma: "prisma" };

const MARKERS: ReadonlySet<FileOfKind["kind"]> = new Set([
  "supabase-config",
  "prisma-config",
  "prisma-lock",
  "drizzle-journal",
]);

/**
 * What of a content decides about the layout. Of a file that its folder makes part of a history, what it makes does, not
 * what else it is for; of one that may be read in by others, that as well.
 */
const decides = ({ mentionsPlatform: _, protects, defines, ...rest }: SqlContent, all: boolean): string =>
  JSON.stringify(all ? [protects, defines, rest] : rest);

/** A sentence about a file as the reason in a note about it. */
export const asReason = (sentence: string): string => sentence.replace(/\.$/, "").replace(/^It /, "it ");

/** Whether a history is not whole without the file: a folder of migrations holds it, or the configuration names it. */
const isOfHistory = (role: SqlRole | undefined): boolean =>
  role !== undefined && ("folder" in role || (role.is === "outside" && role.listed === true));

/** The reader of an SQL file; undefined for what is no part of any history. */
function readerOf(role: SqlRole | undefined): "sql" | "outside-sql" | undefined {
  if (!role || "why" in role) return undefined;
  return role.is === "outside" ? "outside-sql" : "sql";
}
