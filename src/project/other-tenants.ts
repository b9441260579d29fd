import { type Func, qualify, type Table, type View } from "../catalog/catalog.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import type { Formula, Term } from "../catalog/meaning/formula.ts";
import { conditionOn } from "../catalog/meaning/read.ts";
import { admissionsBy, doorsBy } from "./admissions.ts";
import { worldBeyond } from "./beyond.ts";
import { saysPublic, scopeOf } from "./judge.ts";
import { worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { type Rows, rowsOfFunction, rowsOfView } from "./strangers.ts";
import { askedMembership } from "./untied.ts";

/** A row that lets a caller in, by its table's key; what he reaches of a table need not be of what it lets him in to. */
export interface WayIn {
  readonly by: string;
  /** What that is, where he names it himself; else it is a tenant, whichever. */
  readonly keyColumn?: string;
  readonly table: Table;
}

/**
 * A row by which a SECURITY DEFINER function lets its caller in to what he names, though the rows that it then reaches
 * need not be of that: `if not is_member(org) then raise ...; delete from tasks where id = task`. Only where policies of
 * the rows' table let people in by such rows as well. Or the row is any membership of his.
 */
export function wayToOthers(project: Project, func: Func, tables: readonly Table[]): WayIn | undefined {
  return firstOf(rowsOfFunction(project, func), tables, (condition, table) => {
    const door = doorsBy(condition, isArgument).find(({ by }) => opens(project, by, table));
    return door && !saysPublic(condition) && isOpenBeyond(project, condition)
      ? { by: door.by, keyColumn: door.keyColumn, table }
      : membershipOfAny(project, condition, table);
  });
}

/** The rows that a view shows to whoever has any membership. */
export const rowsOfOthers = (project: Project, view: View, tables: readonly Table[]): WayIn | undefined =>
  firstOf(rowsOfView(project, view) ?? [], tables, (condition, table) =>
    membershipOfAny(project, condition, table),
  );

function firstOf(
  list: readonly Rows[],
  tables: readonly Table[],
  find: (condition: Formula, table: Table) => WayIn | undefined,
): WayIn | undefined {
  for (const each of list)
    for (const ranged of each.rows) {
      const table = tables.find(({ schema, name }) => qualify(schema, name) === ranged.table);
      const condition = table && conditionOn(each, ranged);
      const found = condition && find(condition, table);
      if (found) return found;
    }
  return undefined;
}

const isArgument = (term: Term): boolean => term.kind === "apply" && /^\? argument \d+$/.test(term.name);

const opens = (project: Project, by: string, { schema, name }: Table): boolean =>
  (admissionsBy(project).get(by) ?? []).some(
    ({ table }) => qualify(table.schema, table.name) === qualify(schema, name),
  );

const isOpenBeyond = (project: Project, condition: Formula): boolean =>
  canBeTrue(condition, worldBeyond(project)) === "yes";

function membershipOfAny(project: Project, condition: Formula, table: Table): WayIn | undefined {
  const asked = scopeOf(project, table)?.kind === "tenant" ? askedMembership(project, condition) : undefined;
  if (!asked || saysPublic(asked.without)) return undefined;
  if (canBeTrue(condition, worldOf(project, "stranger")) === "yes") return undefined;
  if (isOpenBeyond(project, asked.without) || !isOpenBeyond(project, condition)) return undefined;
  return { by: asked.membership.table, table };
}
