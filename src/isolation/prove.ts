import { type Column, qualify, type Table } from "../catalog/catalog.ts";
import type { Client } from "../database/client.ts";
import { withIdentity } from "../database/session/session.ts";
import { type Access, accessOf, ranksOf } from "../project/access/access.ts";
import { grantsMembership } from "../project/access/defaults.ts";
import { roleColumnIn, trustedColumns } from "../project/access/ranks.ts";
import type { Project } from "../project/project.ts";
import type { RowCommand } from "../project/row-access.ts";
import { isExpected } from "./expected.ts";
import { identityOf, type Person, peopleOf } from "./people.ts";
import { type Tried, tryEach, tryInsert, trySelect, trySet } from "./probe.ts";
import { loosen, rowValues, type SeededRow, seedTable } from "./seed.ts";
import { columnValue, type Maker } from "./values.ts";

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
  /** Stops it; what is not tried by then is unproven. */
  readonly signal?: AbortSignal;
}

const TIME_LIMIT = 120_000;
/** ms for one statement: on a few rows, more is a policy that never ends. */
const STATEMENT_LIMIT = 10_000;

interface Subject {
  readonly table: Table;
  readonly access: Access;
  readonly rows: readonly SeededRow[];
}

/**
 * Tries, on a throw-away database, each command on each table as everybody of two tenants, with rows of both: each must
 * reach what is declared, and nothing else. The database is of no use afterwards.
 */
export async function proveAccess(
  client: Client,
  project: Project,
  keys: readonly string[],
  { timeLimit = TIME_LIMIT, signal }: ProofLimits = {},
): Promise<Proof> {
  const over = overAfter(timeLimit, signal);
  const people = peopleOf(project);
  const unproven: { subject: string; why: string }[] = [];
  const subjects = await seed(client, project, keys, people, unproven);
  const { migrationRole, callerId } = project.platform;
  // The functions run as the owner: where policies are forced on it, it must not step around them.
  if (!callerId.length) await client.query(`alter role ${migrationRole} nobypassrls`);
  const differences: string[] = [];
  const untried = new Map<string, string>();
  let tried = 0;
  for (const person of [...people, undefined]) {
    const identity = identityOf(project, person);
    const held = await withIdentity(
      client,
      identity,
      { write: true, timeLimit: STATEMENT_LIMIT },
      async (session) => {
        for (const subject of subjects) {
          const why = over();
          if (why !== undefined) {
            const key = qualify(subject.table.schema, subject.table.name);
            if (!untried.has(key)) untried.set(key, `${why}, before it was tried as ${identity.name}`);
            continue;
          }
          const probes = await probe(session, project, subject, person, people);
          tried += probes.tried;
          differences.push(...probes.differences.map((each) => `${identity.name} ${each}`));
        }
      },
    );
    const broken = held.broken ?? held.moved;
    if (broken !== undefined) unproven.push({ subject: identity.name, why: broken });
  }
  for (const [subject, why] of untried) unproven.push({ subject, why });
  return { differences, unproven, tried };
}

