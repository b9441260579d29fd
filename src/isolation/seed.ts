import type { Column, Table } from "../catalog/catalog.ts";
import type { Client } from "../database/client.ts";
import { QueryError } from "../database/client.ts";
import { quoteKey } from "../policies/names.ts";
import type { Project } from "../project/project.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { columnValue, type Maker } from "./values.ts";

/** A row of a table: where it lies, and whose it is. */
export interface SeededRow {
  readonly place: string;
  readonly maker: Maker;
}

/** The columns of a row and what they hold. */
export interface RowValues {
  readonly columns: readonly Column[];
  readonly values: readonly string[];
}

/** The values that make a row a maker's; the rest stays as its defaults are. */
export function rowValues(project: Project, table: Table, maker: Maker): RowValues {
  const filled = [...table.columns.values()].flatMap((column) => {
    const value = column.generated ? undefined : columnValue(project, table, column, maker);
    return value === undefined ? [] : [{ column, value }];
  });
  return { columns: filled.map(({ column }) => column), values: filled.map(({ value }) => value) };
}

/**
 * Makes tables of a throw-away database take rows with keys alone: nothing but policies and privileges is asked
 * afterwards. What cannot be loosened shows when a row is refused.
 */
export async function loosen(client: Client, tables: readonly Table[]): Promise<void> {
  await client.query("set session_replication_role = replica");
  const all = tables
    .filter(({ kind }) => kind !== "foreign")
    .map((table) => quoteQualified(table.schema, table.name));
  if (all.length) await quietly(client, `truncate ${all.join(", ")} cascade`);
  for (const { schema, name, partitionOf } of tables)
    if (partitionOf !== undefined)
      await quietly(
        client,
        `alter table ${quoteKey(partitionOf)} detach partition ${quoteQualified(schema, name)}`,
      );
  for (const table of tables) {
    const name = quoteQualified(table.schema, table.name);
    const { rows } = await client.query(LOOSE, [name]);
    for (const [what] of rows) await quietly(client, `alter table ${name} ${what}`);
    if (table.kind === "partitioned") {
      const partition = quoteQualified(table.schema, `${table.name.slice(0, 40)}_rowguard_rest`);
      await quietly(client, `create table ${partition} partition of ${name} default`);
    }
  }
}

const LOOSE = `
  select format('drop constraint %I', conname) from pg_constraint
  where conrelid = to_regclass($1) and contype in ('c', 'x') and conislocal
  union all
  select format('alter column %I drop not null', attname) from pg_attribute a
  where attrelid = to_regclass($1) and attnotnull and attnum > 0 and not attisdropped and attidentity = ''
    and not exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey::int[]))`;

async function quietly(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    if (!(error instanceof QueryError) || error.lost) throw error;
  }
}

/** Makes a row for each maker; a sentence where none could be made. Makers whose rows would be the same share one. */
export async function seedTable(
  client: Client,
  project: Project,
  table: Table,
  makers: readonly Maker[],
): Promise<readonly SeededRow[] | string> {
  const rows: SeededRow[] = [];
  let refusal = "";
  for (const maker of makers) {
    const given = rowValues(project, table, maker);
    try {
      const { sql, values } = insertRow(table, given);
      const answer = await client.query(`${sql} returning tableoid::regclass::text || ctid::text`, values);
      rows.push({ place: answer.rows[0]![0]!, maker });
    } catch (error) {
      if (!(error instanceof QueryError) || error.lost) throw error;
      refusal = error.message;
    }
  }
  return rows.length ? rows : refusal;
}

export function insertRow(
  table: Table,
  { columns, values }: RowValues,
): { sql: string; values: readonly string[] } {
  const into = quoteQualified(table.schema, table.name);
  if (!columns.length) return { sql: `insert into ${into} default values`, values };
  const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
  const places = values.map((_, i) => `$${i + 1}`).join(", ");
  return { sql: `insert into ${into} (${names}) overriding system value values (${places})`, values };
}
