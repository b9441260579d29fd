import type { Catalog } from "../catalog/catalog.ts";
import { remember } from "../catalog/remember.ts";
import type {
  EnvironmentFile,
  PackageManifest,
  PrismaConfig,
  SupabaseConfig,
} from "../source/manifest/manifest.ts";
import type { PrismaSource } from "../source/prisma/schema.ts";
import type { SqlSource } from "../source/sql/statement.ts";
import type { SourceText } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import { HistoryReplay, type ReplayStep } from "./build-catalog.ts";
import { withClientRoles } from "./client-roles.ts";
import type { Connections } from "./connection.ts";
import { connectionSchema } from "./connection-schema.ts";
import { Keep } from "./keep.ts";
import { isHistoryWhole, tablesAsked } from "./made-elsewhere.ts";
import { type ResolvedModels, resolveModels } from "./models/resolve.ts";
import { modelsToStatements } from "./models/statements.ts";
import type { Platform } from "./platform/platform.ts";
import type { HistoryFile, Project, ProjectSettings } from "./project.ts";
import { inferTenancy } from "./tenancy/infer.ts";
import { type CodelessProject, CodeUnread, withUnreadCode } from "./unread-code.ts";
import type { CodeFile, GeneratedNames } from "./usage.ts";
import { UsageGroups } from "./usage-groups.ts";

/** Everything that a project is made of, read and ordered. */
export interface ProjectParts {
  readonly folder: string;
  readonly platform: Platform;
  readonly settings: ProjectSettings;
  readonly prisma: readonly PrismaSource[];
  /** In the order of replay. */
  readonly history: readonly HistoryFile[];
  readonly code: readonly CodeFile[];
  readonly generatedNames: readonly GeneratedNames[];
  readonly packages: readonly PackageManifest[];
  readonly environment: readonly EnvironmentFile[];
  readonly supabase?: SupabaseConfig;
  readonly prismaConfig?: PrismaConfig;
  /** Whether another database of the workspace is the one that has a supabase folder. */
  readonly besideSupabase?: boolean;
  text(path: string): string | undefined;
  /** Reads the platform's SQL; the grammar must be loaded for the default. */
  readonly readPlatform?: (source: SourceText) => SqlSource;
}

/** All of it but what code says. */
export type CodelessParts = Omit<ProjectParts, "code" | "generatedNames">;

/** The parts of a project without its code, and what is made of those alone. */
interface Ground<Parts> {
  readonly parts: Parts;
  readonly models: ResolvedModels;
  readonly tablesFrom: Project["tablesFrom"];
  readonly history: readonly HistoryFile[];
  readonly catalog: Catalog;
}

/** Builds one project. */
export const buildProject = (parts: ProjectParts): Project => new ProjectBuilder().build(parts);

/**
 * Builds the projects of one database as its sources change: a part whose sources are the same is the same object in
 * the next project, and of the history only what follows the first changed file is replayed.
 */
export class ProjectBuilder {
  readonly #replay = new HistoryReplay();
  readonly #keep = new Keep();
  readonly #usages = new UsageGroups();
  readonly #steps = new WeakMap<HistoryFile, ReplayStep>();
  /** Texts as of the last build. */
  #text: ProjectParts["text"] = () => undefined;

  /**
   * The project while its code is still being read, for whoever does not ask for that; undefined where code decides of
   * more than itself. What it is made of is kept for `build`.
   */
  prepare(parts: CodelessParts): Project | undefined {
    const ground = this.#groundOf(parts);
    try {
      return withUnreadCode(this.#codeless(ground, withUnreadCode(ground.parts)));
    } catch (error) {
      if (error instanceof CodeUnread) return undefined;
      throw error;
    }
  }

  build(given: ProjectParts): Project {
    const ground = this.#groundOf(given);
    const { code, generatedNames } = ground.parts;
    const usages = this.#keep.value("usages", [code], () => this.#usages.group(code));
    const asked = this.#keep.value("asked", [usages.get("supabase-query")], () => tablesAsked(code));
    const manages = this.#keepEqual(
      "manages",
      findManaged({ ...ground, modelOfTable: ground.models.modelOfTable, code, asked, generatedNames }),
    );
    return {
      ...this.#codeless(ground, { ...ground.parts, usages }),
      ...{ code, usages, generatedNames, manages },
    };
  }

