import { rolesOf } from "../catalog/access.ts";
import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import type { Arm } from "../catalog/meaning/arms.ts";
import { canBeTrue, isAlwaysTrue, isSetting } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import {
  FALSE,
  type Formula,
  isRange,
  rewriteFormula,
  someTerm,
  spokenBy,
  spokenIn,
  termsIn,
  visit,
} from "../catalog/meaning/formula.ts";
import { containsExpr } from "../catalog/walk.ts";
import type { WrittenClause } from "./clauses.ts";
import {
  isLookup,
  isOwned,
  type Judged,
  judge,
  namesCaller,
  openFor,
  saysAnyone,
  saysPublic,
} from "./judge.ts";
import { worldOf } from "./meaning.ts";
import { needsPrivilege } from "./needed-claims.ts";
import { isLeftWithNobody, isOfNobody } from "./nobodys.ts";
import type { Project } from "./project.ts";
import { policiesFor, ROW_COMMANDS, type RowCommand } from "./row-access.ts";
import { handsOutKeys } from "./row-keys.ts";
import { armsOfClause, needsMore, tiedColumns } from "./ties.ts";

/** Why a clause, or one way through it, lets rows through that nobody bound to their caller. */
export type Cause =
  /** True for every row, though it names columns or callers. */
  | "tautology"
  /** True because nobody is signed in. */
  | "anonymous"
  /** Through a sub-select that asks nothing about the caller. */
  | "sub-select"
  /** For whoever is signed in. */
  | "signed in"
  /** By what the row says alone. */
  | "row";

export interface Opening {
  readonly cause: Cause;
  readonly written: WrittenClause;
  /** The way through the clause; the whole clause where it has but one. */
  readonly arm: Arm;
  /** Every other way is bound, or not understood. */
  readonly alone: boolean;
  readonly roles: readonly string[];
  readonly commands: readonly RowCommand[];
}

/** What a policy leaves open, each way through its clauses once, for all roles and commands together. */
export const openingsOf = derived((project: Project, table: Table, policy: Policy): readonly Opening[] => {
  const found = new Map<string, Opening>();
  for (const judged of judge(project, table, policy))
    for (const [i, opening] of openingsIn(project, table, policy, judged)) {
      const key = `${opening.cause} ${judged.written.word} ${i}`;
      const before = found.get(key);
      found.set(key, before ? merge(before, opening) : opening);
    }
  return [...found.values()];
});

const merge = (a: Opening, b: Opening): Opening => ({
  ...a,
  roles: [...new Set([...a.roles, ...b.roles])],
  commands: ROW_COMMANDS.filter((each) => a.commands.includes(each) || b.commands.includes(each)),
});

function openingsIn(project: Project, table: Table, policy: Policy, judged: Judged): [number, Opening][] {
  const base = { written: judged.written, roles: [judged.role] };
  if (isPlain(judged.written)) return [];
  if (policy.permissive && isTautology(judged.formula)) {
    const commands = forOthers(
      project,
      table,
      policy,
      judged,
      judged.formula,
      "tautology",
      openFor(project, judged, judged.formula, "stranger"),
    );
    const arm = { formula: judged.formula, at: undefined };
    return commands.length ? [[0, { ...base, cause: "tautology", arm, alone: false, commands }]] : [];
  }
  const causes = judged.arms
    .map((arm) => causeOf(project, policy, judged, arm.formula))
    // What a restrictive policy does not hold back is for the permissive one to answer that lets it through.
    .map((found) => (policy.permissive || found?.cause === "anonymous" ? found : undefined));
  const bound = judged.arms.some(
    ({ formula }, i) => !causes[i] && canBeTrue(formula, worldOf(project, "stranger")) !== "yes",
  );
  return judged.arms.flatMap((arm, i): [number, Opening][] => {
    const open = causes[i];
    const commands = open
      ? forOthers(project, table, policy, judged, arm.formula, open.cause, open.commands)
      : [];
    return open && commands.length ? [[i, { ...base, cause: open.cause, arm, alone: bound, commands }]] : [];
  });
}

/** `true` in so many words is for `policy-always-true` to say. */
export const isPlain = ({ clause }: WrittenClause): boolean =>
  !containsExpr(clause.expr, ({ kind }) => kind === "column" || kind === "call" || kind === "subquery");

/** True wherever the columns it names hold anything; conditions on whether they do are no tautologies. */
function isTautology(formula: Formula): boolean {
  if (isAlwaysTrue(formula) === "yes") return true;
  let asksForNull = false;
  visit(formula, (part) => {
    asksForNull ||= part.kind === "null" && part.at !== undefined;
  });
  return !asksForNull && isAlwaysTrue(formula, FILLED) === "yes";
}

/** Columns that hold something. */
const FILLED: World = {
  know: (term) => (term.kind === "column" ? "present" : undefined),
  stranger: false,
  apart: false,
};

