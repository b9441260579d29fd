import type { PolicyClause, Table } from "../catalog/catalog.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import {
  type Formula,
  isRange,
  rewriteTerms,
  someTerm,
  spokenBy,
  type Term,
  visit,
} from "../catalog/meaning/formula.ts";
import { readPart } from "../catalog/meaning/read.ts";
import { columnTerm } from "../catalog/meaning/value.ts";
import type { Expr } from "../source/sql/expression.ts";
import { worldBeyond } from "./beyond.ts";
import { callerNamesOf, worldOf } from "./meaning.ts";
import { neededClaims } from "./needed-claims.ts";
import { asksPlatformRole } from "./platform-role.ts";
import type { Project } from "./project.ts";
import type { Membership } from "./tenancy.ts";
import { needsMore } from "./ties.ts";

/** A membership that a part of a clause asks for, of whatever tenant: it ties nothing of the row to it. */
export interface AnyMembership {
  /** The table, or the claim in the words of a sentence. */
  readonly by: Table | string;
  /** As what the caller must belong to one of them. */
  readonly asRole: boolean;
}

export function anyMembershipIn(
  project: Project,
  table: Table,
  clause: PolicyClause,
  part: Expr,
): AnyMembership | undefined {
  const { formula: read } = readPart(
    project.catalog,
    table,
    clause,
    part,
    callerNamesOf(project.platform, table),
  );
  const formula = rewriteTerms(read, chosen);
  if (canBeTrue(formula, worldBeyond(project)) !== "yes") return undefined;
  const membership = membershipsOf(project).find((each) => ranges(project, formula, each.table));
  const members = membership && project.catalog.tables.get(membership.table);
  if (members)
    return needsMore(project, formula) ? { by: members, asRole: asksMore(formula, membership) } : undefined;
  const claim = claimOfAny(project, formula);
  return claim === undefined ? undefined : { by: claim, asRole: false };
}

/** Whoever makes a row chooses what is in it: whatever is made of that alone can be anything. */
function chosen(term: Term): Term {
  if (term.kind !== "apply") return term;
  const { row, caller, local } = spokenBy(term);
  return row && !caller && !local ? columnTerm(NOTHING, 0, undefined, term.key, undefined) : term;
}

const NOTHING = { types: new Map() };

/** The claim that names a tenant, where it is enough to have one: a stranger with it meets the condition, one without does not. */
const claimOfAny = (project: Project, formula: Formula): string | undefined =>
  canBeTrue(formula, worldOf(project, "stranger")) === "yes"
    ? neededClaims(project, formula).find((said) => said !== undefined)
    : undefined;

/** A user's row that holds his one tenant is everybody's: it says who he is. */
const membershipsOf = ({ tenancy }: Project): readonly Membership[] =>
  tenancy.memberships.filter(({ table }) => table !== tenancy.user?.table);

function ranges(project: Project, formula: Formula, table: string): boolean {
  let found = false;
  visit(formula, (part) => {
    found ||=
      isRange(part) && part.rows.some((row) => row.table === table) && !asksPlatformRole(project, part);
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
