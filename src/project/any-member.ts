import type { PolicyClause, Table } from "../catalog/catalog.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import { type Formula, isRange, someTerm, visit } from "../catalog/meaning/formula.ts";
import { readPart } from "../catalog/meaning/read.ts";
import type { Expr } from "../source/sql/expression.ts";
import { callerNamesOf, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import type { Membership } from "./tenancy.ts";
import { namedColumns, needsMore } from "./ties.ts";

/** A membership that a part of a clause asks for, of whatever tenant: nothing of the row is asked with it. */
export interface AnyMembership {
  readonly table: Table;
  /** As what the caller must belong to one of them. */
  readonly asRole: boolean;
}

export function anyMembershipIn(
  project: Project,
  table: Table,
  clause: PolicyClause,
  part: Expr,
): AnyMembership | undefined {
  const { formula } = readPart(project.catalog, table, clause, part, callerNamesOf(project.platform));
  const membership = membershipsOf(project).find((each) => ranges(formula, each.table));
  const members = membership && project.catalog.tables.get(membership.table);
  if (!members || namedColumns(formula).size || !needsMore(project, formula)) return undefined;
  if (canBeTrue(formula, worldOf(project, "elsewhere")) !== "yes") return undefined;
  return { table: members, asRole: asksMore(formula, membership) };
}

/** A user's row that holds his one tenant is everybody's: it says who he is. */
const membershipsOf = ({ tenancy }: Project): readonly Membership[] =>
  tenancy.memberships.filter(({ table }) => table !== tenancy.user?.table);

function ranges(formula: Formula, table: string): boolean {
  let found = false;
  visit(formula, (part) => {
    found ||= isRange(part) && part.rows.some((row) => row.table === table);
    return !found;
  });
  return found;
}

/** Columns of the membership besides those that say who belongs to what. */
const asksMore = (formula: Formula, { table, userColumn, tenantColumn }: Membership): boolean =>
  someTerm(
    formula,
    (term) =>
      term.kind === "column" &&
      term.table === table &&
      term.column !== userColumn &&
      term.column !== tenantColumn,
  );
