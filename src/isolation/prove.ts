import { qualify } from "../catalog/catalog.ts";
import { type Client, QueryError } from "../database/client.ts";
import { withIdentity } from "../database/session/session.ts";
import type { Protected } from "../policies/generate.ts";
import { type Access, accessOf } from "../project/access/access.ts";
import type { Project } from "../project/project.ts";
import { identityOf, makerOf, type Person, peopleOf } from "./people.ts";
import { loosen, seedTable } from "./seed.ts";
import { type Bucket, seedBucket, tryBucket } from "./try-bucket.ts";
import { type Subject, tryTable } from "./try-table.ts";
import { readTopic, seedMessages, type Topic, tryTopic } from "./try-topic.ts";
import type { Maker } from "./values.ts";

/** What trying every command as everybody showed of some tables. */
export interface Proof {
  /** Where access differs from what is declared, one sentence each. */
  readonly differences: readonly string[];
  /** What somebody can do with a bucket or channel and should not, one sentence each. */
  readonly leaks: readonly Leak[];
  /** Tables that could not be tried, and why. */
  readonly unproven: readonly { readonly subject: string; readonly why: string }[];
  /** How many statements were tried. */
  readonly tried: number;
}

export interface Leak {
  readonly of: "bucket" | "channel";
  readonly subject: string;
  readonly text: string;
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
 * Tries, on a throw-away database, each command on each table and bucket as everybody of two tenants, with rows of both,
 * and who hears and sends in channels: each must reach what is declared, and nothing else. The database is of no use afterwards.
 */
export async function proveAccess(
  client: Client,
  project: Project,
  what: Partial<Protected>,
  limits: ProofLimits = {},
): Promise<Proof> {
  const people = peopleOf(project);
  const unproven: { subject: string; why: string }[] = [];
  const isOver = overAfter(limits);
  let lost: string | undefined;
  const over = () => lost ?? isOver();
  const subjects = await seed(client, project, what.tables ?? [], people, unproven);
  const buckets = await seedBuckets(client, project, what.buckets ?? [], people, unproven);
  const topics = await seedTopics(client, project, what.channels ?? [], people, unproven);
  const { migrationRole, callerId } = project.platform;
  // The functions run as the owner: where policies are forced on it, it must not step around them.
  if (!callerId.length) await client.query(`alter role ${migrationRole} nobypassrls`);
  const differences: string[] = [];
  const leaks: Leak[] = [];
  const untried = new Map<string, string>();
  let tried = 0;
  for (const person of [...people, undefined]) {
    const turn = await tryAs(person, { client, project, people, subjects, buckets, topics, limits, over });
    lost ??= turn.lost;
    tried += turn.tried;
    differences.push(...turn.differences);
    leaks.push(...turn.leaks);
    for (const [subject, why] of turn.unproven) if (!untried.has(subject)) untried.set(subject, why);
  }
  for (const [subject, why] of untried) unproven.push({ subject, why });
  return { differences, leaks, unproven, tried };
}

interface Setting {
  readonly client: Client;
  readonly project: Project;
  readonly people: readonly Person[];
  readonly subjects: readonly Subject[];
  readonly buckets: readonly Bucket[];
  readonly topics: readonly Topic[];
  readonly limits: ProofLimits;
  /** Why nothing more is to be tried. */
  readonly over: () => string | undefined;
}

/** What one person's turn showed. */
interface Turn {
  readonly differences: readonly string[];
  readonly leaks: readonly Leak[];
  readonly tried: number;
  readonly unproven: readonly (readonly [subject: string, why: string])[];
  /** Set where the database was lost: one that takes its place has none of the rows. */
  readonly lost?: string;
}

async function tryAs(person: Person | undefined, setting: Setting): Promise<Turn> {
  const { client, project, people, subjects, buckets, topics, limits, over } = setting;
  const { statementLimit = STATEMENT_LIMIT, signal } = limits;
  const identity = identityOf(project, person);
  const names = [...subjects.map(keyOf), ...buckets.map(({ id }) => id), ...topics.map(({ topic }) => topic)];
  const all = (why: string) => names.map((name) => [name, why] as const);
  const stopped = over();
  if (stopped !== undefined) return nothingTried(all(`${stopped}, before it was tried as ${identity.name}`));
  const differences: string[] = [];
  const leaks: Leak[] = [];
  const unproven: (readonly [string, string])[] = [];
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
          for (const each of trial.unanswered)
            unproven.push([keyOf(subject), `as ${identity.name}, ${each}`]);
        } else unproven.push([keyOf(subject), `${why}, before it was tried as ${identity.name}`]);
      }
      for (const { of, subject, tryIt } of besides(session, setting, person)) {
        const why = over();
        if (why !== undefined) unproven.push([subject, `${why}, before it was tried as ${identity.name}`]);
        else {
          const trial = await tryIt();
          tried += trial.tried;
          differences.push(...trial.lacks.map((each) => `${identity.name} ${each}`));
          leaks.push(...trial.leaks.map((each) => ({ of, subject, text: `${identity.name} ${each}` })));
        }
      }
    });
    if (held.broken !== undefined) return nothingTried(all(held.broken), held.broken);
    return held.moved === undefined ? { differences, leaks, tried, unproven } : nothingTried(all(held.moved));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const why = error.message.replace(/\.$/, "");
    return { differences, leaks, tried, unproven: all(`as ${identity.name}: ${why}`), lost: why };
  }
}

/** Buckets and channels, each with what tries it as a person. */
const besides = (session: Client, { project, buckets, topics }: Setting, person: Person | undefined) => [
  ...buckets.map((bucket) => ({
    of: "bucket" as const,
    subject: bucket.id,
    tryIt: () => tryBucket(session, project, bucket, person),
  })),
  ...topics.map((topic) => ({
    of: "channel" as const,
    subject: topic.topic,
    tryIt: () => tryTopic(session, project, topic, person),
  })),
];

const keyOf = ({ table }: Subject): string => qualify(table.schema, table.name);

const nothingTried = (unproven: Turn["unproven"], lost?: string): Turn => ({
  differences: [],
  leaks: [],
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

async function seedBuckets(
  client: Client,
  project: Project,
  ids: readonly string[],
  people: readonly Person[],
  unproven: { subject: string; why: string }[],
): Promise<Bucket[]> {
  const buckets: Bucket[] = [];
  for (const id of ids) {
    const bucket = await seedBucket(client, project, id, people);
    if (typeof bucket === "string") unproven.push({ subject: id, why: bucket });
    else buckets.push(bucket);
  }
  return buckets;
}

async function seedTopics(
  client: Client,
  project: Project,
  names: readonly string[],
  people: readonly Person[],
  unproven: { subject: string; why: string }[],
): Promise<Topic[]> {
  const topics: Topic[] = [];
  for (const name of names) {
    const topic = readTopic(project, name, people, (key) => makersFor(project, key, people));
    const why = typeof topic === "string" ? topic : await seedMessages(client, topic);
    if (why === undefined) topics.push(topic as Topic);
    else unproven.push({ subject: name, why });
  }
  return topics;
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
