import pg from "pg";
import { type Answer, QueryError } from "../../src/database/client.ts";
import type { Runner } from "../../src/database/embedded/engine.ts";
import { History, type Step } from "../../src/database/embedded/history.ts";
import { preparePlatform } from "../../src/database/embedded/image.ts";
import type { Migrated } from "../../src/database/embedded/outcome.ts";
import { scriptsOf } from "../../src/database/embedded/scripts.ts";
import { connectLive, type LiveDatabase } from "../../src/database/live/connect.ts";
import type { Project } from "../../src/project/project.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import type { Server } from "./server.ts";

let count = 0;

/** Runs a project's platform and history in a database of its own on a real server, and lets `use` ask it as a superuser. */
export async function withRealHistory<T>(
  server: Server,
  project: Project,
  use: (migrated: Migrated, database: LiveDatabase) => Promise<T>,
): Promise<T> {
  const name = `history_${++count}`;
  await asAdmin(server.url(), (client) => client.query(`create database ${name}`));
  const url = server.url().replace(/\/postgres$/, `/${name}`);
  const migrated = await asAdmin(url, (client) => migrate(client, project, name));
  const database = await connectLive(url);
  try {
    return await use(migrated, database);
  } finally {
    await database.close();
    await asAdmin(server.url(), (client) => drop(client, name));
  }
}

async function migrate(client: pg.Client, project: Project, name: string): Promise<Migrated> {
  await loadGrammar();
  const runner = runnerOn(client);
  await preparePlatform(runner, project.platform, name);
  const steps: Step[] = [];
  for await (const step of scriptsOf(project)) steps.push(step);
  const history = new History(runner, project);
  await history.run(steps, steps.length);
  return history.migrated;
}

/** Roles belong to the server: the next database begins without those of this one. */
async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database ${name} with (force)`);
  const { rows } = await client.query<{ sql: string }>(
    "select format('drop role %I', rolname) as sql from pg_roles where rolname <> current_user and rolname !~ '^pg_'",
  );
  await client.query("revoke set on parameter session_replication_role from postgres");
  for (const { sql } of rows) await client.query(sql);
}

async function asAdmin<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const runnerOn = (client: pg.Client): Runner => ({
  lost: false,
  run: async (sql) => {
    await asked(client.query(sql));
  },
  query: async (sql, values = []): Promise<Answer> => {
    const { rows, rowCount } = await asked(
      client.query({ text: sql, values: [...values], rowMode: "array" }),
    );
    return { columns: [], rows: rows as (string | null)[][], affected: rowCount ?? 0 };
  },
});

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { message, code = "" } = error as pg.DatabaseError;
    throw new QueryError(message, { code });
  }
}
