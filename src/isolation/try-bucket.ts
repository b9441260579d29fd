import type { Table } from "../catalog/catalog.ts";
import { type Client, QueryError } from "../database/client.ts";
import { bucketOwner } from "../policies/buckets.ts";
import type { Project } from "../project/project.ts";
import type { FolderOwner } from "../project/storage-folders.ts";
import { quoteQualified } from "../text/quote.ts";
import { makerOf, type Person } from "./people.ts";
import { type Tried, tryEach, tryInsert, trySelect } from "./probe.ts";
import { insertRow, type RowValues, type SeededRow } from "./seed.ts";
import { columnValue, type Maker, valueFor } from "./values.ts";

/** What trying a bucket or a channel as one person showed: what he cannot do and should, and the other way round. */
export interface TrialBesides {
  readonly lacks: readonly string[];
  readonly leaks: readonly string[];
  readonly tried: number;
}

/** A private bucket with one object in the folder of everybody whose it may be. */
export interface Bucket {
  readonly id: string;
  readonly objects: Table;
  readonly owner: FolderOwner;
  readonly rows: readonly SeededRow[];
}

/** Puts an object into everybody's folder; a sentence where none could be put. */
export async function seedBucket(
  client: Client,
  project: Project,
  id: string,
  people: readonly Person[],
): Promise<Bucket | string> {
  const objects = project.catalog.tables.get(project.platform.storageObjects ?? "");
  const owner = bucketOwner(project, id);
  if (!objects || typeof owner === "string") return "nothing says whose its folders are";
  const rows: SeededRow[] = [];
  try {
    await client.query(`delete from ${quoteQualified(objects.schema, objects.name)} where bucket_id = $1`, [
      id,
    ]);
    for (const maker of ownersAmong(people, owner)) {
      const { sql, values } = insertRow(objects, objectOf(project, id, objects, owner, maker, "seeded"));
      const answer = await client.query(`${sql} returning tableoid::regclass::text || ctid::text`, values);
      rows.push({ place: answer.rows[0]![0]!, maker });
    }
  } catch (error) {
    if (!(error instanceof QueryError) || error.lost) throw error;
    return `no object could be made: ${error.message}`;
  }
  return { id, objects, owner, rows };
}

/** One of each tenant, or everybody. */
const ownersAmong = (people: readonly Person[], { of }: FolderOwner): Maker[] =>
  people
    .filter(
      ({ tenant }, i) =>
        of === "user" || (tenant !== undefined && people.findIndex((each) => each.tenant === tenant) === i),
    )
    .map(makerOf);

function objectOf(
  project: Project,
  id: string,
  objects: Table,
  { of, at }: FolderOwner,
  maker: Maker,
  file: string,
): RowValues {
  const owner = of === "tenant" ? valueFor(project, { tenant: maker.tenant! }) : userText(project, maker);
  const path = [...Array.from({ length: at - 1 }, () => "shared"), owner, file].join("/");
  const columns = ["bucket_id", "name"].map((name) => objects.columns.get(name)!);
  return { columns, values: [id, path] };
}

/** The key of a user as code writes it into a path: that of the project's own table where callers are looked up in it. */
function userText(project: Project, maker: Maker): string {
  const { user } = project.tenancy;
  const table = user?.identityColumn === undefined ? undefined : project.catalog.tables.get(user.table);
  const column = table?.columns.get(user!.column);
  const own = table && column && columnValue(project, table, column, maker);
  return own ?? valueFor(project, { user: maker.user });
}

/** What a person can do with the objects of a bucket, and should not; and the other way round. */
export async function tryBucket(
  session: Client,
  project: Project,
  { id, objects, owner, rows }: Bucket,
  person: Person | undefined,
): Promise<TrialBesides> {
  const lacks: string[] = [];
  const leaks: string[] = [];
  const isOwn = ({ user, tenant }: Maker) =>
    person !== undefined &&
    (owner.of === "user" ? person.index === user : person.tenant !== undefined && person.tenant === tenant);
  const compare = (command: string, maker: Maker, could: boolean) => {
    if (could === isOwn(maker)) return;
    if (could) leaks.push(`can ${command} an object in the folder of another in the bucket ${id}`);
    else lacks.push(`cannot ${command} an object in his own folder in the bucket ${id}`);
  };
  const hold = (command: string, seen: Tried) => {
    if ("broken" in seen)
      lacks.push(`cannot ${command} objects of the bucket ${id}: PostgreSQL says "${seen.broken}"`);
    if ("places" in seen)
      for (const { place, maker } of rows) compare(command, maker, seen.places.has(place));
  };
  hold("select", await trySelect(session, objects));
  hold("update", await tryEach(session, objects, "update", rows));
  hold("delete", await tryEach(session, objects, "delete", rows));
  for (const { maker } of rows) {
    const seen = await tryInsert(session, objects, objectOf(project, id, objects, owner, maker, "new"));
    if ("places" in seen) compare("insert", maker, seen.places.size > 0);
  }
  return { lacks: [...new Set(lacks)], leaks: [...new Set(leaks)], tried: 1 + 3 * rows.length };
}