/** Says why nothing more is to be tried; undefined while there is time. */
function overAfter(timeLimit: number, signal: AbortSignal | undefined): () => string | undefined {
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

const makerOf = ({ index, tenant, role }: Person): Maker => ({ user: index, tenant, role });

interface Probes {
  readonly differences: readonly string[];
  readonly tried: number;
}

async function probe(
  session: Client,
  project: Project,
  { table, access, rows }: Subject,
  person: Person | undefined,
  people: readonly Person[],
): Promise<Probes> {
  const name = qualify(table.schema, table.name);
  const differences: string[] = [];
  let tried = 0;
  const expects = (command: RowCommand, maker: Maker) =>
    isExpected(project, table, access, command, person, maker);

  async function each(command: Exclude<RowCommand, "insert">, trial: Promise<Tried>) {
    const seen = await trial;
    tried += command === "select" ? 1 : rows.length;
    if ("broken" in seen) differences.push(`cannot ${command} ${name}: PostgreSQL says "${seen.broken}"`);
    else
      for (const { place, maker } of rows) {
        const expected = expects(command, maker);
        if (seen.places.has(place) !== expected)
          differences.push(sentence(command, name, maker, expected, people));
      }
  }

  async function refused(what: string, trial: Promise<boolean | string>) {
    tried++;
    if ((await trial) === true) differences.push(`can ${what}`);
  }

  await each("select", trySelect(session, table));
  await each("update", tryEach(session, table, "update", rows));
  await each("delete", tryEach(session, table, "delete", rows));
  for (const maker of insertsFor(person, people)) {
    const made = await tryInsert(session, table, rowValues(project, table, maker));
    tried++;
    const expected = expects("insert", maker);
    if (typeof made === "string") differences.push(`cannot insert into ${name}: PostgreSQL says "${made}"`);
    else if (made !== expected) differences.push(sentence("insert", name, maker, expected, people));
  }
  for (const row of rows) {
    for (const [what, changes] of escalations(project, table, access, row, person))
      await refused(`${what} of ${name}`, trySet(session, table, row, changes));
  }
  return { differences: [...new Set(differences)], tried };
}

/** Rows of one's own and of another's, in either tenant. */
function insertsFor(person: Person | undefined, people: readonly Person[]): Maker[] {
  const somebody = person ?? people[0]!;
  const first = people.filter(({ tenant }) => tenant === 0);
  if (!first.length) {
    const other = people.find((each) => each !== somebody)!;
    return [makerOf(somebody), makerOf(other)];
  }
  const other = first.find((each) => each !== somebody)!;
  const roles = [...new Set([first.at(-1)!.role, first[0]!.role])];
  return roles.flatMap((role) => [
    { user: somebody.index, tenant: 0, role },
    { user: somebody.index, tenant: 1, role },
    { user: other.index, tenant: 0, role },
  ]);
}

/** Changes that nobody may make: into another tenant, to another owner, to a higher rank. */
function* escalations(
  project: Project,
  table: Table,
  { scope, allowed }: Access,
  { maker }: SeededRow,
  person: Person | undefined,
): Iterable<[string, [string, string][]]> {
  const open = new Set(allowed.update.map(({ kind }) => kind));
  if (open.has("everyone") || open.has("signed-in") || !open.size) return;
  const column = table.columns.get(scope.path[0]?.column ?? scope.column ?? "");
  const valueAs = (of: Column, as: Maker) => columnValue(project, table, of, as);
  if (scope.kind === "tenant" && column && maker.tenant !== undefined && person?.tenant !== undefined) {
    const away = valueAs(column, { ...maker, tenant: 1 - person.tenant });
    const here = valueAs(column, maker);
    if (away !== undefined && away !== here) yield ["move a row to another tenant", [[column.name, away]]];
  }
  if (scope.kind === "user" && column && person) {
    const other = valueAs(column, { ...maker, user: person.index === 0 ? 1 : 0 });
    if (other !== undefined && maker.user === person.index)
      yield ["give a row to another user", [[column.name, other]]];
  }
  if (person) yield* raises(project, table, maker, person);
}

function* raises(
  project: Project,
  table: Table,
  maker: Maker,
  person: Person,
): Iterable<[string, [string, string][]]> {
  const { tenancy, catalog } = project;
  const key = qualify(table.schema, table.name);
  const [membership] = tenancy.memberships;
  const { owners, admins } = ranksOf(membership);
  const top = owners?.kind === "members" ? owners.roles?.[0] : undefined;
  const isTop = owners?.kind === "members" && owners.roles?.includes(person.role ?? "");
  const decides = key === membership?.table || grantsMembership(table);
  const role = roleColumnIn(project, table);
  if (decides && role !== undefined && top !== undefined && !isTop && maker.role !== top)
    yield [`make somebody ${top} in a row`, [[role, top]]];
  if (key !== tenancy.user?.table || maker.user !== person.index) return;
  const isAdmin = admins?.kind === "members" && admins.roles?.includes(person.role ?? "");
  if (isAdmin) return;
  for (const name of trustedColumns(table)) {
    const column = table.columns.get(name)!;
    const values = catalog.types.get(column.type.name)?.values;
    const value = values?.find((each) => each !== maker.role) ?? RAISED[column.type.name];
    if (value !== undefined) yield [`change ${name} of his own row`, [[name, value]]];
  }
}

const RAISED: Readonly<Record<string, string>> = {
  bool: "true",
  text: "raised",
  varchar: "raised",
  int4: "999",
  numeric: "999",
};

function sentence(
  command: RowCommand,
  table: string,
  maker: Maker,
  expected: boolean,
  people: readonly Person[],
): string {
  const whose = people.find(({ index }) => index === maker.user)?.name ?? "somebody";
  const where = maker.tenant === undefined ? "" : ` in the ${maker.tenant === 0 ? "first" : "second"} tenant`;
  const row = `a row of ${whose}${where}`;
  return expected ? `cannot ${command} ${row} in ${table}` : `can ${command} ${row} in ${table}`;
}
