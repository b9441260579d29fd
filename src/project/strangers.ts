import type { Func, Table, View } from "../catalog/catalog.ts";
import { qualify } from "../catalog/catalog.ts";
import { canBeTrue, isNeverTrue } from "../catalog/meaning/decide.ts";
import { readRows } from "../catalog/meaning/read.ts";
import { findBodyMeaning, findViewMeaning } from "../catalog/resolve/resolve.ts";
import { saysPublic } from "./judge.ts";
import { callerNamesOf, type Who, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";

type Rows = NonNullable<ReturnType<typeof readRows>>;

/** Whether a view that reads with its owner's rights surely shows rows of the tables to readers of whom the database holds nothing. */
export function showsStrangers(
  project: Project,
  view: View,
  tables: readonly Table[],
  readers: readonly string[],
): boolean {
  return isOpen(project, rowsOfView(project, view), tables, readers);
}

/** Whether a view shows no row, whoever asks: `where false`. */
export const showsNothing = (project: Project, view: View): boolean =>
  rowsOfView(project, view)?.every(({ where }) => isNeverTrue(where) === "yes") === true;

const rowsOfView = ({ catalog, platform }: Project, view: View): Rows | undefined =>
  readRows(catalog, findViewMeaning(catalog, view), view.query, callerNamesOf(platform), []);

/** The same of a SECURITY DEFINER function of one query, whatever it is called with. */
export function givesStrangers(
  project: Project,
  func: Func,
  tables: readonly Table[],
  callers: readonly string[],
): boolean {
  const { catalog, platform } = project;
  const { body, args } = func;
  const [query] = body.queries;
  if (!query || body.queries.length > 1 || body.expressions.length || !body.complete) return false;
  if (func.language !== "sql" || func.returns?.name === "bool" || func.returns?.name === "void") return false;
  const inputs = args.filter(({ mode }) => mode !== "out" && mode !== "table").map(({ name }) => name);
  const rows = readRows(catalog, findBodyMeaning(catalog, func), query, callerNamesOf(platform), inputs);
  return isOpen(project, rows, tables, callers);
}

function isOpen(
  project: Project,
  all: Rows | undefined,
  tables: readonly Table[],
  roles: readonly string[],
): boolean {
  const keys = new Set(tables.map((table) => qualify(table.schema, table.name)));
  const worlds = whoComes(project, roles).map((who) => worldOf(project, who));
  return (all ?? []).some(
    ({ rows, where }) =>
      rows.some(({ table }) => table !== undefined && keys.has(table)) &&
      !saysPublic(where) &&
      worlds.some((world) => canBeTrue(where, world) === "yes"),
  );
}

/** Strangers among those who come as one of the roles. */
const whoComes = ({ platform }: Project, roles: readonly string[]): readonly Who[] => [
  ...(roles.some((role) => role !== platform.anonymousRole) ? (["stranger"] as const) : []),
  ...(platform.anonymousRole !== undefined && roles.includes(platform.anonymousRole)
    ? (["anonymous"] as const)
    : []),
];
