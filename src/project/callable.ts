import { mayExecute, rolesOf } from "../catalog/access.ts";
import type { Func } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import type { Project } from "./project.ts";

/**
 * Whether `role` may call the function, as far as sources can tell. A dump lists all who may: where it takes EXECUTE from
 * PUBLIC and leaves a role out that the platform gives it by default, the database that it was taken from had it taken too.
 */
export function mayCall(project: Project, func: Func, role: string): boolean {
  if (!mayExecute(project.catalog, func, role)) return false;
  if (func.publicExecute || !dumpsOf(project).has(func.made.path)) return true;
  const roles = rolesOf(project.catalog, role);
  const grants = func.grants.filter((grant) => grant.privilege === "execute" && roles.has(grant.role));
  return !grants.length || grants.some(({ origin }) => origin !== "assumed");
}

/** Paths of the files that pg_dump wrote: each begins with settings, of which nobody else writes this one. */
const dumpsOf = derived(
  (project: Project): ReadonlySet<string> =>
    new Set(
      project.history
        .filter(({ source }) =>
          source.statements.some((statement) => statement.kind === "set" && statement.name === "xmloption"),
        )
        .map(({ source }) => source.path),
    ),
);
