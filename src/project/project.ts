import type { Catalog } from "../catalog/catalog.ts";
import type {
  EnvironmentFile,
  PackageManifest,
  PrismaConfig,
  SupabaseConfig,
} from "../source/manifest/manifest.ts";
import { spanAt } from "../source/prisma/place.ts";
import type { BlockSpan, PrismaField, PrismaModel, PrismaSource } from "../source/prisma/schema.ts";
import type { SqlSource } from "../source/sql/statement.ts";
import type { Place } from "../text/span.ts";
import type { Platform } from "./platform/platform.ts";
import type { Tenancy } from "./tenancy.ts";
import type { CodeFile, GeneratedNames, Usage } from "./usage.ts";

/**
 * Everything known of one database and the code that uses it, at one moment. Never changes: an edit makes a new
 * Project, in which what did not change is the same object. A workspace with several databases gives several.
 */
export interface Project {
  /** The folder of this database, relative to the workspace root; "" for the root. */
  readonly folder: string;
  readonly platform: Platform;
  readonly settings: ProjectSettings;
  readonly catalog: Catalog;
  /** Where the catalog's tables come from. */
  readonly tablesFrom: "migrations" | "prisma" | "database" | "nothing";
  readonly prisma: readonly PrismaSource[];
  /** Model name -> model, with its file and the table it stands for. */
  readonly models: ReadonlyMap<string, Model>;
  /** Model name -> where it begins in its file: an edit before a model changes nothing else of it. */
  readonly modelStarts: ReadonlyMap<string, number>;
  /** Catalog key -> model. */
  readonly modelOfTable: ReadonlyMap<string, Model>;
  /** The SQL files of the history, in the order they were replayed, then those outside it. */
  readonly history: readonly HistoryFile[];
  readonly code: readonly CodeFile[];
  /** Usages of all files by kind: what most rules iterate. */
  readonly usages: ReadonlyMap<Usage["kind"], readonly Usage[]>;
  readonly generatedNames: readonly GeneratedNames[];
  readonly packages: readonly PackageManifest[];
  readonly environment: readonly EnvironmentFile[];
  readonly supabase?: SupabaseConfig;
  readonly prismaConfig?: PrismaConfig;
  readonly tenancy: Tenancy;
  /** Which kinds of object the sources create: only there "unknown" means wrong. */
  readonly manages: {
    readonly tables: boolean;
    readonly functions: boolean;
    readonly buckets: boolean;
    readonly publications: boolean;
    readonly policies: boolean;
    readonly roles: boolean;
  };
  /** Whether it is this database that code asks by Supabase's API: another one of the workspace may be. */
  readonly queried: boolean;
  /** Text of a source by path, for fixes; undefined for what was not read. */
  text(path: string): string | undefined;
}

/** What the configuration says about the project, with defaults applied. */
export interface ProjectSettings {
  /** Roles that clients use; platform's own where not configured. */
  readonly clientRoles: readonly string[];
  readonly exposedSchemas: readonly string[];
  /** `app.tenant_id` ... for plain PostgreSQL. */
  readonly callerSettings: readonly string[];
  readonly applicationRole?: string;
  readonly policiesGuardPrisma?: boolean;
  readonly requireRowSecurity?: boolean;
  readonly scopes: Readonly<Record<string, "tenant" | "user" | "public" | "service">>;
  readonly tenantTable?: string;
  readonly userTable?: string;
  /** `app_metadata.org_id`: where a token names the caller's tenant and role. */
  readonly tenantClaim?: string;
  readonly roleClaim?: string;
  /** Access in words: by scope, and by table. */
  readonly access: {
    readonly defaults: Partial<Record<"tenant" | "user" | "public" | "service", string>>;
    readonly tables: Readonly<Record<string, string>>;
  };
  /** Whom a preview can be made as, besides those found in the data. */
  readonly identities?: Readonly<Record<string, ConfiguredIdentity>>;
}

/** Somebody who asks, as the configuration describes them. */
export interface ConfiguredIdentity {
  readonly role?: string;
  /** Of the token that an API hands to PostgreSQL. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Name of the tenant whose member it is. */
  readonly tenant?: string;
}

export interface Model {
  readonly path: string;
  readonly model: PrismaModel;
  /** Catalog key of the table, whether or not the catalog has it. */
  readonly table: string;
  /** Scalar fields by column name. */
  readonly fieldOfColumn: ReadonlyMap<string, PrismaField>;
}

export interface HistoryFile {
  readonly source: SqlSource;
  /**
   * `prisma`, `supabase` and `other` (drizzle, goose, dbmate, plain numbers ...) migrations are history once applied;
   * `schema` files are declarative, `adhoc` are neither.
   */
  readonly kind: "prisma" | "supabase" | "other" | "schema" | "adhoc" | "database" | "model";
  /** What git says: an `applied` one is history; edits go to new ones. */
  readonly state: "committed" | "new" | "changed" | "unknown";
  /** It runs in the session of the file before it: psql reads one in the middle of the other. */
  readonly continues?: true;
}

/** The platform's data as seen by rules; see `platform/platform.ts`. */
export type { Platform };

/** The place a finding about a table stands on: the model's name where Prisma declares it, else the statement that made it. */
export function placeOfTable(project: Project, key: string): Place | undefined {
  const model = project.modelOfTable.get(key);
  if (model) return placeInModel(project, model, model.model.nameSpan);
  return project.catalog.tables.get(key)?.made;
}

/** Where something of a model stands. */
export const placeInModel = (
  { modelStarts }: Pick<Project, "modelStarts">,
  { path, model }: Model,
  span: BlockSpan,
): Place => ({ path, span: spanAt(modelStarts.get(model.name) ?? 0, span) });
