import type { FileKind } from "./file-kind.ts";
import type { SqlRole } from "./sql-role.ts";

/** What is known of a workspace's files when it is split into databases. */
export interface Survey {
  readonly files: readonly FileOfKind[];
  readonly schemas: readonly SchemaFiles[];
  readonly roles: ReadonlyMap<string, SqlRole>;
  /** What a file outside of every migrations folder does; undefined where it is none of PostgreSQL's. */
  about(path: string): SqlContent | undefined;
  readonly packages: readonly PackageNames[];
}

export interface FileOfKind {
  readonly path: string;
  readonly kind: FileKind;
  /** Larger than what is read of its kind. */
  readonly large?: true;
}

/** One Prisma schema, of one or several files. */
export interface SchemaFiles {
  readonly folder: string;
  readonly paths: readonly string[];
  readonly provider: string;
}

export interface PackageNames {
  readonly path: string;
  readonly name?: string;
  readonly dependencies: readonly { readonly name: string }[];
}

/**
 * `protects`: writes policies, switches or buckets. `defines`: makes other objects. `creates`: the tables it makes.
 * `needs`, of files outside the migrations: the tables that must be there before it. `mentionsPlatform`: names Supabase's caller functions, client roles or storage.
 */
export interface SqlContent {
  readonly protects: boolean;
  readonly defines: boolean;
  readonly creates: readonly string[];
  readonly needs?: readonly string[];
  readonly mentionsPlatform?: boolean;
  /** Files that psql reads in the middle of it. */
  readonly includes?: readonly { readonly path: string; readonly relative: boolean }[];
}
