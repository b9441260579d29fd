import { type Func, qualify, type Table } from "../catalog/catalog.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import type { Term } from "../catalog/meaning/formula.ts";
import { conditionOnRow } from "../catalog/meaning/read.ts";
import { admissionsBy, type Door, doorsBy } from "./admissions.ts";
import { saysPublic } from "./judge.ts";
import { worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { rowsOfFunction } from "./strangers.ts";

/**
 * A row by which a SECURITY DEFINER function lets its caller in to what he names, though the rows that it then reaches
 * need not be of that: `if not is_member(org) then raise ...; delete from tasks where id = task`. Only where policies of
 * the rows' table let people in by such rows as well.
 */
export function doorToOthers(project: Project, func: Func, tables: readonly Table[]): Door | undefined {
  const keys = new Set(tables.map(({ schema, name }) => qualify(schema, name)));
  for (const rows of rowsOfFunction(project, func)) {
    const key = rows.rows[0]?.table;
    const condition = key !== undefined && keys.has(key) ? conditionOnRow(rows) : undefined;
    if (!condition || saysPublic(condition)) continue;
    const door = doorsBy(condition, isArgument).find(({ by }) => opens(project, by, key!));
    if (door && canBeTrue(condition, worldOf(project, "elsewhere")) === "yes") return door;
  }
  return undefined;
}

const isArgument = (term: Term): boolean => term.kind === "apply" && /^\? argument \d+$/.test(term.name);

const opens = (project: Project, by: string, key: string): boolean =>
  (admissionsBy(project).get(by) ?? []).some(({ table }) => qualify(table.schema, table.name) === key);
