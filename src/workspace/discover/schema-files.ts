import type { SourceNote } from "../../lint/report.ts";
import type { PrismaSource } from "../../source/prisma/schema.ts";
import { isWithin } from "./join-anchors.ts";
import { folderOf, nameOf } from "./sql-role.ts";
import type { SchemaFiles } from "./survey.ts";

/**
 * Groups `.prisma` files into schemas. A file or folder that a manifest names is one; else every file with a
 * datasource begins one, and files without join the nearest around them. `configured` are paths of files or folders.
 */
export function groupSchemaFiles(
  sources: readonly PrismaSource[],
  configured: readonly string[],
  notes: SourceNote[],
): SchemaFiles[] {
  const named = [...new Set(configured)].filter((path) => sources.some((each) => isWithin(each.path, path)));
  const groups = named.map((path) => ({
    root: path,
    sources: sources.filter((each) => isWithin(each.path, path)),
  }));
  const grouped = new Set(groups.flatMap((group) => group.sources));
  const rest = sources.filter((source) => !grouped.has(source));
  const begun = dropCopies(rest.filter(hasDatasource), notes);
  const own = begun.map((source) => ({ root: folderOf(source.path), sources: [source] }));
  for (const source of rest) {
    if (hasDatasource(source)) continue;
    const group = nearestAround(source.path, [...groups, ...own]);
    if (group) group.sources.push(source);
    else if (groups.length || own.length)
      notes.push(leftOut(source, "belongs to no schema with a datasource"));
    else own.push({ root: folderOf(source.path), sources: [source] });
  }
  return [...groups, ...own].map(toFiles);
}

const hasDatasource = (source: PrismaSource): boolean => source.datasources.length > 0;

/** Beside a `schema.prisma` with a datasource, another file with one is a copy or a variant that Prisma does not read. */
function dropCopies(sources: readonly PrismaSource[], notes: SourceNote[]): PrismaSource[] {
  const main = new Set(sources.filter(isMain).map((source) => folderOf(source.path)));
  return sources.filter((source) => {
    const copy = !isMain(source) && main.has(folderOf(source.path));
    if (copy) notes.push(leftOut(source, "stands beside schema.prisma, which has the datasource"));
    return !copy;
  });
}

const isMain = ({ path }: PrismaSource): boolean => nameOf(path) === "schema.prisma";

function nearestAround<T extends { readonly root: string }>(
  path: string,
  groups: readonly T[],
): T | undefined {
  const around = groups.filter(({ root }) => isWithin(path, root));
  return around.reduce<T | undefined>((a, b) => (!a || b.root.length > a.root.length ? b : a), undefined);
}

function toFiles({
  root,
  sources,
}: {
  readonly root: string;
  readonly sources: readonly PrismaSource[];
}): SchemaFiles {
  const provider = sources.flatMap((source) => source.datasources).map(({ values }) => values.provider)[0];
  const paths = sources.map((source) => source.path).sort();
  const folder = root.endsWith(".prisma") ? folderOf(root) : root;
  return { folder, paths, provider: typeof provider === "string" ? provider : "" };
}

const leftOut = ({ path }: PrismaSource, why: string): SourceNote => ({
  path,
  what: "Prisma schema",
  read: false,
  why,
});
