import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import type { Arm } from "../catalog/meaning/arms.ts";
import { ANYONE } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import type { Formula } from "../catalog/meaning/formula.ts";
import { remember } from "../catalog/remember.ts";
import { equalitiesIn } from "./atoms.ts";
import { admittingPolicies } from "./audience.ts";
import { worldBeyond } from "./beyond.ts";
import type { WrittenClause } from "./clauses.ts";
import { identityOf, isUserIdentity } from "./identity.ts";
import { type Judged, judge, namesCaller, openFor } from "./judge.ts";
import { worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { ownColumnOf } from "./tenant-column.ts";
import { armsOfClause, conditionsOf, heldColumns, needsMore, tiedColumns } from "./ties.ts";

/** A way to insert rows that are another tenant's, by a policy that asks who the caller is and not of which tenant. */
export interface Planted {
  readonly written: WrittenClause;
  readonly arm: Arm;
  readonly role: string;
  /** The column that says whose the row is. */
  readonly column: string;
}

export function plantedBy(project: Project, table: Table, policy: Policy): Planted | undefined {
  if (policy.command !== "insert" && policy.command !== "all") return undefined;
  if (isAsking(project, table, policy)) return undefined;
  const own = ownColumnOf(project, table);
  const columns = [...(own === undefined ? [] : [own]), ...shownKeys(project, table)];
  for (const column of new Set(columns)) {
    const planted = plantedUnder(project, table, policy, column);
    if (planted) return planted;
  }
  return undefined;
}

/** The keys of other rows by which SELECT policies show rows to somebody, and to nobody else. */
const shownKeys = derived((project: Project, table: Table): readonly string[] =>
  [...table.columns.keys()].filter((column) => {
    const identity = identityOf(project, { table: qualify(table.schema, table.name), column });
    return identity?.stated === true && !isUserIdentity(identity) && isShownOnlyBy(project, table, column);
  }),
);

function plantedUnder(project: Project, table: Table, policy: Policy, column: string): Planted | undefined {
  const world = worldOfPlanter(project, column);
  for (const judged of signedIn(project, judge(project, table, policy)))
    for (const arm of judged.arms) {
      const { formula } = arm;
      if (!judged.commands.includes("insert") || !namesCaller(project, formula)) continue;
      if (openFor(project, judged, formula, "stranger").length) continue;
      if (isHeldElsewhere(project, table, column, formula)) continue;
      if (openFor(project, judged, formula, world).includes("insert"))
        return { written: judged.written, arm, role: judged.role, column };
    }
  return undefined;
}

const planters = new WeakMap<World, WeakMap<World, Map<string, World>>>();

/** A stranger who writes a row that has nothing to do with him by this column. One and the same for the same: its answers are kept. */
function worldOfPlanter(project: Project, column: string): World {
  const stranger = worldOf(project, "stranger");
  const beyond = worldBeyond(project);
  const known = remember(planters, stranger, () => new WeakMap<World, Map<string, World>>());
  const byColumn = remember(known, beyond, () => new Map<string, World>());
  return remember(byColumn, column, () => ({
    ...stranger,
    stranger: "writes",
    apart: { ...beyond.apart, columns: new Set([column]), whole: true },
  }));
}

/** Visitors are nobody: a condition on the caller that others meet lets none of them in. */
const signedIn = ({ platform }: Project, judged: readonly Judged[]): readonly Judged[] =>
  judged.filter(({ role }) => role !== platform.anonymousRole);

/** The row's own column has nothing to do with whatever claims and memberships the caller may have. */
export const worldApart = (column: string): World =>
  remember(worldsApart, column, () => ({ ...ANYONE, apart: { columns: new Set([column]) } }));

const worldsApart = new Map<string, World>();

/** Rows by which somebody asks for something of a tenant that is not his; who joins is for `membership-self-join`. */
const isAsking = (project: Project, table: Table, policy: Policy): boolean =>
  project.tenancy.memberships.some((each) => each.table === qualify(table.schema, table.name)) ||
  ASKING.test(`${table.name} ${policy.name}`);

/**
 * Whole words: a `leaderboard` asks for nothing. Keys and policies of a request are those of any row that its author puts under
 * another tenant's eyes, and only its name says that they want to see it. A name that fits by chance keeps the rule silent.
 */
const ASKING =
  /(?<![a-z])(requests?|invit(e|ation)s?|appl(y|ies|ications?)|leads?|contacts?|feedbacks?|reports?|messages?|signups?|subscri(be|bers?|ptions?)|waitlists?|votes?|likes?|reactions?|follow(s|ers?|ing)?)(?![a-z])/i;

/** The row hangs on another that is the caller's, or is its author's own, and nobody sees it by the column. */
export function isHeldElsewhere(project: Project, table: Table, own: string, formula: Formula): boolean {
  const key = qualify(table.schema, table.name);
  const isKey = [...tiedColumns(formula)].some((column) => {
    const identity = identityOf(project, { table: key, column });
    return identity !== undefined && (identity.stated || isUserIdentity(identity));
  });
  return isKey && !isShownBy(project, table, own) && !isShownOnlyBy(project, table, own);
}

/** Some arm of a SELECT policy shows rows by the column, and none by the user that they name. */
function isShownOnlyBy(project: Project, table: Table, column: string): boolean {
  const key = qualify(table.schema, table.name);
  const arms = admittingPolicies(project, table, "select")
    .flatMap(({ using }) => armsOfClause(project, table, using!))
    .filter(({ formula }) => needsMore(project, formula));
  const namesUser = (each: string, formula: Formula): boolean => {
    const identity = identityOf(project, { table: key, column: each });
    if (identity) return isUserIdentity(identity);
    return project.tenancy.user === undefined && isCallers(each, formula);
  };
  return (
    arms.some(({ ties }) => ties.has(column)) &&
    !arms.some(({ ties, formula }) => [...ties].some((each) => namesUser(each, formula)))
  );
}

/** Where no table of users is known, what a condition compares with the caller's own value may be one's name. */
function isCallers(column: string, formula: Formula): boolean {
  for (const { sides } of equalitiesIn(formula)) {
    const [side, other] = sides;
    if (side.kind === "column" && side.row === 0 && side.column === column && other.kind === "caller")
      return true;
  }
  return false;
}

const isShownBy = (project: Project, table: Table, column: string): boolean =>
  heldColumns(project, table, "select").has(column) ||
  admittingPolicies(project, table, "select").some(({ using }) =>
    conditionsOf(project, table, using!).some(({ ties }) => ties.has(column)),
  );
