import ignore from "ignore";
import type { Configuration } from "../../lint/configuration.ts";
import type { SourceNote } from "../../lint/report.ts";
import { isWithin } from "./join-anchors.ts";
import { folderOf, nameOf, type SqlRole } from "./sql-role.ts";

type Listed = Pick<Configuration, "migrations" | "adhoc">;

/** Keeps the files that `include` names and `exclude` does not; both read as in .gitignore. */
export function createFilter({ include, exclude }: Pick<Configuration, "include" | "exclude">) {
  const wanted = include.length ? ignore().add([...include]) : undefined;
  const unwanted = exclude.length ? ignore().add([...exclude]) : undefined;
  return (path: string): boolean => (!wanted || wanted.ignores(path)) && !unwanted?.ignores(path);
}

/** Keeps the notes on files and folders that `exclude` does not name. */
export function withoutExcluded(
  notes: readonly SourceNote[],
  { exclude }: Pick<Configuration, "exclude">,
): readonly SourceNote[] {
  if (!exclude.length) return notes;
  const isWanted = createFilter({ include: [], exclude });
  // A folder is named as such, or by what is in it.
  return notes.filter(({ path }) => path === "." || (isWanted(path) && isWanted(`${path}/x`)));
}

/** Roles as the configuration has them: its lists stand in place of what is found. */
export function applyLists(
  roles: ReadonlyMap<string, SqlRole>,
  { migrations, adhoc }: Listed,
): Map<string, SqlRole> {
  const result = new Map(roles);
  for (const [path, role] of roles) {
    if (adhoc && matches(path, adhoc)) result.set(path, { is: "outside", listed: true });
    else if (migrations && matches(path, migrations)) result.set(path, asMigration(path, role, migrations));
    else if (migrations && isMigration(role)) result.set(path, notListed("migrations"));
    else if (adhoc && role.is === "outside") result.set(path, notListed("adhoc"));
  }
  return result;
}

/** Every listed path with the files of listed folders in their place, by name. */
export function listedOrder(paths: readonly string[], { migrations = [], adhoc = [] }: Listed): string[] {
  const sorted = [...paths].sort();
  return [...migrations, ...adhoc].flatMap((entry) => sorted.filter((path) => isWithin(path, clean(entry))));
}

const isMigration = ({ is }: SqlRole): boolean =>
  is === "prisma" || is === "supabase" || is === "other" || is === "schema";

/** A file keeps the tool that its place speaks of. */
function asMigration(path: string, role: SqlRole, listed: readonly string[]): SqlRole {
  if (isMigration(role)) return role;
  const entry = clean(listed.find((each) => isWithin(path, clean(each)))!);
  const folder = entry === path ? folderOf(path) : entry;
  return { is: "other", folder, name: path.slice(folder ? folder.length + 1 : 0) || nameOf(path) };
}

const notListed = (key: string): SqlRole => ({
  is: "foreign",
  why: `not among the ${key} that rowguard.config.json lists`,
});

const matches = (path: string, entries: readonly string[]): boolean =>
  entries.some((each) => isWithin(path, clean(each)));

const clean = (entry: string): string => entry.replace(/^\.\//, "").replace(/\/+$/, "");
