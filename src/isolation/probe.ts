import type { Table } from "../catalog/catalog.ts";
import { type Client, QueryError } from "../database/client.ts";
import type { RowCommand } from "../project/row-access.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { insertRow, type RowValues, type SeededRow } from "./seed.ts";

/**
 * What trying a statement showed: rows touched, a refusal that is not about access at all, or nothing, where it was
 * stopped before PostgreSQL had an answer.
 */
export type Tried = { readonly places: ReadonlySet<string> } | NoRows;
export type NoRows = { readonly broken: string } | { readonly unanswered: string };

const NOWHERE: Tried = { places: new Set() };

/** The rows that the identity sees. */
export const trySelect = (client: Client, table: Table): Promise<Tried> =>
  attempt(client, `select ${PLACE} from ${nameOf(table)}`, []);

/** The rows that it may change, leaving them as they are, or delete. */
export async function tryEach(
  client: Client,
  table: Table,
  command: Extract<RowCommand, "update" | "delete">,
  rows: readonly SeededRow[],
): Promise<Tried> {
  const column = [...table.columns.values()].find(({ generated, identity }) => !generated && !identity);
  if (!column && command === "update") return NOWHERE;
  const name = column && quoteIdentifier(column.name);
  const places = new Set<string>();
  for (const { place } of rows) {
    const what = command === "delete" ? "delete from" : "update";
    const set = command === "delete" ? "" : ` set ${name} = ${name}`;
    const sql = `${what} ${nameOf(table)}${set} where ${PLACE} = $1 returning $1::text`;
    const tried = await attempt(client, sql, [place]);
    if (!("places" in tried)) return tried;
    if (tried.places.size) places.add(place);
  }
  return { places };
}

/** Whether the identity may make a row of these values. */
export function tryInsert(client: Client, table: Table, given: RowValues): Promise<Tried> {
  const { sql, values } = insertRow(table, given);
  return attempt(client, sql, values, true);
}

/** Whether the identity may set columns of a row so; where the row is so already, nothing is changed. */
export function trySet(
  client: Client,
  table: Table,
  row: SeededRow,
  changes: readonly (readonly [column: string, value: string])[],
): Promise<Tried> {
  const set = changes.map(([column], i) => `${quoteIdentifier(column)} = $${i + 2}`).join(", ");
  const values = [row.place, ...changes.map(([, value]) => value)];
  const other = changes.map(([column], i) => `${quoteIdentifier(column)} is distinct from $${i + 2}`);
  const sql = `update ${nameOf(table)} set ${set} where ${PLACE} = $1 and (${other.join(" or ")}) returning $1::text`;
  return attempt(client, sql, values, true);
}

const PLACE = "tableoid::regclass::text || ctid::text";

const nameOf = ({ schema, name }: Table): string => quoteQualified(schema, name);

const PASSED = "passed";

/** Stopped by a time limit, by a lock that another holds, or for want of memory. */
const UNANSWERED = /^(57014|55P03|53...)$/;

/**
 * Policies and privileges are asked before keys and constraints: what fails for those (class 23) was let through. Each
 * attempt is undone before the next.
 */
async function attempt(
  client: Client,
  sql: string,
  values: readonly string[],
  onlyWhether = false,
): Promise<Tried> {
  await client.query("savepoint attempt");
  const undo = () => client.query("rollback to savepoint attempt");
  try {
    const { rows, affected } = await client.query(sql, values);
    await undo();
    if (onlyWhether) return affected ? { places: new Set([PASSED]) } : NOWHERE;
    return { places: new Set(rows.map(([place]) => place ?? "")) };
  } catch (error) {
    if (!(error instanceof QueryError) || error.lost) throw error;
    await undo();
    if (error.code === "42501") return NOWHERE;
    if (error.code.startsWith("23")) return { places: new Set([PASSED]) };
    return UNANSWERED.test(error.code) ? { unanswered: error.message } : { broken: error.message };
  }
}
