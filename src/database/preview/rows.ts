import { type Answer, type Client, QueryError } from "../client.ts";
import { ENTERED } from "../session/session.ts";
import type { PreviewStatement } from "../session/statement.ts";
import type { TableAccess } from "./result.ts";
import type { SimpleQuery } from "./track.ts";

/** The rows of a statement, and for each the addresses (`tableoid ctid`) of the rows it was made from. */
export interface Rows {
  readonly answer: Answer;
  /** By row, then by source of the query; undefined where rows could not be followed. */
  readonly addresses?: readonly (readonly (string | null)[])[];
  /** What decided over rows that were written. */
  readonly access?: readonly TableAccess[];
  /** ms from asking to having the rows. */
  readonly time: number;
}

/** Runs a statement. Queries go through a cursor, so that ten million rows cost what a hundred do. */
export async function readRows(
  session: Client,
  { sql, kind }: PreviewStatement,
  simple: SimpleQuery | undefined,
  limit: number,
): Promise<Rows> {
  const begun = performance.now();
  if (kind !== "read") return { answer: await session.query(sql), time: performance.now() - begun };
  const tracked = simple && (await fetchTracked(session, simple, limit));
  const answer = tracked ?? (await fetchRows(session, sql, limit));
  const time = performance.now() - begun;
  return tracked ? { ...splitAddresses(tracked, simple!.sources.length), time } : { answer, time };
}

/** Both leave at once where the connection can: a cursor that does not open has no rows. */
const askRows = (session: Client, sql: string, limit: number) =>
  Promise.allSettled([
    session.query(`declare rowguard_rows no scroll cursor for ${sql}`),
    session.query(`fetch ${limit} from rowguard_rows`),
  ]);

async function fetchRows(session: Client, sql: string, limit: number): Promise<Answer> {
  const [opened, fetched] = await askRows(session, sql, limit);
  if (opened.status === "rejected") throw opened.reason;
  if (fetched.status === "rejected") throw fetched.reason;
  return fetched.value;
}

/** A view has no addresses, a count neither, and with grants on columns alone nobody may ask for them. */
async function fetchTracked(
  session: Client,
  { tracked }: SimpleQuery,
  limit: number,
): Promise<Answer | undefined> {
  const [opened, fetched] = await askRows(session, tracked, limit);
  if (opened.status === "fulfilled") {
    if (fetched.status === "rejected") throw fetched.reason;
    return fetched.value;
  }
  if (!(opened.reason instanceof QueryError) || opened.reason.lost) throw opened.reason;
  await session.query(`rollback to savepoint ${ENTERED}`);
  return undefined;
}

function splitAddresses(
  { columns, rows, affected }: Answer,
  sources: number,
): Pick<Rows, "answer" | "addresses"> {
  const width = columns.length - 2 * sources;
  return {
    answer: {
      columns: columns.slice(0, width),
      rows: rows.map((row) => row.slice(0, width)),
      affected,
    },
    addresses: rows.map((row) =>
      Array.from({ length: sources }, (_, i) => addressOf(row[width + 2 * i], row[width + 2 * i + 1])),
    ),
  };
}

/** An outer join gives rows without a row of one side. */
const addressOf = (table: string | null | undefined, place: string | null | undefined): string | null =>
  table == null || place == null ? null : `${table} ${place}`;
