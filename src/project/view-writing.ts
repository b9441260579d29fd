import type { Column, Table, View } from "../catalog/catalog.ts";
import { and, type Formula, TRUE } from "../catalog/meaning/formula.ts";
import { isAggregate } from "../catalog/meaning/grouped.ts";
import { conditionOnRow, readRows } from "../catalog/meaning/read.ts";
import { findViewMeaning } from "../catalog/resolve/resolve.ts";
import type { Query } from "../source/sql/expression.ts";
import { callerNamesOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { isInvokerView, isView, ownerOf, readsPastPolicies, relationNamed } from "./relations.ts";

const WRITINGS = ["insert", "update", "delete"] as const;
export type Writing = (typeof WRITINGS)[number];

/** How PostgreSQL writes a table through a view that it makes updatable by itself. */
export interface Writable {
  readonly table: Table;
  readonly commands: readonly Writing[];
  /** Every column of the view, and those that may be written with the table's column each. */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<string, string>;
  /** Which rows there are to change or delete. */
  readonly where: Formula;
  /** What a new row is held to: nothing without WITH CHECK OPTION. */
  readonly check: Formula;
}

/**
 * A view by which a protected table is written past its policies. Undefined where it is not updatable, where it writes
 * with the rights of somebody whom policies hold, and where its condition was not understood.
 */
export const writableOf = (project: Project, view: View): Writable | undefined =>
  findWritable(project, view, []);

function findWritable(project: Project, view: View, inside: readonly View[]): Writable | undefined {
  const { query, instead, options } = view;
  const [item] = query.from;
  if (view.materialized || view.uncertain || inside.includes(view)) return undefined;
  if (item?.kind !== "table" || !isUpdatable(query)) return undefined;
  const relation = relationNamed(project.catalog, item.name, view.searchPath);
  const under =
    relation &&
    (isView(relation)
      ? findWritable(project, relation, [...inside, view])
      : writableTable(project, relation, view));
  const columns = under && columnsThrough(view, under);
  const block = columns && blockOf(project, view);
  const where = block && conditionOnRow(block);
  if (!where) return undefined;
  return {
    table: under.table,
    commands: under.commands.filter((each) => !instead.some(({ events }) => events.includes(each))),
    names: view.columns,
    columns,
    where,
    check: and([under.check, checkOf(options.check_option, block)]),
  };
}

/** The table itself, as the owner of the view over it reaches it. */
function writableTable(project: Project, table: Table, view: View): Writable | undefined {
  if (!table.rowSecurity || table.uncertain || isInvokerView(view)) return undefined;
  if (!readsPastPolicies(project, table, ownerOf(project, view))) return undefined;
  const columns = [...table.columns.values()].filter(isWritable).map(({ name }) => [name, name] as const);
  const names = [...table.columns.keys()];
  return { table, commands: WRITINGS, names, columns: new Map(columns), where: TRUE, check: TRUE };
}

const isWritable = ({ generated }: Column): boolean => !generated;

/** One table or view in FROM, and every row of it one row of the view. */
const isUpdatable = (query: Query): boolean =>
  query.command === "select" &&
  query.from.length === 1 &&
  !(query.setOperation || query.distinct || query.groupBy?.length || query.having) &&
  !(query.limit || query.offset || query.ctes.length) &&
  !query.targets.some(({ expr }) => isAggregate(expr));

/** The columns that are those of the relation below; undefined where the view's are not known. */
function columnsThrough(
  { query, columns: names }: View,
  { names: all, columns: below }: Writable,
): ReadonlyMap<string, string> | undefined {
  const sources = query.targets.flatMap(({ expr }): readonly (string | undefined)[] => {
    if (expr.kind !== "column") return [undefined];
    const name = expr.path.at(-1)!;
    return name === "*" ? all : [name];
  });
  if (!names.length || sources.length < names.length) return undefined;
  return new Map(
    names.flatMap((name, i): [string, string][] => {
      const column = sources[i] === undefined ? undefined : below.get(sources[i]);
      return column === undefined ? [] : [[name, column]];
    }),
  );
}

type ViewBlock = NonNullable<ReturnType<typeof readRows>>[number];

/** The one SELECT of the view, which ranges over the table's row: with its WHERE, and those of the views below. */
function blockOf({ catalog, platform }: Project, view: View): ViewBlock | undefined {
  const blocks = readRows(catalog, findViewMeaning(catalog, view), view.query, callerNamesOf(platform), []);
  return blocks?.length === 1 ? blocks[0] : undefined;
}

/** What a view's own CHECK OPTION holds new rows to: LOCAL leaves views below to themselves. */
function checkOf(option: string | undefined, block: ViewBlock): Formula {
  if (option === undefined) return TRUE;
  const { rows, where, own } = block;
  return conditionOnRow({ rows, where: option === "local" ? own : where })!;
}
