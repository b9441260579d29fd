import type { Span } from "../../text/span.ts";

export interface PackageManifest {
  readonly path: string;
  readonly name?: string;
  readonly dependencies: readonly PackageDependency[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly workspaces: readonly string[];
  /** `prisma.schema` and `prisma.seed`. */
  readonly prismaSchema?: string;
  readonly prismaSeed?: string;
  readonly error?: { readonly span: Span; readonly message: string };
}

export interface PackageDependency {
  readonly name: string;
  readonly version: string;
  readonly dev: boolean;
  readonly nameSpan: Span;
  /** The whole property with the comma that goes with it, for a fix that removes it. */
  readonly span: Span;
}

/** A `.env*` file. Values are kept only in the forms rules need: never the secret itself. */
export interface EnvironmentFile {
  readonly path: string;
  /** `.env.example`, `.env.sample`, `.env.template`. */
  readonly example: boolean;
  /** Known to git (committed or staged), where git could say. */
  readonly tracked: boolean | undefined;
  readonly variables: readonly EnvironmentVariable[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly nameSpan: Span;
  readonly valueSpan: Span;
  readonly empty: boolean;
  /** Parsed where the value is a PostgreSQL URL; the password is not kept. */
  readonly url?: ConnectionUrl;
  /** "Supabase service key" where the value has a secret's known shape. */
  readonly secret?: { readonly what: string; readonly demo: boolean };
}

export interface ConnectionUrl {
  readonly user?: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface SupabaseConfig {
  readonly path: string;
  readonly exposedSchemas?: readonly string[];
  readonly anonymousSignIns?: boolean;
  readonly buckets: readonly { readonly name: string; readonly public: boolean; readonly span: Span }[];
  readonly migrationPaths?: readonly string[];
  readonly schemaPaths?: readonly string[];
  readonly seedPaths?: readonly string[];
  readonly autoExposeNewTables?: boolean;
  readonly error?: { readonly span: Span; readonly message: string };
}

/** `prisma.config.ts`, read without running it. */
export interface PrismaConfig {
  readonly path: string;
  readonly schema?: string;
  readonly migrations?: string;
  readonly seed?: string;
  readonly urlVariable?: string;
}
