import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineCache } from "../../src/database/embedded/packed.ts";
import { createDatabaseHost, type DatabaseHost } from "../../src/link/database-host.ts";
import { percentile } from "./measure.ts";
import type { Row } from "./table.ts";

const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "strive", "before");
const NEWEST = "supabase/migrations/29990101000000_newest.sql";
const STARTS = 3;
const EDITS = 10;
const MIGRATIONS = 820;

/**
 * The database host from the bundle. `ROWGUARD_BENCH_HISTORY` names a workspace with a long real history to run in place
 * of the one that is made up.
 */
export async function benchDatabase(folder: string, cli: string): Promise<Row[]> {
  const bundle = join(dirname(cli), "database-host.cjs");
  const example = join(folder, "database-example");
  cpSync(EXAMPLE, example, { recursive: true });
  writeFileSync(join(example, NEWEST), "alter table public.tasks enable row level security;\n");
  const [ready, again] = await starts(bundle, example);
  const warm = await withHost(bundle, (host) => edits(host, example));
  const real = process.env.ROWGUARD_BENCH_HISTORY;
  const long = real ?? writeHistory(join(folder, "long"));
  const [cold, known] = await starts(bundle, long);
  const median = (times: readonly number[]) => percentile(times, 0.5);
  const memory = [...ready, ...again, ...cold, ...known].map((each) => each.memory).concat(warm.memory);
  return [
    { what: "example: the first start of all", value: median(ready.map(({ time }) => time)), unit: "ms" },
    {
      what: "  process started, files read, what was kept taken up",
      value: median(again.map(({ time }) => time)),
      unit: "ms",
      budget: 1000,
    },
    {
      what: "  newest migration edited, in a transaction",
      value: median(warm.inside),
      unit: "ms",
      budget: 150,
    },
    {
      what: "  newest migration edited, not in a transaction",
      value: median(warm.outside),
      unit: "ms",
      budget: 800,
    },
    {
      what: real ? "long real history, cold" : `${MIGRATIONS} migrations, cold`,
      value: median(cold.map(({ time }) => time)),
      unit: "ms",
      budget: 3000,
    },
    { what: "  again", value: median(known.map(({ time }) => time)), unit: "ms" },
    ...(memory.every(Number.isFinite)
      ? [{ what: "host's peak memory", value: Math.max(...memory), unit: "MB" as const, budget: 750 }]
      : []),
  ];
}

type Opening = Awaited<ReturnType<typeof open>>;

/** Starts of a history that nobody ran before, and those after one that was kept. */
async function starts(bundle: string, folder: string): Promise<[first: Opening[], again: Opening[]]> {
  const first = await repeat(STARTS, () => {
    forgetKept();
    return withHost(bundle, (host) => open(host, folder));
  });
  await withHost(bundle, async (host) => {
    const { database } = await host.ask("database/open", { kind: "embedded", folder });
    // It is kept when nobody asks any more.
    await host.ask("database/close", { database });
  });
  return [first, await repeat(STARTS, () => withHost(bundle, (host) => open(host, folder)))];
}

function forgetKept(): void {
  const folder = engineCache();
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (name.startsWith("history-")) rmSync(join(folder, name));
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

async function withHost<T>(bundle: string, work: (host: DatabaseHost) => Promise<T>): Promise<T> {
  const host = createDatabaseHost(bundle);
  try {
    return await work(host);
  } finally {
    host.end();
  }
}

async function open(host: DatabaseHost, folder: string): Promise<{ time: number; memory: number }> {
  const begun = performance.now();
  const { failures } = await host.ask("database/open", { kind: "embedded", folder });
  const time = performance.now() - begun;
  if (failures.length) console.error(`${failures.length} statements failed, first: ${failures[0]!.message}`);
  return { time, memory: peakOf(host) };
}

async function edits(host: DatabaseHost, folder: string) {
  const { database } = await host.ask("database/open", { kind: "embedded", folder });
  const edit = async (text: string): Promise<number> => {
    const begun = performance.now();
    await host.ask("database/update", { database, texts: { [NEWEST]: text } });
    return performance.now() - begun;
  };
  let round = 0;
  const inside = await repeat(EDITS, () =>
    edit(
      `alter table public.tasks enable row level security;\nalter table public.tasks add column round_${round++} int;\n`,
    ),
  );
  const outside = await repeat(EDITS / 2, () =>
    edit(`create index concurrently round_${round++} on public.tasks (id);\n`),
  );
  return { inside, outside, memory: peakOf(host) };
}

/** MB; NaN where the system does not tell. */
function peakOf({ pid }: DatabaseHost): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(file, "utf8"))?.[1]) / 1024;
}

/** A long history as Prisma writes one. */
function writeHistory(root: string): string {
  for (let i = 0; i < MIGRATIONS; i++) {
    const folder = join(root, "prisma", "migrations", `${20200101000000 + i}_step`);
    mkdirSync(folder, { recursive: true });
    const table = `"Table${Math.floor(i / 8)}"`;
    const sql =
      i % 8 === 0
        ? `CREATE TABLE ${table} ("id" TEXT NOT NULL, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "Table${i}_pkey" PRIMARY KEY ("id"));\n`
        : `ALTER TABLE ${table} ADD COLUMN "column${i}" TEXT;\nCREATE INDEX "index${i}" ON ${table} ("column${i}");\n`;
    writeFileSync(join(folder, "migration.sql"), sql);
  }
  return root;
}
