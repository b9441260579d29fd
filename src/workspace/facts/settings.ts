import ignore from "ignore";
import { folderOf, type SqlFolders } from "../discover/sql-role.ts";
import type { FileOfKind } from "../discover/survey.ts";
import type { FactStore } from "./fact-store.ts";

type Facts = Pick<FactStore, "get">;

/** What manifests and marker files say about folders of SQL. */
export function sqlFolders(files: readonly FileOfKind[], facts: Facts): SqlFolders {
  const locked = new Map<string, string>();
  const journaled = new Map<string, string>();
  const configured = new Set<string>();
  const lists: {
    readonly folder: string;
    readonly as: "schema" | "seed";
    readonly matches: (path: string) => boolean;
  }[] = [];
  for (const { path, kind } of files) {
    const folder = folderOf(path);
    if (kind === "prisma-lock") locked.set(folder, facts.get("prisma-lock", path)?.provider ?? "");
    if (kind === "drizzle-journal")
      journaled.set(folderOf(folder), facts.get("drizzle-journal", path)?.dialect ?? "");
    const migrations = kind === "prisma-config" && facts.get("prisma-config", path)?.migrations;
    if (migrations) configured.add(joinPath(folder, migrations));
    if (kind !== "supabase-config") continue;
    const { schemaPaths, seedPaths } = facts.get("supabase-config", path) ?? {};
    if (schemaPaths) lists.push({ folder, as: "schema", matches: globs(folder, schemaPaths) });
    if (seedPaths) lists.push({ folder, as: "seed", matches: globs(folder, seedPaths) });
  }
  const isConfigured: SqlFolders["isConfigured"] = (path, as) =>
    lists.some((list) => list.as === as && list.matches(path));
  return { locked, journaled, configured, isConfigured };
}

/** Files and folders that `package.json` and `prisma.config.ts` name as the schema. */
export function schemaPaths(files: readonly FileOfKind[], facts: Facts): string[] {
  const paths: string[] = [];
  for (const { path, kind } of files) {
    const folder = folderOf(path);
    const named =
      kind === "package"
        ? facts.get("package", path)?.prismaSchema
        : kind === "prisma-config"
          ? facts.get("prisma-config", path)?.schema
          : undefined;
    if (named) paths.push(joinPath(kind === "prisma-config" ? withoutDotConfig(folder) : folder, named));
  }
  return paths;
}

/** Paths in `.config/prisma.ts` are those of the folder above. */
const withoutDotConfig = (folder: string): string =>
  /(?:^|\/)\.config$/.test(folder) ? folderOf(folder) : folder;

/** `./schema.prisma` in `packages/db` is `packages/db/schema.prisma`; what leads out of the workspace stays as it is. */
export function joinPath(folder: string, path: string): string {
  const parts = folder ? folder.split("/") : [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Globs of `supabase/config.toml`, which are relative to its folder. */
function globs(folder: string, patterns: readonly string[]): (path: string) => boolean {
  const rules = ignore().add(patterns.map((each) => `/${joinPath(folder, each)}`));
  return (path) => rules.ignores(path);
}
