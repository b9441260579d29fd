import { qualify } from "../catalog/catalog.ts";
import { type Client, QueryError } from "../database/client.ts";
import { withIdentity } from "../database/session/session.ts";
import { type Access, accessOf } from "../project/access/access.ts";
import type { Project } from "../project/project.ts";
import { identityOf, makerOf, type Person, peopleOf } from "./people.ts";
import { loosen, seedTable } from "./seed.ts";
import { type Subject, tryTable } from "./try-table.ts";
import type { Maker } from "./values.ts";

/** What trying every command as everybody showed of some tables. */
export interface Proof {
  /** Where access differs from what is declared, one sentence each. */
  readonly differences: readonly string[];
  /** Tables that could not be tried, and why. */
  readonly unproven: readonly { readonly subject: string; readonly why: string }[];
  /** How many statements were tried. */
  readonly tried: number;
}

export interface ProofLimits {
  /** ms for everything; what is not tried by then is unproven. */
  readonly timeLimit?: number;
  /** ms for one statement: on a few rows, more is a policy that never ends. Its table is unproven then. */
  readonly statementLimit?: number;
  /** Stops it; what is not tried by then is unproven. */
  readonly signal?: AbortSignal;
}

const TIME_LIMIT = 120_000;
const STATEMENT_LIMIT = 10_000;

/**
 * Tries, on a throw-away database, each command on each table as everybody of two tenants, with rows of both: each must
 * reach what is declared, and nothing else. The database is of no use afterwards.
 */
export async function proveAccess(
  client: Client,
  project: Project,
  keys: readonly string[],
  limits: ProofLimits = {},
): Promise<Proof> {
  const people = peopleOf(project);
  const unproven: { subject: string; why: string }[] = [];
  const isOver = overAfter(limits);
  let lost: string | undefined;
  const over = () => lost ?? isOver();
  const subjects = await seed(client, project, keys, people, unproven);
  const { migrationRole, callerId } = project.platform;
  // The functions run as the owner: where policies are forced on it, it must not step around them.
  if (!callerId.length) await client.query(`alter role ${migrationRole} nobypassrls`);
  const differences: string[] = [];
  const untried = new Map<string, string>();
  let tried = 0;
  for (const person of [...people, undefined]) {
    const turn = await tryAs(person, { client, project, people, subjects, limits, over });
    lost ??= turn.lost;
    tried += turn.tried;
    differences.push(...turn.differences);
    for (const [{ table }, why] of turn.unproven) {
      const key = qualify(table.schema, table.name);
      if (!untried.has(key)) untried.set(key, why);
    }
  }
  for (const [subject, why] of untried) unproven.push({ subject, why });
  return { differences, unproven, tried };
}

interface Setting {
  readonly client: Client;
  readonly project: Project;
  readonly people: readonly Person[];
  readonly subjects: readonly Subject[];
  readonly limits: ProofLimits;
  /** Why nothing more is to be tried. */
  readonly over: () => string | undefined;
}

/** What one person's turn showed. */
interface Turn {
  readonly differences: readonly string[];
  readonly tried: number;
  readonly unproven: readonly (readonly [Subject, string])[];
  /** Set where the database was lost: one that takes its place has none of the rows. */
  readonly lost?: string;
}

async function tryAs(person: Person | undefined, setting: Setting): Promise<Turn> {
  const { client, project, people, subjects, limits, over } = setting;
  const { statementLimit = STATEMENT_LIMIT, signal } = limits;
  const identity = identityOf(project, person);
  const all = (why: string) => subjects.map((subject) => [subject, why] as const);
  const stopped = over();
  if (stopped !== undefined) return nothingTried(all(`${stopped}, before it was tried as ${identity.name}`));
  const differences: string[] = [];
  const unproven: (readonly [Subject, string])[] = [];
  let tried = 0;
  const options = { write: true, timeLimit: statementLimit, ...(signal && { signal }) };
  try {
    const held = await withIdentity(client, identity, options, async (session) => {
      for (const subject of subjects) {
        const why = over();
        if (why === undefined) {
          const trial = await tryTable(session, project, subject, person, people);
          tried += trial.tried;
          differences.push(...trial.differences.map((each) => `${identity.name} ${each}`));
          for (const each of trial.unanswered) unproven.push([subject, `as ${identity.name}, ${each}`]);
        } else unproven.push([subject, `${why}, before it was tried as ${identity.name}`]);
      }
    });
    if (held.broken !== undefined) return nothingTried(all(held.broken), held.broken);
    return held.moved === undefined ? { differences, tried, unproven } : nothingTried(all(held.moved));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const why = error.message.replace(/\.$/, "");
    return { differences, tried, unproven: all(`as ${identity.name}: ${why}`), lost: why };
  }
}

const nothingTried = (unproven: Turn["unproven"], lost?: string): Turn => ({
  differences: [],
  tried: 0,
  unproven,
  ...(lost !== undefined && { lost: lost.replace(/\.$/, "") }),
});

/** Says why nothing more is to be tried; undefined while there is time. */
function overAfter({ timeLimit = TIME_LIMIT, signal }: ProofLimits): () => string | undefined {
  const end = performance.now() + timeLimit;
  return () => {
    if (signal?.aborted) return "it was cancelled";
    return performance.now() > end ? `the trial took more than ${timeLimit / 1000} seconds` : undefined;
  };
}

async function seed(
  client: Client,
  project: Project,
  keys: readonly string[],
  people: readonly Person[],
  unproven: { subject: string; why: string }[],
): Promise<Subject[]> {
  const wanted = new Set(keys);
  const tables = [...project.catalog.tables.values()].filter(({ platform }) => !platform);
  await loosen(client, tables);
  const subjects: Subject[] = [];
  for (const table of tables) {
    const key = qualify(table.schema, table.name);
    const made = await seedTable(client, project, table, makersFor(project, key, people));
    if (!wanted.has(key)) continue;
    const access = accessOf(project, table);
    if (typeof made === "string") unproven.push({ subject: key, why: `no row could be made: ${made}` });
    else if (access && !isTheServices(project, access)) subjects.push({ table, access, rows: made });
  }
  return subjects;
}

/** The server itself comes as the owner where there is no other role: what is its own is open to it. */
const isTheServices = ({ platform, settings }: Project, { scope }: Access): boolean =>
  scope.kind === "service" &&
  !platform.callerId.length &&
  settings.applicationRole === undefined &&
  !settings.clientRoles.length;

/** Everybody has a row where people are told apart; elsewhere a few of each tenant do. */
function makersFor({ tenancy }: Project, key: string, people: readonly Person[]): readonly Maker[] {
  const all = people.map(makerOf);
  if (key === tenancy.user?.table || tenancy.scopes.get(key)?.kind === "user") return all;
  const members = people.filter(({ tenant }) => tenant !== undefined);
  if (tenancy.memberships.some(({ table }) => table === key)) return members.map(makerOf);
  const first = members.filter(({ tenant }) => tenant === 0);
  const few = [first[0], first.at(-1), members.find(({ tenant }) => tenant === 1)];
  if (!members.length) return all.slice(0, 2);
  return few.filter((each) => each !== undefined).map(makerOf);
}
