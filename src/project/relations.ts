import { isBypass } from "../catalog/access.ts";
import { type Catalog, type Func, type Policy, qualify, type Table, type View } from "../catalog/catalog.ts";
import type { QualifiedName } from "../source/sql/expression.ts";
import { tablesOf } from "../source/sql/walk.ts";
import { bodyRelations } from "./function-words.ts";
import { settledOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { rowAccessOf } from "./row-access.ts";

/** The table or view that a name in FROM means. */
export function relationNamed(
  catalog: Catalog,
  { schema, name }: Pick<QualifiedName, "schema" | "name">,
  searchPath: readonly string[],
): Table | View | undefined {
  for (const each of schema === undefined ? searchPath : [schema]) {
    const key = qualify(each, name);
    const found = catalog.tables.get(key) ?? catalog.views.get(key);
    if (found) return found;
  }
  return undefined;
}

export const isView = (relation: Table | View): relation is View => "materialized" in relation;

/** Whether a view reads with its caller's rights. */
export const isInvokerView = (view: View): boolean =>
  /^(true|on|1|yes)$/i.test(view.options.security_invoker ?? "");

/** The tables and views that a view's query names. */
export const relationsOfView = (project: Project, view: View): readonly (Table | View)[] =>
  tablesOf(view.query).flatMap((name) => relationNamed(project.catalog, name, view.searchPath) ?? []);

/** The tables and views that a function's body names. */
export const relationsOfBody = (project: Project, func: Func): readonly (Table | View)[] =>
  bodyRelations(func).flatMap((name) => relationNamed(project.catalog, name, func.searchPath) ?? []);

/** The role that made an object, where nothing says who owns it. */
export const ownerOf = (project: Project, object: { readonly owner?: string }): string =>
  object.owner ?? project.platform.migrationRole;

/** Whether a role reads a table past its policies: by its attributes, or as the owner of one that is not forced. */
export const readsPastPolicies = (project: Project, table: Table, role: string): boolean =>
  isBypass(project.catalog, role) || (!table.forced && ownerOf(project, table) === role);

/** Whether policies show a role every row of a table anyway. */
export function seesEveryRow(project: Project, table: Table, role: string): boolean {
  const access = rowAccessOf(project, table, role, "select");
  if (access.rows !== "some") return access.rows === "every";
  const isOpen = ({ using }: Policy) => using !== undefined && settledOf(project, table, using) === true;
  return access.permissive.some(isOpen) && access.restrictive.every(isOpen);
}
