import { type Client, QueryError } from "../client.ts";
import type { Identity } from "../session/identity.ts";
import { type SessionOptions, withIdentity } from "../session/session.ts";
import { readPreview } from "../session/statement.ts";
import { unrestricted } from "./count.ts";
import type { Cost } from "./result.ts";

const ROUNDS = 5;
/** ms after which no further round begins: what is slow is measured well by few. */
const ENOUGH = 3_000;

/**
 * What row-level security costs a query: the same with and without, measured in turns, so that what else the server
 * does hits both alike. A sentence where it cannot be measured.
 */
export async function measureCost(
  client: Client,
  text: string,
  identity: Identity,
  options: SessionOptions,
): Promise<Cost | { readonly problem: string }> {
  const statement = readPreview(text);
  if ("problem" in statement) return statement;
  if (statement.kind !== "read")
    return { problem: "Only the cost of a query is measured; this statement is none." };
  const ask = (who: Identity, how: string) =>
    withIdentity(client, who, { ...options, write: false }, (session) =>
      session.query(`explain (${how}) ${statement.sql}`),
    );
  try {
    const { value } = await ask(identity, "analyze, costs off, summary off");
    const plan = value.rows.map(([line]) => line ?? "").join("\n");
    return { identity: identity.name, plan, ...(await measure(ask, identity)) };
  } catch (error) {
    if (error instanceof QueryError) return { problem: error.message };
    throw error;
  }
}

async function measure(
  ask: (who: Identity, how: string) => Promise<{ value: { rows: readonly (readonly (string | null)[])[] } }>,
  identity: Identity,
): Promise<Pick<Cost, "time" | "without" | "rounds">> {
  const begun = performance.now();
  const times: number[] = [];
  const free: number[] = [];
  let refused = false;
  while (times.length < ROUNDS && (times.length === 0 || performance.now() - begun < ENOUGH)) {
    times.push(timeOf(await ask(identity, TIMED)));
    if (refused) continue;
    try {
      free.push(timeOf(await ask(unrestricted(identity), TIMED)));
    } catch (error) {
      if (!(error instanceof QueryError) || error.lost) throw error;
      refused = true;
    }
  }
  return { time: median(times), without: refused ? null : median(free), rounds: times.length };
}

/** Without a clock at each node, which would cost more than what it measures. */
const TIMED = "analyze, timing off, format json";

function timeOf({ value }: { value: { rows: readonly (readonly (string | null)[])[] } }): number {
  const [plan] = JSON.parse(value.rows[0]?.[0] ?? "[]") as {
    "Execution Time"?: number;
    "Planning Time"?: number;
  }[];
  return (plan?.["Execution Time"] ?? 0) + (plan?.["Planning Time"] ?? 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 1000) / 1000;
}
