import { qualify, type Table } from "../catalog/catalog.ts";
import { type Arm, armsOf } from "../catalog/meaning/arms.ts";
import {
  type Formula,
  isRange,
  type Ranged,
  rewriteFormula,
  someTerm,
  spokenBy,
  type Term,
  termsIn,
  UNKNOWN,
  visit,
} from "../catalog/meaning/formula.ts";
import { worldBeyond } from "./beyond.ts";
import { type Judged, openFor, saysPublic } from "./judge.ts";
import { propositionOf } from "./meaning.ts";
import { isHeldElsewhere, worldApart } from "./planted.ts";
import { asksPlatformRole } from "./platform-role.ts";
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
  const asked = membershipAlone(project, table, judged, arm);
  if (!asked || !isOpenBeyond(project, judged, arm, asked.without)) return undefined;
  return project.catalog.tables.get(asked.membership.table);
}

/** The column that says whose a new row is, where the arm ties the row to a membership by another one alone. */
export function freeTenantColumn(
  project: Project,
  table: Table,
  judged: Judged,
  arm: Arm,
): string | undefined {
  const own = ownColumnOf(project, table);
  if (own === undefined || isHeldElsewhere(project, table, own, arm.formula)) return undefined;
  if (!openFor(project, judged, arm.formula, worldApart(own)).includes("insert")) return undefined;
  return membershipAlone(project, table, judged, arm) && own;
}

/** The membership that the arm asks, where nothing but that keeps anybody out. */
function membershipAlone(
  project: Project,
  table: Table,
  judged: Judged,
  arm: Arm,
): AskedMembership | undefined {
  const asked = askedMembership(project, asWritten(project, table, judged, arm));
  if (!asked || openFor(project, judged, arm.formula, "stranger").length) return undefined;
  return openFor(project, judged, asked.without, worldBeyond(project)).length ? undefined : asked;
}

/** A membership that a condition asks for. */
export interface AskedMembership {
  readonly membership: Membership;
  /** The condition where nobody has any. */
  readonly without: Formula;
}

export function askedMembership(project: Project, formula: Formula): AskedMembership | undefined {
  const asks = new Map<readonly Ranged[], Membership>();
  visit(formula, (part) => {
    if (!isRange(part)) return;
    const tables = new Set(part.rows.map(({ table }) => table));
    const found = project.tenancy.memberships.find(({ table }) => tables.has(table));
    if (found && !asksPlatformRole(project, part)) asks.set(part.rows, found);
  });
  const [membership] = asks.values();
  // A user row that holds its one tenant also says who runs the platform.
  if (!membership || (membership.table === project.tenancy.user?.table && !namesTenant(formula, membership)))
    return undefined;
  return { membership, without: withoutAsks(formula, asks) };
}

/** Of ways that were too many to be told apart, one that asks for nothing of the kind may be the one that is open. */
export const withoutAsks = (written: Formula, asks: ReadonlyMap<readonly Ranged[], unknown>): Formula =>
  rewriteFormula(written, (part) => (isRange(part) && asks.has(part.rows) ? UNKNOWN : part));

/** Of rows that say that they are for everybody, it may be members alone who read them. */
function isOpenBeyond(project: Project, judged: Judged, arm: Arm, without: Formula): boolean {
  const commands = openFor(project, judged, arm.formula, worldBeyond(project));
  return commands.some((command) => command !== "select" || !saysPublic(without));
}

/** The arm without what the policies of the tables that it reads ask: those may look for members of their own. */
function asWritten(project: Project, table: Table, { written, arms }: Judged, arm: Arm): Formula {
  const plain = armsOf(propositionOf(project, table, written.clause).formula);
  // The arms of a helper's union all stand where it is called.
  if (plain.length === arms.length) return plain[arms.indexOf(arm)]!.formula;
  const there = plain.filter(({ at }) => at?.start === arm.at?.start && at?.end === arm.at?.end);
  return there.length === 1 ? there[0]!.formula : arm.formula;
}

const namesTenant = (formula: Formula, { table, tenantColumn }: Membership): boolean =>
  someTerm(formula, (term) => term.kind === "column" && term.table === table && term.column === tenantColumn);

