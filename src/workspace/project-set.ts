import { remember } from "../catalog/remember.ts";
import type { Configuration } from "../lint/configuration.ts";
import { type CodelessParts, ProjectBuilder } from "../project/build.ts";
import { orderHistory } from "../project/build-order.ts";
import { type Included, type Piece, piecesOf } from "../project/include.ts";
import { Keep } from "../project/keep.ts";
import type { HistoryFile, Project } from "../project/project.ts";
import type { EnvironmentFile } from "../source/manifest/manifest.ts";
import type { Include, SqlSource } from "../source/sql/statement.ts";
import { CodeLinks, type LinkedParts } from "./code-links.ts";
import type { DatabaseFiles } from "./discover/databases.ts";
import { includedPath } from "./discover/includes.ts";
import type { SqlContent } from "./discover/survey.ts";
import type { FactStore } from "./facts/fact-store.ts";
import type { FactsOf } from "./facts/readers.ts";
import type { GitState } from "./git/git.ts";
import { findPlatform, settingsOf } from "./settings.ts";
import type { Surveyed } from "./surveyor.ts";

/** The projects of a workspace, each with what is kept from the last time it was built. */
export class ProjectSet {
  readonly #store: FactStore;
  readonly #links: CodeLinks;
  readonly #keep = new Keep();
  readonly #kept = new Map<string, KeptProject>();

  constructor(store: FactStore) {
    this.#store = store;
    this.#links = new CodeLinks(store);
  }

  /** The projects while code is still being read, those that can be known. */
  async prepare(surveyed: Surveyed, configuration: Configuration, git: GitState): Promise<Project[]> {
    const around = this.#around(surveyed, configuration, git);
    const grounds: Project[] = [];
    for (const files of surveyed.databases)
      grounds.push(...(await this.#projectOf(files).prepare(files, around)));
    return grounds;
  }

  /** One project for each database, and one for code that belongs to none. */
  async build(surveyed: Surveyed, configuration: Configuration, git: GitState): Promise<Project[]> {
    const linked = await this.#links.link(surveyed.files);
    const around = this.#around(surveyed, configuration, git);
    const projects: Project[] = [];
    for (const files of surveyed.databases)
      projects.push(await this.#projectOf(files).build(files, linked, around));
    return projects;
  }

  #projectOf({ folder }: DatabaseFiles): KeptProject {
    return remember(this.#kept, folder, () => new KeptProject(this.#store));
  }

  #around(surveyed: Surveyed, configuration: Configuration, git: GitState): Circumstances {
    const { databases, files, listed } = surveyed;
    const sql = this.#keep.value(
      "sql",
      [files],
      () => new Set(files.flatMap(({ path, kind }) => (kind === "sql" ? [path] : []))),
    );
    const hasSupabase = databases.some(({ hasSupabaseFolder }) => hasSupabaseFolder);
    return { configuration, git, listed, hasSupabase, hasSql: (path) => sql.has(path) };
  }
}

interface Circumstances {
  readonly configuration: Configuration;
  readonly git: GitState;
  readonly listed: readonly string[];
  readonly hasSupabase: boolean;
  hasSql(path: string): boolean;
}

class KeptProject {
  readonly #store: FactStore;
  readonly #builder = new ProjectBuilder();
  readonly #keep = new Keep();
  readonly #history = new WeakMap<SqlSource, HistoryFile>();
  readonly #environment = new Map<string, EnvironmentFile>();
  #ordered: { readonly of: DatabaseFiles; readonly files: DatabaseFiles["sql"] } | undefined;

  constructor(store: FactStore) {
    this.#store = store;
  }

  async prepare(files: DatabaseFiles, around: Circumstances): Promise<Project[]> {
    const ground = this.#builder.prepare(await this.#parts(files, around));
    return ground ? [ground] : [];
  }

  async build(files: DatabaseFiles, linked: LinkedParts, around: Circumstances): Promise<Project> {
    const parts = await this.#parts(files, around);
    return this.#builder.build({ ...parts, ...linked.of(this.#keep, files.others) });
  }

