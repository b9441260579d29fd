import type { Project } from "../project/project.ts";
import { unfollowed } from "../project/unfollowed.ts";
import type { ConfigurationProblem } from "../rules/rule.ts";
import { findNear } from "../text/near.ts";
import type { Configuration, NamedTable } from "./configuration.ts";

/** Tables that the configuration names and nothing makes: what it says of them is in force nowhere. */
export function unknownTables(
  { named }: Configuration,
  projects: readonly Project[],
): ConfigurationProblem[] {
  const databases = named.length ? projects.filter(({ tablesFrom }) => tablesFrom !== "nothing") : [];
  if (!databases.length || !databases.every(isKnownWhole)) return [];
  const tables = databases.flatMap(({ catalog }) =>
    [...catalog.tables].map(([key, { name }]) => ({ key, name })),
  );
  return named
    .filter(({ name }) => !tables.some((table) => table.key === name || table.name === name))
    .map((each) => problemOf(each, tables));
}

/** One database that is looked at alone may not be the one that is meant. */
const isKnownWhole = (project: Project): boolean =>
  project.manages.tables &&
  !unfollowed(project, /\btable\b/i) &&
  !project.history.some(({ kind }) => kind === "database");

function problemOf(
  { name, key, place }: NamedTable,
  tables: readonly { readonly key: string; readonly name: string }[],
): ConfigurationProblem {
  const near =
    findNear(
      name,
      tables.map((table) => table.key),
    ) ??
    findNear(
      name,
      tables.map((table) => table.name),
    );
  return {
    place,
    key,
    severity: "warning",
    message: near
      ? `"${key}" names the table "${name}", and it is called ${near}.`
      : `"${key}" names the table "${name}", and no table has that name.`,
    ...(near !== undefined && { near: { name: near, edit: { ...place, text: JSON.stringify(near) } } }),
  };
}
