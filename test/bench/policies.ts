import pg from "pg";
import { everythingOpen, generatePolicies } from "../../src/policies/generate.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";
import { startServer } from "../database/server.ts";
import type { Row } from "./table.ts";

const ROWS = 1_000_000;
const TENANTS = 1_000;
const ROUNDS = 15;

const SCHEMA = `
create table organizations (id text primary key);
create table users (id text primary key);
create table memberships (organization_id text not null references organizations (id), user_id text not null references users (id), primary key (organization_id, user_id));
create table tasks (id bigint primary key, organization_id text not null references organizations (id), done boolean not null default false);
`;

/** What generated policies cost on a real server, against the same statements with the tenant written by hand. */
export async function benchPolicies(): Promise<Row[]> {
  const server = await startServer(18);
  if (!server) throw new Error("PostgreSQL 18 cannot run here.");
  const admin = new pg.Client(server.url());
  await admin.connect();
  try {
    await admin.query(`${SCHEMA}
      insert into organizations select 'org-' || n from generate_series(1, ${TENANTS}) n;
      insert into users select 'user-' || n from generate_series(1, ${TENANTS}) n;
      insert into memberships select 'org-' || n, 'user-' || n from generate_series(1, ${TENANTS}) n;
      insert into tasks select n, 'org-' || (n % ${TENANTS} + 1) from generate_series(1, ${ROWS}) n;
      create role app; grant select, insert, update, delete on all tables in schema public to app;
      create role plain bypassrls; grant select, insert, update, delete on all tables in schema public to plain;`);
    await admin.query(await generatedSql());
    await admin.query("vacuum analyze");
    return await compareAll(admin);
  } finally {
    await admin.end();
    await server.stop();
  }
}

async function generatedSql(): Promise<string> {
  const [project] = await buildProjectFromTexts([{ path: "migrations/0001_init.sql", text: SCHEMA }]);
  const { groups } = generatePolicies(project!, everythingOpen(project!));
  return groups.flatMap(({ statements }) => statements).join("\n");
}

const BY_HAND = "organization_id = 'org-7'";

/** The same rows either way: the policy's, or the condition's. */
const STATEMENTS: Readonly<Record<string, (where: string, n: number) => string>> = {
  "select of a tenant": (where) => `select count(*), max(id) from tasks where true ${where}`,
  "select of one row": (where) => `select * from tasks where id = 6006 ${where}`,
  insert: (_, n) =>
    `insert into tasks select ${ROWS} + ${n} * 1000 + i, 'org-7' from generate_series(1, 500) i`,
  update: (where) => `update tasks set done = not done where true ${where}`,
  delete: (where) => `delete from tasks where true ${where}`,
};

async function compareAll(client: pg.Client): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, statement] of Object.entries(STATEMENTS)) {
    const times = { hand: [] as number[], policy: [] as number[] };
    for (let n = 0; n < ROUNDS; n++) {
      times.hand.push(await timed(client, "plain", statement(`and ${BY_HAND}`, n * 2)));
      times.policy.push(await timed(client, "app", statement("", n * 2 + 1)));
    }
    const [hand, policy] = [median(times.hand), median(times.policy)];
    rows.push(
      { what: `${what}: tenant by hand`, value: hand, unit: "ms" },
      { what: `${what}: generated policies`, value: policy, unit: "ms" },
      { what: "  ratio", value: policy / hand, unit: "x", budget: 1.5 },
    );
  }
  return rows;
}

/** ms inside a transaction that is undone. */
async function timed(client: pg.Client, role: string, sql: string): Promise<number> {
  await client.query(
    `begin; set local role ${role}; set local app.tenant_id = 'org-7'; set local app.user_id = 'user-7'`,
  );
  const start = performance.now();
  await client.query(sql);
  const time = performance.now() - start;
  await client.query("rollback");
  return time;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