/**
 * A table that the rows hang on by foreign keys, or that joins people with such a one, of which the arm asks for some row
 * of the caller's, he may have several, while it holds for rows that hang on others: `exists (select from classes where
 * teacher_id = me)` of grades.
 */
export function untiedHold(project: Project, table: Table, judged: Judged, arm: Arm): Table | undefined {
  const above = tablesAbove(project, table);
  const written = asWritten(project, table, judged, arm);
  const asks = new Map<readonly Ranged[], Table>();
  visit(written, (part) => {
    if (!isRange(part)) return;
    const callers = callersRows(part);
    for (const { row, table: key } of part.rows) {
      const held = key === undefined || !callers.has(row) ? undefined : project.catalog.tables.get(key);
      if (held && isAsked(held, callersColumns(part, row), above) && !asksPlatformRole(project, part))
        asks.set(part.rows, held);
    }
  });
  if (!asks.size || openFor(project, judged, arm.formula, "stranger").length) return undefined;
  const without = withoutAsks(written, asks);
  if (openFor(project, judged, without, worldBeyond(project)).length) return undefined;
  return isOpenBeyond(project, judged, arm, without) ? [...asks.values()][0] : undefined;
}

/** The tables that a table refers to, and those that they do; with itself. */
function tablesAbove({ catalog }: Project, table: Table): ReadonlySet<Table> {
  const found = new Set([table]);
  for (const each of found)
    for (const { references } of each.constraints) {
      const above = references && catalog.tables.get(references.table);
      if (above) found.add(above);
    }
  return found;
}

/** A row that a column of its own says is the caller's alone says who he is, and not what he may reach. */
function isAsked(held: Table, columns: ReadonlySet<string>, above: ReadonlySet<Table>): boolean {
  const unique = uniqueColumns(held);
  if (unique.some(([only, ...others]) => only !== undefined && !others.length && columns.has(only)))
    return false;
  return above.has(held) || joins(held, columns, unique, above);
}

/** `board_people (board, person)`, of which there is one row for each pair. */
const joins = (
  { constraints }: Table,
  columns: ReadonlySet<string>,
  unique: readonly (readonly string[])[],
  above: ReadonlySet<Table>,
): boolean =>
  constraints.some(
    ({ columns: [key, ...others], references }) =>
      key !== undefined &&
      references !== undefined &&
      !others.length &&
      [...above].some(({ schema, name }) => qualify(schema, name) === references.table) &&
      unique.some(
        (each) => each.length === 2 && each.includes(key) && each.some((column) => columns.has(column)),
      ),
  );

/** The rows that a condition has to do with the caller, directly or through other rows. */
function callersRows(part: Formula): ReadonlySet<number> {
  const links: { readonly rows: readonly number[]; readonly caller: boolean }[] = [];
  visit(part, (each) => {
    const terms = termsIn(each);
    if (terms.length)
      links.push({ rows: terms.flatMap(localRows), caller: terms.some((term) => spokenBy(term).caller) });
  });
  const found = new Set<number>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { rows, caller } of links)
      if (caller || rows.some((row) => found.has(row))) for (const row of rows) found.add(row);
  }
  return found;
}

const localRows = (term: Term): readonly number[] =>
  term.kind === "column" && term.row !== 0
    ? [term.row]
    : term.kind === "apply"
      ? term.args.flatMap(localRows)
      : [];

/** The columns of a row that a condition makes equal to the caller, directly or through other columns. */
export function callersColumns(part: Formula, row: number): ReadonlySet<string> {
  const pairs: [Term, Term][] = [];
  visit(part, (each) => {
    if (each.kind === "compare" && each.operator === "=")
      pairs.push([each.left, each.right], [each.right, each.left]);
  });
  const callers = new Map<string, Term>();
  for (let before = -1; before < callers.size; ) {
    before = callers.size;
    for (const [side, other] of pairs)
      if (side.kind === "column" && side.row !== 0 && (isCaller(other) || callers.has(other.key)))
        callers.set(side.key, side);
  }
  return new Set(
    [...callers.values()].flatMap((term) =>
      term.kind === "column" && term.row === row ? [term.column] : [],
    ),
  );
}

function isCaller(term: Term): boolean {
  const { caller, row, local } = spokenBy(term);
  return caller && !row && !local;
}
