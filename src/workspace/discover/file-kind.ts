/** What a file is by its name alone: which reader it goes to. */
export type FileKind =
  | "prisma"
  | "sql"
  | "code"
  | "package"
  | "environment"
  | "supabase-config"
  | "prisma-config"
  | "tsconfig"
  | "prisma-lock"
  | "drizzle-journal";

const CODE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/i;
const NOT_WRITTEN_BY_HAND = /\.(?:min|bundle|chunk)\.[cm]?js$/i;

/** The kind of a file, or undefined for one that is of no interest. `path` has forward slashes. */
export function kindOfFile(path: string): FileKind | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name.endsWith(".prisma")) return "prisma";
  if (/\.(?:sql|psql|pgsql)$/.test(name)) return "sql";
  if (name === "package.json") return "package";
  if (/^[tj]sconfig(?:\.[\w.-]+)?\.json$/.test(name)) return "tsconfig";
  if (/^\.env(?:\.|$)/.test(name) || name === ".envrc") return "environment";
  if (name === "migration_lock.toml") return "prisma-lock";
  if (/(?:^|\/)supabase\/config\.toml$/i.test(path)) return "supabase-config";
  if (/(?:^|\/)meta\/_journal\.json$/i.test(path)) return "drizzle-journal";
  if (isPrismaConfig(path)) return "prisma-config";
  if (CODE.test(name) && !NOT_WRITTEN_BY_HAND.test(name)) return "code";
  return undefined;
}

const isPrismaConfig = (path: string): boolean =>
  /(?:^|\/)(?:prisma\.config|\.config\/prisma)\.[cm]?[jt]s$/i.test(path);

/** The largest file of a kind that is read, in MB: beyond it stand dumps and bundles, not what people write. */
export const megabytesRead = (kind: FileKind): number => (kind === "sql" ? 32 : kind === "prisma" ? 16 : 2);

export const isTooLarge = ({ kind, size }: { readonly kind: FileKind; readonly size: number }): boolean =>
  size > megabytesRead(kind) * 2 ** 20;
