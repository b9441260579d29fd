import type { SourceNote } from "../../lint/report.ts";
import type { Unordered } from "../../project/build-order.ts";
import type { OwnerOf } from "./databases.ts";
import { withGround } from "./ground.ts";
import { type AnchorGroup, isWithin } from "./join-anchors.ts";
import type { PackageTree } from "./package-tree.ts";
import { folderOf, nameOf } from "./sql-role.ts";
import type { SqlContent, Survey } from "./survey.ts";

/**
 * Gives every database its SQL: the folders of its anchors, and of the files outside them those that write policies,
 * those beside a schema or a supabase folder that define something, and, where there are no migrations, all that do.
 */
export function assignSql(
  survey: Survey,
  groups: readonly AnchorGroup[],
  ownerOf: OwnerOf,
  notes: SourceNote[],
): Map<AnchorGroup, Unordered[]> {
  const migrations = assignMigrations(survey, groups);
  for (const [group, files] of migrations)
    migrations.set(group, withoutCopies(withoutDiffed(files, survey, notes), survey, notes));
  const made = new Map(groups.map((group) => [group, tablesMadeBy(migrations.get(group)!, survey)]));
  const sql = new Map(groups.map((group) => [group, [...migrations.get(group)!]]));
  for (const [path, role] of survey.roles) {
    if ("why" in role) notes.push({ path, what: "SQL", read: false, why: role.why });
    const content = role.is === "outside" ? survey.about(path) : undefined;
    if (!content) continue;
    const group = ownerOf(path);
    const why = whyLeft(path, content, group, group && made.get(group));
    if (why) notes.push({ path, what: "SQL", read: false, why });
    else sql.get(group!)!.push({ path, kind: "adhoc", folder: folderOf(path), name: nameOf(path) });
  }
  for (const [group, files] of sql) sql.set(group, withGround(files, made.get(group), survey));
  return sql;
}

function assignMigrations(survey: Survey, groups: readonly AnchorGroup[]): Map<AnchorGroup, Unordered[]> {
  const sql = new Map<AnchorGroup, Unordered[]>(groups.map((group) => [group, []]));
  const groupOfFolder = new Map<string, AnchorGroup>();
  for (const group of groups) {
    for (const anchor of group.anchors)
      for (const folder of anchor.sqlFolders) groupOfFolder.set(folder, group);
  }
  for (const [path, role] of survey.roles) {
    const group = "folder" in role ? groupOfFolder.get(role.folder) : undefined;
    if (group && "folder" in role)
      sql.get(group)!.push({ path, kind: role.is, folder: role.folder, name: role.name });
  }
  return sql;
}

/**
 * Declarative schemas become migrations when their author asks for the difference: where those make the same tables, the
 * schemas would make everything a second time.
 */
function withoutDiffed(files: Unordered[], survey: Survey, notes: SourceNote[]): Unordered[] {
  const schemas = files.filter((file) => file.kind === "schema");
  const migrations = files.filter((file) => file.kind !== "schema");
  const made = tablesMadeBy(migrations, survey);
  const creates = schemas.flatMap(({ path }) => survey.about(path)?.creates ?? []);
  if (!made || !repeats(creates, made)) return files;
  const why = "declarative; the migrations that came of it are read";
  for (const { path } of schemas) notes.push({ path, what: "declarative schema", read: false, why });
  return migrations;
}

/** A folder that no tool owns, and that makes the tables of one that a tool does, is a copy kept for some other time. */
function withoutCopies(files: Unordered[], survey: Survey, notes: SourceNote[]): Unordered[] {
  const made = tablesMadeBy(
    files.filter(({ kind }) => kind !== "other"),
    survey,
  );
  if (!made) return files;
  const others = files.filter(({ kind }) => kind === "other");
  const created = new Map<string, string[]>();
  for (const { path, folder } of others)
    created.set(folder, [...(created.get(folder) ?? []), ...(survey.about(path)?.creates ?? [])]);
  const isCopy = ({ kind, folder }: Unordered) => kind === "other" && repeats(created.get(folder)!, made);
  for (const { path } of others.filter(isCopy))
    notes.push({ path, what: "SQL", read: false, why: "repeats what the migrations make" });
  return files.filter((file) => !isCopy(file));
}

/** Undefined where there are no migrations. */
function tablesMadeBy(files: readonly Unordered[], survey: Survey): ReadonlySet<string> | undefined {
  return files.length ? new Set(files.flatMap(({ path }) => survey.about(path)?.creates ?? [])) : undefined;
}

/** Why a file outside the migrations is no part of what its database went through; undefined where it is one. */
function whyLeft(
  path: string,
  content: SqlContent,
  group: AnchorGroup | undefined,
  made: ReadonlySet<string> | undefined,
): string | undefined {
  if (!content.protects && !content.defines) return "defines nothing";
  if (!group) return "belongs to none of the databases found here";
  if (!made) return undefined;
  if (EXAMPLE.test(path.slice(group.folder.length))) return "an example";
  if (!content.protects && !isBeside(path, group)) return "outside the migrations, and writes no policies";
  return repeats(content.creates, made) ? "repeats what the migrations make" : undefined;
}

/** Of the group's own folders: a workspace that stands in a folder of examples is none. */
const EXAMPLE = /(?:^|\/)(?:examples?|samples?|templates?)\//i;

/** In the very folder of a schema, or of its migrations, or below. */
const isBeside = (path: string, group: AnchorGroup): boolean =>
  group.anchors.some(({ kind, folder }) => kind !== "other" && folder !== "" && isWithin(path, folder));

/** A file that creates the tables of the migrations once more is a copy of them, not a step after them. */
const repeats = (creates: readonly string[], made: ReadonlySet<string>): boolean =>
  creates.length > 0 && creates.filter((table) => made.has(table)).length * 2 >= creates.length;

/** Where nothing else says "here is a database", SQL that defines something does: one for each package that has some. */
export function groupsOfLooseSql(survey: Survey, packages: PackageTree): AnchorGroup[] {
  const folders = new Map<string, string>();
  for (const [path, role] of survey.roles) {
    const content = role.is === "outside" ? survey.about(path) : undefined;
    if (content?.defines || content?.protects) folders.set(packages.holder(path), folderOf(path));
  }
  return [...folders].map(([holder, folder]) => ({
    folder: holder,
    anchors: [{ kind: "other", folder, package: holder, sqlFolders: [] }],
  }));
}