function causeOf(
  project: Project,
  policy: Policy,
  judged: Judged,
  arm: Formula,
): { readonly cause: Cause; readonly commands: readonly RowCommand[] } | undefined {
  const strangers = comersOf(project, judged, arm);
  if (namesCaller(project, arm) && !openFor(project, judged, asIfUnequal(arm), "anonymous").length) {
    const anonymous = openFor(project, judged, arm, "anonymous");
    const commands =
      anonymous.length || !namesSetting(arm) ? anonymous : openFor(project, judged, arm, "blank");
    if (commands.length) return { cause: "anonymous", commands };
  }
  if (!strangers.length || needsPrivilege(project, arm)) return undefined;
  const unbound = hasUnboundSubselect(arm) && !isListOfPublished(project, policy, judged, arm);
  const cause = unbound ? "sub-select" : spokenIn(arm).caller ? "signed in" : "row";
  return { cause, commands: strangers };
}

/** Whoever comes in the role without owning anything: somebody who is signed in, or, where it asks for their role, visitors. */
function comersOf(project: Project, judged: Judged, arm: Formula): readonly RowCommand[] {
  const commands = openFor(project, judged, arm, "stranger");
  const isVisitors = judged.role === project.platform.anonymousRole && !namesCaller(project, arm);
  return commands.length || !isVisitors ? commands : openFor(project, judged, arm, "anonymous");
}

/**
 * `to anon using (id in (select session_id from public_shares))`: who has no name was not forgotten to be asked for it,
 * and what another table lists is as public as what a column of the row says.
 */
function isListOfPublished(project: Project, { roles }: Policy, { role }: Judged, arm: Formula): boolean {
  if (role !== project.platform.anonymousRole || !roles.includes(role)) return false;
  const members = new Set(project.tenancy.memberships.map(({ table }) => table));
  let listed = true;
  visit(arm, (part) => {
    if (isRange(part))
      listed &&= spokenIn(part).row && !part.rows.some(({ table }) => members.has(table ?? ""));
    return listed;
  });
  return listed;
}

const namesSetting = (formula: Formula): boolean => someTerm(formula, isSetting);

/** The condition for a caller who is somebody and owns nothing: what opens for him does not open for want of a caller. */
const asIfUnequal = (formula: Formula): Formula =>
  rewriteFormula(formula, (part) =>
    termsIn(part).some((term) => spokenBy(term).caller) && !isAboutRole(part) ? FALSE : part,
  );

/** Roles are what everybody has, signed in or not. */
const isAboutRole = (part: Formula): boolean =>
  termsIn(part).some((term) => term.kind === "caller" && term.path.length === 1 && term.path[0] === "role");

/** A sub-select over tables, in which nothing names the caller. */
function hasUnboundSubselect(formula: Formula): boolean {
  let found = false;
  visit(formula, (part) => {
    if (isRange(part) && part.rows.some(({ table }) => table !== undefined) && !spokenIn(part).caller)
      found = true;
    return !found;
  });
  return found;
}

/** Beside the way that is open there is one for those whom the row itself names: `auth.uid() = any (member_ids)`. */
const isHeldByOthers = (project: Project, { arms }: Judged, open: Formula): boolean =>
  arms.some(
    ({ formula }) => formula !== open && tiedColumns(formula).size > 0 && namesCaller(project, formula),
  );

/**
 * Another policy shows the role its own rows, which are all the same beside this one: policies are joined by OR as arms are.
 * One whose name says that it is for anyone was meant to.
 */
const isBesideBound = (project: Project, table: Table, policy: Policy, { role }: Judged): boolean =>
  !saysAnyone(policy.name) &&
  policiesFor(table, rolesOf(project.catalog, role), "select").some(
    (other) =>
      other !== policy &&
      other.permissive &&
      other.using !== undefined &&
      armsOfClause(project, table, other.using).every(
        ({ ties, formula }) => ties.size > 0 && needsMore(project, formula),
      ),
  );

/** Of the commands, those whose rows are not meant for everybody. */
function forOthers(
  project: Project,
  table: Table,
  policy: Policy,
  judged: Judged,
  formula: Formula,
  cause: Cause,
  commands: readonly RowCommand[],
): readonly RowCommand[] {
  const beside = isBesideBound(project, table, policy, judged);
  const owned = isOwned(project, table) || beside || isHeldByOthers(project, judged, formula);
  const key = qualify(table.schema, table.name);
  const isTenantTable = project.tenancy.tenant?.table === key;
  const isPublic = isLookup(project, table);
  return commands.filter((command) => {
    if (cause === "anonymous") return true;
    if (cause === "tautology") return command !== "select" || !isPublic;
    if (command === "select")
      return (
        !saysPublic(formula) &&
        !isOfNobody(project, table, formula) &&
        ((owned && (cause !== "row" || judged.arms.length > 1 || beside)) ||
          handsOutKeys(project, table, judged.role))
      );
    // Whoever signs up may found a tenant, and leave a message.
    const mayBeLeft = isTenantTable || isLeftWithNobody(project, table, judged, formula);
    return command !== "insert" || (owned && !mayBeLeft);
  });
}
