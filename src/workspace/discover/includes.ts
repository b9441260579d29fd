import type { Include } from "../../source/sql/statement.ts";
import { joinPath } from "../facts/settings.ts";
import { folderOf, type SqlRole } from "./sql-role.ts";
import type { SqlContent } from "./survey.ts";

/**
 * The file of the workspace that an include means; undefined where there is none. Where psql was started nobody knows:
 * at the root, or beside the file, if its path leads to one from there.
 */
export function includedPath(
  from: string,
  { path, relative }: Pick<Include, "path" | "relative">,
  has: (path: string) => boolean,
): string | undefined {
  const beside = joinPath(folderOf(from), path);
  return (relative ? [beside] : [joinPath("", path), beside]).find(has);
}

type About = (path: string) => SqlContent | undefined;

/** SQL files as psql runs them: a file with all that it reads in. */
export interface WithIncludes {
  /** Less the files that others read in. */
  readonly roles: ReadonlyMap<string, SqlRole>;
  readonly about: About;
  /** Path of a file that another reads in -> the one that nobody reads in and that leads to it. */
  readonly within: ReadonlyMap<string, string>;
}

export function withIncludes(roles: ReadonlyMap<string, SqlRole>, about: About): WithIncludes {
  const includesOf = (path: string): readonly string[] =>
    (about(path)?.includes ?? []).flatMap(
      (each) => includedPath(path, each, (file) => roles.has(file)) ?? [],
    );
  const paths = [...roles.keys()];
  const included = new Set(paths.flatMap((path) => includesOf(path).filter((each) => each !== path)));
  if (!included.size) return { roles, about, within: new Map() };
  const within = new Map<string, string>();
  const closures = new Map<string, readonly string[]>();
  // Files that only read in one another are begun with the first of them.
  for (const path of [...paths.filter((each) => !included.has(each)), ...paths]) {
    if (within.has(path) || closures.has(path)) continue;
    const all = closureOf(path, includesOf);
    closures.set(path, all);
    for (const each of all) if (each !== path && !within.has(each)) within.set(each, path);
  }
  return {
    roles: new Map([...roles].filter(([path]) => !within.has(path))),
    about: (path) => joined((closures.get(path) ?? [path]).map(about)),
    within,
  };
}

/** The file and all that it reads in, each once. */
function closureOf(path: string, includesOf: (path: string) => readonly string[]): readonly string[] {
  const all = new Set([path]);
  // A set that grows is walked to its end.
  for (const each of all) for (const included of includesOf(each)) all.add(included);
  return [...all];
}

/** What several files do together; the first must be known. */
function joined([first, ...rest]: readonly (SqlContent | undefined)[]): SqlContent | undefined {
  if (!first || !rest.length) return first;
  const all = [first, ...rest].filter((each) => each !== undefined);
  const creates = all.flatMap((each) => each.creates);
  const needs = all.flatMap((each) => each.needs ?? []).filter((table) => !creates.includes(table));
  return {
    protects: all.some((each) => each.protects),
    defines: all.some((each) => each.defines),
    creates,
    ...(first.needs && { needs: [...new Set(needs)] }),
    ...(all.some((each) => each.mentionsPlatform) && { mentionsPlatform: true }),
  };
}