  async #parts(files: DatabaseFiles, around: Circumstances): Promise<CodelessParts> {
    const { configuration } = around;
    const supabase = this.#facts(files, "supabase-config")[0];
    const prismaConfig = this.#facts(files, "prisma-config")[0];
    const packages = this.#facts(files, "package");
    const environment = this.#facts(files, "environment").map((file) => this.#track(file, around.git));
    const { hasSupabaseFolder } = files;
    const history = this.#historyOf(files, around);
    const contents = history.flatMap(({ source }) => this.#sql(source.path)?.content ?? []);
    const mentions = contents.some(({ mentionsPlatform }) => mentionsPlatform) && !makesItsOwnUsers(contents);
    const platform = findPlatform({ configuration, packages, environment, mentions, hasSupabaseFolder });
    const sql = await this.#store.readGiven("sql", `platform:/${platform.id}.sql`, platform.sql);
    return {
      folder: files.folder,
      platform,
      settings: settingsOf(configuration, platform, supabase),
      prisma: files.schemas.flatMap(({ paths }) =>
        paths.flatMap((path) => this.#store.get("prisma", path) ?? []),
      ),
      history,
      packages,
      environment,
      ...(supabase && { supabase }),
      ...(prismaConfig && { prismaConfig }),
      besideSupabase: around.hasSupabase && !hasSupabaseFolder,
      text: (path) => this.#store.text(path),
      readPlatform: () => sql.source!,
    };
  }

  #facts<Kind extends "supabase-config" | "prisma-config" | "package" | "environment">(
    { others }: DatabaseFiles,
    kind: Kind,
  ): FactsOf<Kind>[] {
    const paths = this.#keep.value(`paths of ${kind}`, [others], () =>
      others.flatMap((file) => (file.kind === kind ? [file.path] : [])),
    );
    return paths.flatMap((path) => this.#store.get(kind, path) ?? []);
  }

  #sql(path: string): FactsOf<"sql"> | undefined {
    return this.#store.get("sql", path) ?? this.#store.get("outside-sql", path);
  }

  /** Files of the history in order, the same objects as long as text and state are the same. */
  #historyOf(files: DatabaseFiles, { git, listed, hasSql }: Circumstances): HistoryFile[] {
    if (this.#ordered?.of !== files) this.#ordered = { of: files, files: orderHistory(files.sql, listed) };
    const find = (from: string, include: Include): Included | undefined => {
      const path = includedPath(from, include, hasSql);
      return path === undefined ? undefined : { path, source: this.#sql(path)?.source };
    };
    const history: HistoryFile[] = [];
    for (const { path, kind } of this.#ordered.files) {
      const source = this.#sql(path)?.source;
      if (!source) continue;
      if (source.includes)
        history.push(...piecesOf(source, find).map((piece) => this.#file(piece, kind, git)));
      else history.push(this.#file({ source, continues: false }, kind, git));
    }
    return history;
  }

  #file({ source, continues }: Piece, kind: HistoryFile["kind"], git: GitState): HistoryFile {
    const state = git.state(source.path);
    const before = this.#history.get(source);
    const isSame = before?.state === state && before.kind === kind && !before.continues === !continues;
    if (isSame) return before;
    const file: HistoryFile = { source, kind, state, ...(continues && { continues }) };
    this.#history.set(source, file);
    return file;
  }

  #track(file: EnvironmentFile, git: GitState): EnvironmentFile {
    const tracked = git.tracked(file.path);
    const before = this.#environment.get(file.path);
    if (before && before.variables === file.variables && before.tracked === tracked) return before;
    const known = { ...file, tracked };
    this.#environment.set(file.path, known);
    return known;
  }
}

/**
 * Whether a history makes `auth.users` itself, for a database that has none: Supabase has it, and lets nobody make it.
 * What has the table of sessions beside it was taken from Supabase whole.
 */
function makesItsOwnUsers(contents: readonly SqlContent[]): boolean {
  const made = new Set(contents.flatMap(({ creates }) => creates));
  return made.has("auth.users") && !made.has("auth.refresh_tokens");
}
