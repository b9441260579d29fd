import pg from "pg";
import { connectLive } from "../../src/database/live/connect.ts";
import { preview } from "../../src/database/preview.ts";
import type { Identity } from "../../src/database/session/identity.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { startServer } from "../database/server.ts";
import { percentile } from "./measure.ts";
import type { Row } from "./table.ts";

const SETUP = [
  "create role app_client",
  "create table tasks (id int primary key, tenant text not null, title text not null)",
  "insert into tasks select i, 'tenant ' || i % 50, 'Task ' || i from generate_series(1, 200000) i",
  "create index on tasks (tenant)",
  "alter table tasks enable row level security",
  "create policy tenant on tasks to app_client using (tenant = current_setting('app.tenant', true))",
  "grant select on tasks to app_client",
  "analyze tasks",
];

/** A quick statement, and one that takes its time. */
const STATEMENTS: readonly (readonly [string, string])[] = [
  ["one row by its key", "select * from tasks where id = 7"],
  ["100 rows of a tenant", "select * from tasks order by id limit 100"],
  ["a count over all rows", "select count(*) from tasks where title like '%9%'"],
];

const ROUNDS = 60;
/** Rounds before, in which both sides compile what they run. */
const WARM = 90;

/** What a preview adds to the same statement sent by `pg` alone, as the same role: in turns, on one server. */
export async function benchPreview(): Promise<Row[]> {
  const server = await startServer(18);
  if (!server) throw new Error("There is no PostgreSQL to measure with.");
  const plain = new pg.Client({ connectionString: server.url() });
  try {
    await plain.connect();
    for (const sql of SETUP) await plain.query(sql);
    const asked: Identity = { name: "one", role: "app_client", settings: { "app.tenant": "tenant 7" } };
    await plain.query("set role app_client");
    await plain.query("select set_config('app.tenant', 'tenant 7', false)");
    await loadGrammar();
    const live = await connectLive(server.url());
    const rows: Row[] = [];
    for (const [what, sql] of STATEMENTS) {
      const times = { alone: [] as number[], previewed: [] as number[] };
      for (let round = -WARM; round < ROUNDS; round++) {
        const alone = await timeOf(() => plain.query(sql));
        const previewed = await timeOf(() =>
          preview(live, sql, [asked], { rowLimit: 1_000, explain: false, timeLimit: 60_000 }),
        );
        if (round < 0) continue;
        times.alone.push(alone);
        times.previewed.push(previewed);
      }
      const alone = percentile(times.alone, 0.5);
      const added = percentile(times.previewed, 0.5) - alone;
      rows.push(
        { what: `${what}: pg alone`, value: alone, unit: "ms" },
        { what: `${what}: a preview adds`, value: added, unit: "ms", budget: Math.max(3, alone / 10) },
      );
    }
    await live.close();
    return rows;
  } finally {
    await plain.end();
    await server.stop();
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
