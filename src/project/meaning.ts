import { isBypass, mayDo, privilegesOf, rolesOf } from "../catalog/access.ts";
import { type Policy, type PolicyClause, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import {
  ANYONE,
  anonymousWorld,
  blankWorld,
  type CallerFacts,
  isAlwaysTrue,
  isNeverTrue,
  strangerWorld,
  unite,
} from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { FALSE, type Formula, TRUE } from "../catalog/meaning/formula.ts";
import { moveProposition } from "../catalog/meaning/move.ts";
import { type Proposition, readClause } from "../catalog/meaning/read.ts";
import type { CallerNames, Sees, Unread } from "../catalog/meaning/reader.ts";
import { remember } from "../catalog/remember.ts";
import type { Platform } from "./platform/platform.ts";
import type { Project } from "./project.ts";
import { policiesFor, type RowCommand } from "./row-access.ts";
import { sampleOf } from "./sample.ts";

/** How the platform names callers, for reading policies; services of its own log in for its own tables. */
export function callerNamesOf({ callerFunctions, token, loginRole }: Platform, of?: Table): CallerNames {
  return {
    functions: callerFunctions,
    claims: token?.claims ?? {},
    objects: token?.objects ?? [],
    ...(token ? { token: token.function, tokenSetting: token.setting } : {}),
    ...(loginRole === undefined || of?.platform ? {} : { login: loginRole }),
  };
}

function callerFactsOf(platform: Platform): CallerFacts {
  const claim = (role: string | undefined): Record<string, string> => (role === undefined ? {} : { role });
  return {
    anonymousClaims: claim(platform.anonymousRole),
    signedInClaims: claim(platform.signedInRole),
    ...(platform.token ? { token: platform.token.function } : {}),
  };
}

const worlds = new WeakMap<Platform, Readonly<Record<Who, World>>>();

/**
 * Who asks: anybody; one who is not signed in, or (`blank`) has left his settings empty; a stranger, who is signed in and of whom the database holds nothing;
 * `elsewhere` is a caller who may have any claim and membership, none of which has to do with the row.
 */
export type Who = "anyone" | "anonymous" | "blank" | "stranger" | "elsewhere";

export const worldOf = ({ platform }: Project, who: Who): World =>
  remember(worlds, platform, () => {
    const facts = callerFactsOf(platform);
    return {
      anyone: ANYONE,
      anonymous: anonymousWorld(facts),
      blank: blankWorld(facts),
      stranger: strangerWorld(facts),
      elsewhere: { ...ANYONE, apart: {} },
    };
  })[who];

/** Who asks when it is this role. */
export const worldOfRole = (project: Project, role: string): World =>
  worldOf(project, role === project.platform.anonymousRole ? "anonymous" : "anyone");

/**
 * A clause of a policy as a proposition. With a role, tables in its sub-selects show what that role sees of them;
 * without one they show everything.
 */
export function propositionOf(
  project: Project,
  table: Table,
  clause: PolicyClause,
  role?: string,
): Proposition {
  return propositionWithin(project, table, clause, role, "");
}

/** What a clause comes to whoever asks: true for every row, for none, or neither for sure. */
export function settledOf(project: Project, table: Table, clause: PolicyClause): boolean | undefined {
  const { formula } = propositionOf(project, table, clause);
  if (isAlwaysTrue(formula) === "yes") return true;
  return isNeverTrue(formula) === "yes" ? false : undefined;
}

/** Where nothing is looked into, every role means the same. `inside` are the keys of the tables whose policies lead here, a line each. */
function propositionWithin(
  project: Project,
  table: Table,
  clause: PolicyClause,
  role: string | undefined,
  inside: string,
): Proposition {
  const plain = plainProposition(project, table, clause);
  return role === undefined || !plain.looks ? plain : propositionFor(project, table, clause, role, inside);
}

const plainProposition = derived(
  (project: Project, table: Table, clause: PolicyClause): Proposition =>
    readOnce(project, table, clause, readPlainly)[0]!,
);

/** Reads something of a clause. */
export type ReadOf = (project: Project, table: Table, clause: PolicyClause) => readonly Proposition[];

/** What is read once for all clauses that say the same of rows of the same kind, as this one says it of its own. */
export function readOnce(
  project: Project,
  table: Table,
  clause: PolicyClause,
  read: ReadOf,
): readonly Proposition[] {
  const sample = sampleOf(table, clause);
  if (!sample) return read(project, table, clause);
  const key = qualify(table.schema, table.name);
  const by = clause.place.span.start - sample.clause.place.span.start;
  const found = read(project, sample.table, sample.clause);
  const isIts = by === 0 && key === qualify(sample.table.schema, sample.table.name);
  return isIts ? found : found.map((each) => moveProposition(each, { table: key, by }));
}

const readPlainly: ReadOf = derived((project: Project, table: Table, clause: PolicyClause) => [
  readClause(project.catalog, table, clause, callerNamesOf(project.platform, table)),
]);

const propositionFor = derived(
  (project: Project, table: Table, clause: PolicyClause, role: string, inside: string): Proposition => {
    const around = `${inside}${qualify(table.schema, table.name)}\n`;
    const sees = seesOf(project, role, around);
    return readClause(project.catalog, table, clause, callerNamesOf(project.platform, table), sees);
  },
);

/** Policies of tables in sub-selects of policies of tables in sub-selects are not followed further. */
const DEEPEST = 3;

/** What the role sees of tables in sub-selects: their SELECT policies hold there too. */
function seesOf(project: Project, role: string, inside: string): Sees {
  const tables = inside.split("\n").slice(0, -1);
  return (key) => {
    const table = project.catalog.tables.get(key);
    if (!table?.rowSecurity || isBypass(project.catalog, role)) return undefined;
    if (tables.includes(key) || tables.length >= DEEPEST) return unknownRows(key);
    return visibleRows(project, table, role, inside);
  };
}

const unknownRows = (key: string): Formula => ({
  kind: "holds",
  term: {
    kind: "apply",
    key: `? visible ${key}`,
    name: `? visible ${key}`,
    args: [],
    strict: false,
    nullable: false,
    free: false,
  },
});

const visibleRows = derived((project: Project, table: Table, role: string, inside: string): Formula => {
  const policies = policiesFor(table, rolesOf(project.catalog, role), "select");
  const read = (permissive: boolean) =>
    policies
      .filter((policy) => policy.permissive === permissive && policy.using)
      .map((policy) => propositionWithin(project, table, policy.using!, role, inside).formula);
  return unite(read(true), read(false));
});

/** What a role reaches of a table with a command, all policies together. */
export interface Effective {
  /** Which rows there are to read, change or delete; always true for INSERT. */
  readonly using: Formula;
  /** Which new rows may be; always true for SELECT and DELETE. */
  readonly check: Formula;
  readonly permissive: readonly Policy[];
  readonly restrictive: readonly Policy[];
  readonly unread: readonly Unread[];
}

/** Undefined where the role has no privilege for it. Roles that policies do not hold get true. */
export function effectiveOf(
  project: Project,
  table: Table,
  role: string,
  command: RowCommand,
): Effective | undefined {
  const { catalog } = project;
  if (!mayDo(privilegesOf(catalog, table, role), command)) return undefined;
  const fitting = policiesFor(table, rolesOf(catalog, role), command);
  const permissive = fitting.filter((policy) => policy.permissive);
  const restrictive = fitting.filter((policy) => !policy.permissive);
  if (!table.rowSecurity || isBypass(catalog, role))
    return { using: TRUE, check: TRUE, permissive, restrictive, unread: [] };
  const unread: Unread[] = [];
  const read = (clause: (policy: Policy) => PolicyClause | undefined) => {
    const formulas = (policies: readonly Policy[], without: Formula) =>
      policies.map((policy) => {
        const stated = clause(policy);
        if (!stated) return without;
        const proposition = propositionOf(project, table, stated, role);
        unread.push(...proposition.unread);
        return proposition.formula;
      });
    // A permissive policy without the clause admits nothing; a restrictive one without it takes nothing away.
    return unite(formulas(permissive, FALSE), formulas(restrictive, TRUE));
  };
  return {
    using: command === "insert" ? TRUE : read(({ using }) => using),
    check: command === "select" || command === "delete" ? TRUE : read(checkOf(command)),
    permissive,
    restrictive,
    unread,
  };
}

/** What a new row is held to: USING stands in where UPDATE and ALL policies say nothing else. */
export const checkOf =
  (command: RowCommand) =>
  ({ check, using, command: stated }: Policy): PolicyClause | undefined =>
    check ?? (command === "update" || stated === "all" ? using : undefined);