  #codeless(
    { parts, models, tablesFrom, history, catalog }: Ground<CodelessParts>,
    connections: Connections,
  ): CodelessProject {
    const { platform } = parts;
    const settings = this.#keepEqual(
      "settings with clients",
      withClientRoles(parts.settings, catalog, platform, connections),
    );
    return {
      folder: parts.folder,
      platform,
      settings,
      catalog,
      tablesFrom,
      prisma: parts.prisma,
      models: models.models,
      modelStarts: models.starts,
      modelOfTable: models.modelOfTable,
      history,
      packages: parts.packages,
      environment: parts.environment,
      ...(parts.supabase && { supabase: parts.supabase }),
      ...(parts.prismaConfig && { prismaConfig: parts.prismaConfig }),
      tenancy: this.#keep.parts("tenancy", [catalog, models.models, settings, platform], () =>
        inferTenancy(catalog, models.models, settings, platform),
      ),
      queried: !parts.besideSupabase,
      text: parts.text,
    };
  }

  #groundOf<Parts extends CodelessParts>(given: Parts): Ground<Parts> {
    const parts = this.#keepLists(given);
    const { prisma, history, platform } = parts;
    const schema = connectionSchema(prisma, parts.environment, parts.prismaConfig);
    const models = this.#keep.parts<ResolvedModels>("models", [prisma, schema], (before) =>
      resolveModels(prisma, schema ? { defaultSchema: schema } : {}, before),
    );
    const tablesFrom = this.#keep.value("tables from", [history, models], () =>
      findTablesFrom(history, models.modelOfTable),
    );
    const made = this.#keep.value("statements", [prisma, schema, tablesFrom], () =>
      tablesFrom === "prisma" ? modelHistory(prisma, schema) : [],
    );
    const allHistory = this.#keep.list("all history", [...made, ...history]);
    this.#text = parts.text;
    const catalog = this.#replay.catalog(
      platform,
      {
        implicitTables: models.implicitTables,
        ...prismaMigrations(parts, schema),
        ...(parts.readPlatform && { read: parts.readPlatform }),
      },
      this.#keep.value("steps", allHistory, () => allHistory.map((file) => this.#step(file))),
      made.length + countBefore(history),
    );
    return { parts, models, tablesFrom, history: allHistory, catalog };
  }

  #keepLists<Parts extends CodelessParts>(parts: Parts): Parts {
    return {
      ...parts,
      settings: this.#keepEqual("settings", parts.settings),
      prisma: this.#keep.list("prisma", parts.prisma),
      history: this.#keep.list("history", parts.history),
      packages: this.#keep.list("packages", parts.packages),
      environment: this.#keep.list("environment", parts.environment),
    };
  }

  /** The same object as long as it says the same. */
  #keepEqual<T>(name: string, record: T): T {
    return this.#keep.value(name, [JSON.stringify(record)], () => record);
  }

  #step(file: HistoryFile): ReplayStep {
    return remember(this.#steps, file, () => {
      const { source, kind, continues } = file;
      const outside = kind === "adhoc";
      return { source, outside, continues: continues === true, text: () => this.#text(source.path) ?? "" };
    });
  }
}

/** Migrations make the tables where they make one that a model stands for, or where there are no models. */
function findTablesFrom(
  history: readonly HistoryFile[],
  modelOfTable: ReadonlyMap<string, unknown>,
): Project["tablesFrom"] {
  let creates = false;
  for (const { source, kind } of history) {
    for (const statement of source.statements) {
      if (statement.kind !== "create-table") continue;
      creates = true;
      const { schema = "public", name } = statement.name;
      if (kind !== "adhoc" && modelOfTable.has(`${schema}.${name}`)) return "migrations";
    }
  }
  if (modelOfTable.size) return "prisma";
  return creates || history.length ? "migrations" : "nothing";
}

/** The statements that Prisma would run to make the models' tables. */
function modelHistory(prisma: readonly PrismaSource[], schema: string | undefined): HistoryFile[] {
  const provider = prisma.flatMap((source) => source.datasources).map(({ values }) => values.provider)[0];
  const sources = modelsToStatements(
    prisma,
    typeof provider === "string" ? provider : "",
    schema ? { defaultSchema: schema } : {},
  );
  return sources.map((source) => ({ source, kind: "model", state: "unknown" }));
}

/** Where Prisma keeps the history it makes a table for itself. */
function prismaMigrations(
  { history, prisma }: Pick<ProjectParts, "history" | "prisma">,
  schema = "public",
): { prismaMigrations?: { schema: string; place: Place } } {
  const first = history.find(({ kind }) => kind === "prisma");
  if (!first) return {};
  const source = prisma.find(({ datasources }) => datasources.length > 0);
  const place = source
    ? { path: source.path, span: source.datasources[0]!.nameSpan }
    : { path: first.source.path, span: { start: 0, end: 0 } };
  return { prismaMigrations: { schema, place } };
}

/** How many files stand before the first that git says is new or changed. */
function countBefore(history: readonly HistoryFile[]): number {
  const first = history.findIndex(({ state }) => state === "new" || state === "changed");
  return first < 0 ? Math.max(0, history.length - 1) : first;
}

/** A kind of object is managed where the sources make one, or change what the platform brought. */
function findManaged(sources: Parameters<typeof isHistoryWhole>[0]): Project["manages"] {
  const { tables, functions, buckets, publications, roles } = sources.catalog;
  const whole = isHistoryWhole(sources);
  return {
    tables: whole && some(tables, isOwn),
    functions: whole && some(functions, (overloads) => overloads.some(isOwn)),
    buckets: some(buckets, isOwn),
    publications: some(publications, (each) => isOwn(each) || each.changed.length > 0),
    policies: some(tables, (table) => some(table.policies, isOwn)),
    roles: some(roles, isOwn),
  };
}

const isOwn = ({ platform }: { readonly platform: boolean }): boolean => !platform;

function some<T>(map: ReadonlyMap<string, T>, holds: (each: T) => boolean): boolean {
  for (const each of map.values()) if (holds(each)) return true;
  return false;
}
