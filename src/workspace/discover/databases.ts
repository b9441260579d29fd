import type { SourceNote } from "../../lint/report.ts";
import type { Unordered } from "../../project/build-order.ts";
import { findAnchors } from "./anchors.ts";
import type { FileKind } from "./file-kind.ts";
import { type AnchorGroup, isWithin, joinAnchors } from "./join-anchors.ts";
import { assignSql, groupsOfLooseSql } from "./loose-sql.ts";
import { PackageTree } from "./package-tree.ts";
import { folderOf } from "./sql-role.ts";
import type { FileOfKind, SchemaFiles, Survey } from "./survey.ts";

/** The files of one database and of the code that uses it; `isDatabase` is false for what belongs to none. */
export interface DatabaseFiles {
  readonly isDatabase: boolean;
  readonly folder: string;
  readonly schemas: readonly SchemaFiles[];
  readonly sql: readonly Unordered[];
  readonly hasSupabaseFolder: boolean;
  /** Code, manifests and settings. */
  readonly others: readonly FileOfKind[];
}

export interface Layout {
  readonly databases: readonly DatabaseFiles[];
  /** Files that belong to no database, and why. */
  readonly notes: readonly SourceNote[];
}

/** Splits the files of a workspace into databases. Pure: everything it goes by is in the survey. */
export function findDatabases(survey: Survey): Layout {
  const notes: SourceNote[] = [];
  const packages = new PackageTree(survey.packages);
  const anchored = joinAnchors(findAnchors(survey, packages, notes));
  const groups = anchored.length ? anchored : groupsOfLooseSql(survey, packages);
  const ownerOf = createOwners(groups, packages);
  const sql = assignSql(survey, groups, ownerOf, notes);
  const others = assignOthers(survey.files, groups, ownerOf);
  const databases = groups.map((group) => databaseFiles(group, sql.get(group)!, others.get(group)!));
  const orphans = others.get(undefined)!;
  if (orphans.length || !databases.length) databases.push(noDatabase(groups, orphans));
  return { databases, notes };
}

/** What belongs to no database, under a name of its own. */
const noDatabase = (groups: readonly AnchorGroup[], others: readonly FileOfKind[]): DatabaseFiles => ({
  isDatabase: false,
  folder: groups.some(({ folder }) => folder === "") ? "." : "",
  schemas: [],
  sql: [],
  hasSupabaseFolder: false,
  others,
});

const databaseFiles = (
  group: AnchorGroup,
  sql: readonly Unordered[],
  others: readonly FileOfKind[],
): DatabaseFiles => ({
  isDatabase: true,
  folder: group.folder,
  schemas: group.anchors.flatMap((anchor) => (anchor.schema ? [anchor.schema] : [])),
  sql,
  hasSupabaseFolder: group.anchors.some((anchor) => anchor.kind === "supabase"),
  others,
});

/** The database that a file belongs to, or undefined. */
export type OwnerOf = (path: string) => AnchorGroup | undefined;

/**
 * The only database owns everything but examples that stand on their own. Of several: the one of the file's own package,
 * else the one that its package depends on, else the one whose folder it lies in. Two that are equally near own it neither.
 */
function createOwners(groups: readonly AnchorGroup[], packages: PackageTree): OwnerOf {
  const held = new Map<string, AnchorGroup[]>();
  for (const group of groups) {
    for (const folder of new Set(group.anchors.map((anchor) => anchor.package))) {
      held.set(folder, [...(held.get(folder) ?? []), group]);
    }
  }
  const ofPackage = new Map<string, readonly AnchorGroup[]>();
  const candidates = (holder: string): readonly AnchorGroup[] => {
    const only = groups.length < 2 && !EXAMPLE.test(holder);
    const known = ofPackage.get(holder) ?? (only ? groups : candidatesOf(holder, held, groups, packages));
    ofPackage.set(holder, known);
    return known;
  };
  return (path) => nearestTo(path, candidates(packages.holder(path)));
}

function candidatesOf(
  holder: string,
  held: ReadonlyMap<string, readonly AnchorGroup[]>,
  groups: readonly AnchorGroup[],
  packages: PackageTree,
): readonly AnchorGroup[] {
  const own = held.get(holder);
  if (own) return own;
  const used = new Set(packages.reachable(holder).flatMap((folder) => held.get(folder) ?? []));
  if (used.size) return [...used];
  const around = groups.filter((group) => isWithin(holder, group.folder) && !isExampleBeside(holder, group));
  const depth = Math.max(...around.map((group) => group.folder.length));
  return around.filter((group) => group.folder.length === depth);
}

const EXAMPLE = /(?:^|\/)(?:examples?|demos?|samples?)(?:\/|$)/i;

/** A package of an example, which has another database than the project that it shows. */
function isExampleBeside(holder: string, { anchors }: AnchorGroup): boolean {
  const example = EXAMPLE.exec(holder);
  if (!example) return false;
  const within = holder.slice(0, example.index + example[0].length);
  return !anchors.some(({ folder }) => `${folder}/`.startsWith(within));
}

/** Of several candidates the one whose folder holds the file, and is the deepest that does. */
function nearestTo(path: string, candidates: readonly AnchorGroup[]): AnchorGroup | undefined {
  if (candidates.length < 2) return candidates[0];
  const depths = candidates.map(({ anchors }) => Math.max(...anchors.map((each) => depthOf(each, path))));
  const deepest = Math.max(...depths);
  const holding = candidates.filter((_, i) => deepest >= 0 && depths[i] === deepest);
  return holding.length === 1 ? holding[0] : undefined;
}

/** How deep the folder lies that holds what is an anchor's: around a supabase folder all of its application. -1 for others. */
function depthOf({ kind, folder }: AnchorGroup["anchors"][number], path: string): number {
  const home = kind === "supabase" ? folderOf(folder) : folder;
  const holds = isWithin(path, home) && (kind === "supabase" || home !== "");
  return holds ? home.length : -1;
}

function assignOthers(files: readonly FileOfKind[], groups: readonly AnchorGroup[], ownerOf: OwnerOf) {
  const others = new Map<AnchorGroup | undefined, FileOfKind[]>(
    [...groups, undefined].map((group) => [group, []]),
  );
  for (const file of files) if (!OF_DATABASES.has(file.kind)) others.get(ownerOf(file.path))!.push(file);
  return others;
}

const OF_DATABASES: ReadonlySet<FileKind> = new Set(["prisma", "sql", "prisma-lock", "drizzle-journal"]);
