import { type Column, qualify, type Table } from "../catalog/catalog.ts";
import type { Client } from "../database/client.ts";
import { type Access, ranksOf } from "../project/access/access.ts";
import { grantsMembership } from "../project/access/defaults.ts";
import { roleColumnIn, trustedColumns } from "../project/access/ranks.ts";
import type { Project } from "../project/project.ts";
import type { RowCommand } from "../project/row-access.ts";
import { isExpected } from "./expected.ts";
import { makerOf, type Person } from "./people.ts";
import { type Tried, tryEach, tryInsert, trySelect, trySet } from "./probe.ts";
import { rowValues, type SeededRow } from "./seed.ts";
import { columnValue, type Maker } from "./values.ts";

/** A table with its declared access, and the rows that were made in it. */
export interface Subject {
  readonly table: Table;
  readonly access: Access;
  readonly rows: readonly SeededRow[];
}

/** What trying every command on a table as one person showed. */
export interface Trial {
  readonly differences: readonly string[];
  /** Statements that were stopped before PostgreSQL had an answer, and why. */
  readonly unanswered: readonly string[];
  readonly tried: number;
}

/** Tries each command on each row as a person, and the changes that nobody may make. Undefined is a visitor. */
export async function tryTable(
  session: Client,
  project: Project,
  { table, access, rows }: Subject,
  person: Person | undefined,
  people: readonly Person[],
): Promise<Trial> {
  const name = qualify(table.schema, table.name);
  const differences: string[] = [];
  const unanswered: string[] = [];
  let tried = 0;
  const expects = (command: RowCommand, maker: Maker) =>
    isExpected(project, table, access, command, person, maker);

  /** The rows that were touched; undefined where that is not known. */
  function touched(command: RowCommand, seen: Tried): ReadonlySet<string> | undefined {
    if ("places" in seen) return seen.places;
    if ("unanswered" in seen) unanswered.push(`${command} was not answered: ${seen.unanswered}`);
    else differences.push(`cannot ${command} ${name}: PostgreSQL says "${seen.broken}"`);
    return undefined;
  }

  async function each(command: Exclude<RowCommand, "insert">, trial: Promise<Tried>) {
    tried += command === "select" ? 1 : rows.length;
    const places = touched(command, await trial);
    for (const { place, maker } of places ? rows : []) {
      const expected = expects(command, maker);
      if (places!.has(place) !== expected) differences.push(sentence(command, name, maker, expected, people));
    }
  }

  async function insert(maker: Maker) {
    tried++;
    const places = touched("insert", await tryInsert(session, table, rowValues(project, table, maker)));
    const expected = expects("insert", maker);
    if (places && places.size > 0 !== expected)
      differences.push(sentence("insert", name, maker, expected, people));
  }

  async function refused(what: string, trial: Promise<Tried>) {
    tried++;
    const seen = await trial;
    if ("unanswered" in seen) unanswered.push(`update was not answered: ${seen.unanswered}`);
    else if ("places" in seen && seen.places.size) differences.push(`can ${what}`);
  }

  await each("select", trySelect(session, table));
  await each("update", tryEach(session, table, "update", rows));
  await each("delete", tryEach(session, table, "delete", rows));
  for (const maker of insertsFor(person, people)) await insert(maker);
  for (const row of rows) {
    for (const [what, changes] of escalations(project, table, access, row, person))
      await refused(`${what} of ${name}`, trySet(session, table, row, changes));
  }
  return { differences: [...new Set(differences)], unanswered, tried };
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
    // Whichever the row has, one of two is another.
    for (const value of values?.slice(0, 2) ?? [RAISED[column.type.name]])
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
