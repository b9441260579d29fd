import type { Catalog, Policy, Table } from "../../src/catalog/catalog.ts";
import { type CreateReplayOptions, createReplay, type Replay } from "../../src/catalog/replay.ts";
import { postgres } from "../../src/project/platform/postgres.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import { readSql } from "../../src/source/sql/read.ts";

/** A replay on Supabase, or on plain PostgreSQL. */
export const begin = (options: CreateReplayOptions = {}, platform = supabase): Replay =>
  createReplay(platform, options);
export const beginPlain = (): Replay => createReplay(postgres);

let count = 0;

/** Applies one migration; gives the replay back. */
export function apply(replay: Replay, sql: string, outside = false, path = `${++count}.sql`): Replay {
  const source = readSql({ path, text: sql });
  if (source.errors.length) throw new Error(`${source.errors[0]?.message}: ${sql}`);
  replay.apply(source, sql, { outside });
  return replay;
}

/** The catalog after migrations, one text each. */
export const replayed = (...migrations: string[]): Catalog =>
  migrations.reduce((replay, sql) => apply(replay, sql), begin()).snapshot();

export const tableOf = (catalog: Catalog, key: string): Table => {
  const table = catalog.tables.get(key);
  if (!table) throw new Error(`no table ${key} among ${ownTables(catalog).join(", ")}`);
  return table;
};

/** Keys of the tables that no platform made. */
export const ownTables = (catalog: Catalog): string[] =>
  [...catalog.tables].filter(([, table]) => !table.platform).map(([key]) => key);

/** `id int4 not null`, `tags text[]`: the columns as one reads them. */
export const columnsOf = (catalog: Catalog, key: string): string[] =>
  [...tableOf(catalog, key).columns.values()].map(
    ({ name, type, notNull }) => `${name} ${type.name}${type.array ? "[]" : ""}${notNull ? " not null" : ""}`,
  );

export const constraintsOf = (catalog: Catalog, key: string): string[] =>
  tableOf(catalog, key)
    .constraints.map(({ name }) => name)
    .sort();

export const indexesOf = (catalog: Catalog, key: string): string[] =>
  tableOf(catalog, key)
    .indexes.map(({ name }) => name)
    .sort();

/** Names of the policies that are in force. */
export const policiesOf = (catalog: Catalog, key: string): string[] =>
  [...tableOf(catalog, key).policies.values()].filter((policy) => !policy.refused).map(({ name }) => name);

export const policyOf = (catalog: Catalog, key: string, name: string): Policy => {
  const policy = tableOf(catalog, key).policies.get(name);
  if (!policy) throw new Error(`no policy ${name} on ${key}`);
  return policy;
};

/** `anon select` for every grant on the table itself. */
export const grantsOf = (catalog: Catalog, key: string): string[] =>
  tableOf(catalog, key)
    .grants.map(({ role, privilege }) => `${role} ${privilege}`)
    .sort();

/** What happened, in a few words each. */
export const eventsOf = (catalog: Catalog): string[] =>
  catalog.events.map((event) => {
    switch (event.kind) {
      case "policy-dropped":
        return `${event.kind} ${event.table}/${event.policy.name}`;
      case "policy-changed":
        return `${event.kind} ${event.table}/${event.before.name}`;
      case "policy-cascaded":
      case "drop-blocked":
        return `${event.kind} ${event.table}/${event.policy.name}: ${event.dropped}`;
      case "target-unknown":
        return `${event.kind} ${event.statement} ${event.schema}.${event.name}${event.near ? `, near ${event.near}` : ""}`;
      case "policy-unknown":
        return `${event.kind} ${event.table}/${event.name}${event.near ? `, near ${event.near}` : ""}`;
      case "setting":
        return `${event.kind} ${event.name} ${event.values.join(",")}${event.local ? " local" : ""}`;
      default:
        return `${event.kind} ${event.table}`;
    }
  });
