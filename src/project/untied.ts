import type { Table } from "../catalog/catalog.ts";
import { type Arm, armsOf } from "../catalog/meaning/arms.ts";
import {
  type Formula,
  type Ranged,
  someTerm,
  spokenBy,
  type Term,
  visit,
} from "../catalog/meaning/formula.ts";
import { identityOf, isUserIdentity } from "./identity.ts";
import { type Judged, openFor } from "./judge.ts";
import { propositionOf } from "./meaning.ts";
import { isHeldElsewhere, worldApart } from "./planted.ts";
import type { Project } from "./project.ts";
import { uniqueColumns } from "./tenancy/membership.ts";
import type { Membership } from "./tenancy.ts";
import { ownColumnOf } from "./tenant-column.ts";

/** The membership table that the arm asks, where it holds for rows that have nothing to do with it. */
export function untiedMembership(
  project: Project,
  table: Table,
  judged: Judged,
  arm: Arm,
): Table | undefined {
  const { memberships } = project.tenancy;
  let found: string | undefined;
  const written = asWritten(project, table, judged, arm);
  visit(written, (part) => {
    if (part.kind !== "exists" && part.kind !== "some" && part.kind !== "one") return;
    const key = part.rows
      .map(({ table }) => table)
      .find((each) => memberships.some(({ table }) => table === each));
    found ??= key;
  });
  if (found === undefined || openFor(project, judged, arm.formula, "stranger").length) return undefined;
  const membership = memberships.find(({ table }) => table === found)!;
  // A user row that holds its one tenant also says who runs the platform.
  if (membership.table === project.tenancy.user?.table && !namesTenant(written, membership)) return undefined;
  const members = project.catalog.tables.get(found);
  const own = ownColumnOf(project, table);
  const isUntied =
    openFor(project, judged, arm.formula, "elsewhere").length > 0 ||
    (own !== undefined &&
      !isHeldElsewhere(project, table, own, arm.formula) &&
      openFor(project, judged, arm.formula, worldApart(own)).includes("insert"));
  return isUntied ? members : undefined;
}

/** The arm without what the policies of the tables that it reads ask: those may look for members of their own. */
function asWritten(project: Project, table: Table, { written }: Judged, { formula, at }: Arm): Formula {
  const plain = armsOf(propositionOf(project, table, written.clause).formula);
  return plain.find((each) => each.at?.start === at?.start && each.at?.end === at?.end)?.formula ?? formula;
}

const namesTenant = (formula: Formula, { table, tenantColumn }: Membership): boolean =>
  someTerm(formula, (term) => term.kind === "column" && term.table === table && term.column === tenantColumn);

/**
 * A table that the rows hang on by foreign keys, of which the arm asks for some row of the caller's, he may have several,
 * and holds for rows that hang on others: `exists (select from classes where teacher_id = me)` of grades.
 */
export function untiedHold(project: Project, table: Table, judged: Judged, arm: Arm): Table | undefined {
  const held = tablesAbove(project, table);
  let found: Table | undefined;
  visit(asWritten(project, table, judged, arm), (part) => {
    if (part.kind !== "exists" && part.kind !== "some" && part.kind !== "one") return;
    for (const ranged of part.rows)
      if (held.has(ranged.table ?? "") && isOneOfSeveral(project, ranged, part))
        found ??= held.get(ranged.table!);
  });
  if (!found || openFor(project, judged, arm.formula, "stranger").length) return undefined;
  return openFor(project, judged, arm.formula, "elsewhere").length ? found : undefined;
}

/** The tables that a table refers to, and those that they do, by key; people are none that rows hang on. */
function tablesAbove({ catalog }: Project, table: Table): ReadonlyMap<string, Table> {
  const found = new Map<string, Table>();
  const queue = [table];
  for (const each of queue)
    for (const { references } of each.constraints) {
      const above = references && catalog.tables.get(references.table);
      if (!above || above === table || found.has(references.table)) continue;
      found.set(references.table, above);
      queue.push(above);
    }
  return found;
}

/** The row is the caller's by a column that other rows of his may have as well: no row that says who he is. */
function isOneOfSeveral(project: Project, { row, table: key }: Ranged, part: Formula): boolean {
  const table = project.catalog.tables.get(key!)!;
  const single = new Set(uniqueColumns(table).flatMap((columns) => (columns.length === 1 ? columns : [])));
  let several = false;
  let one = false;
  visit(part, (each) => {
    if (each.kind !== "compare" || each.operator !== "=") return;
    for (const [side, other] of [
      [each.left, each.right],
      [each.right, each.left],
    ] as const) {
      if (side.kind !== "column" || side.row !== row || !isCaller(other)) continue;
      const identity = identityOf(project, { table: key!, column: side.column });
      if (single.has(side.column)) one = true;
      else several ||= identity !== undefined && isUserIdentity(identity);
    }
  });
  return several && !one;
}

function isCaller(term: Term): boolean {
  const { caller, row, local } = spokenBy(term);
  return caller && !row && !local;
}
