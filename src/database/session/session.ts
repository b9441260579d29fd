import { randomBytes } from "node:crypto";
import { quoteIdentifier, quoteLiteral } from "../../text/quote.ts";
import { type Answer, type Client, QueryError } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import { confined, confinement } from "./confine.ts";
import type { Identity } from "./identity.ts";

export interface SessionOptions {
  /** Lets statements write; everything is rolled back all the same. */
  readonly write?: boolean;
  /** ms for one statement. */
  readonly timeLimit?: number;
  /** ms to wait for a lock. */
  readonly lockLimit?: number;
  /** Lets nothing inside become another role, where the login could: see `confine.ts`. The embedded database's own. */
  readonly confined?: boolean;
  /** Stops what runs, on the server, and lets nothing more begin. */
  readonly signal?: AbortSignal;
}

/** What came of the work, and what became of the identity meanwhile. */
export interface Held<T> {
  readonly value: T;
  /** Set where role or settings moved: nothing that was seen can be trusted. */
  readonly moved?: string;
  /** Set where the engine broke unseen: nothing that was seen can be trusted. */
  readonly broken?: string;
}

/**
 * Lets `work` act as an identity, in a transaction that is always rolled back: the only place that opens one. Rejects
 * with what `work` rejects with, or with QueryError where the identity cannot be entered.
 */
export function withIdentity<T>(
  client: Client,
  identity: Identity,
  options: SessionOptions,
  work: (client: Client) => Promise<T>,
): Promise<Held<T>> {
  const before = turns.get(client) ?? Promise.resolve();
  const held = before.then(() => hold(client, identity, options, work));
  turns.set(
    client,
    held.then(
      () => {},
      () => {},
    ),
  );
  return held;
}

/** One transaction at a time on one connection. */
const turns = new WeakMap<Client, Promise<void>>();

const TIME_LIMIT = 10_000;
const LOCK_LIMIT = 1_000;

async function hold<T>(
  client: Client,
  identity: Identity,
  options: SessionOptions,
  work: (client: Client) => Promise<T>,
): Promise<Held<T>> {
  const { signal } = options;
  if (signal?.aborted) throw new QueryError(CANCELLED);
  const stop = () => void client.cancel();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await transact(client, identity, options, work);
  } catch (error) {
    // The server says the same of a time limit that was met.
    const cancelled = signal?.aborted && error instanceof QueryError && error.code === "57014";
    throw cancelled ? new QueryError(CANCELLED, { lost: error.lost }) : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

const CANCELLED = "It was cancelled.";

async function transact<T>(
  client: Client,
  identity: Identity,
  {
    write = false,
    confined: isConfined = false,
    timeLimit = TIME_LIMIT,
    lockLimit = LOCK_LIMIT,
  }: SessionOptions,
  work: (client: Client) => Promise<T>,
): Promise<Held<T>> {
  const confines = isConfined && identity.role !== undefined;
  const timed: Client = {
    ...bound(client),
    query: (sql, values) => client.query(sql, values, { timeLimit: timeLimit * 1.5 }),
  };
  const limited = confines ? confined(timed) : timed;
  await client.renew?.();
  const entry = entryFor(identity, {
    statement_timeout: timeLimit,
    lock_timeout: lockLimit,
    // Who holds a session and does nothing with it keeps locks of others waiting.
    idle_in_transaction_session_timeout: timeLimit * 3,
  });
  let outcome: { held: Held<T> } | { error: unknown };
  let ended = false;
  try {
    const entering = enter(client, opening(write, confines ? identity.role : undefined), entry, identity);
    // What only reads may leave before it is known that the identity was entered: where it was not, its transaction
    // answers nothing any more.
    const [stood, value] =
      client.pipelined && !write
        ? await both(entering, work(limited))
        : [await entering, await work(limited)];
    const last = client.batch ? [entry.stand, "rollback"] : [entry.stand];
    const [stands] = await sendAll(client, last);
    ended = client.batch !== undefined;
    outcome = { held: { value, ...compare(stood, stands?.rows[0] ?? []) } };
  } catch (error) {
    outcome = { error };
  }
  const broken = ended ? undefined : await leave(client);
  if ("error" in outcome) {
    if (broken !== undefined) throw new QueryError(broken, { lost: true });
    throw outcome.error;
  }
  return broken === undefined ? outcome.held : { ...outcome.held, broken };
}

/** What two began side by side give, once both are through; the first one's failure is the cause of the other's. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

const bound = (client: Client): Client => ({
  kind: client.kind,
  ...(client.pipelined && { pipelined: true }),
  query: (...given) => client.query(...given),
  cancel: () => client.cancel(),
  close: () => client.close(),
});

/** The marker ends with the transaction: one that was committed or rolled back inside the work is seen by it. */
const MARKER = "rowguard.session";

/** What makes a session an identity's, and what asks whether it still is. */
interface Entry {
  readonly enter: string;
  readonly stand: string;
}

/** Limits and settings come first, then the role: a client's role may not set all that the login may. */
function entryFor({ role, settings }: Identity, limits: Readonly<Record<string, number>>): Entry {
  const own = Object.entries({ ...settings, [MARKER]: randomBytes(8).toString("hex") });
  if (role !== undefined) own.push(["role", role]);
  const set = [...Object.entries(limits), ...own].map(
    ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(String(value))}, true)`,
  );
  const now = own.map(([name]) => `pg_catalog.current_setting(${quoteLiteral(name)}, true)`);
  return {
    enter: `select ${set.join(", ")}`,
    stand: [sessionSql.stand.replace(/;\s*$/, ""), ...now].join(", "),
  };
}

const opening = (write: boolean, confinedRole: string | undefined): readonly string[] =>
  confinedRole === undefined
    ? [write ? "begin" : "begin read only"]
    : ["begin", ...confinement(confinedRole), ...(write ? [] : ["set transaction read only"])];

/** Begins, becomes the identity, and says where that is: all in one message where the client can. */
async function enter(
  client: Client,
  open: readonly string[],
  entry: Entry,
  { name, role }: Identity,
): Promise<readonly (string | null)[]> {
  try {
    const answers = await sendAll(client, [...open, entry.enter, entry.stand, `savepoint ${ENTERED}`]);
    return answers.at(-2)?.rows[0] ?? [];
  } catch (error) {
    throw error instanceof QueryError && !error.lost ? notEntered(error, name, role) : error;
  }
}

/** Where work can go back to after a statement that failed, still as the identity. */
export const ENTERED = "rowguard_entered";

async function sendAll(client: Client, statements: readonly string[]): Promise<readonly Answer[]> {
  if (client.batch) return client.batch(statements);
  const answers: Answer[] = [];
  for (const sql of statements) answers.push(await client.query(sql));
  return answers;
}

/** That nobody can be asked as is no answer of the database to them, so it has no SQLSTATE. */
function notEntered({ code, message }: QueryError, name: string, role = ""): QueryError {
  if (code === "42501")
    return new QueryError(
      `The login may not become ${quoteIdentifier(role)}, so nothing can be asked as ${name}; grant it: GRANT ${quoteIdentifier(role)} TO <the login>.`,
    );
  if (["22023", "42704"].includes(code) && message.includes("role"))
    return new QueryError(
      `The database has no role ${quoteIdentifier(role)}, so nothing can be asked as ${name}.`,
    );
  return new QueryError(`Nothing can be asked as ${name}: ${message}.`);
}

function compare(
  before: readonly (string | null)[],
  after: readonly (string | null)[],
): { moved?: string; broken?: string } {
  if (after.length === 0 || before.length === 0) return { broken: BROKEN };
  const [sessionUser, user, role, readOnly, rowSecurity, ...settings] = before;
  const [nowSession, nowUser, nowRole, nowReadOnly, nowRowSecurity, ...nowSettings] = after;
  if (user !== nowUser || role !== nowRole || sessionUser !== nowSession)
    return { moved: `The statement left its role: it began as ${user} and ended as ${nowUser}.` };
  if (settings.some((value, i) => value !== nowSettings[i]))
    return { moved: "The statement changed the settings that say who is asking." };
  if (readOnly !== nowReadOnly || rowSecurity !== nowRowSecurity)
    return { moved: "The statement changed how its transaction is protected." };
  return {};
}

const BROKEN = "The database engine broke during the statement; what it answered means nothing.";

/** Rolls back. Gives a sentence where the embedded engine no longer answers as it must; it is replaced then. */
async function leave(client: Client): Promise<string | undefined> {
  try {
    await client.query("rollback");
    if (client.kind === "live") return undefined;
    const { rows, columns } = await client.query("select 'alive'");
    if (columns.length === 1 && rows[0]?.[0] === "alive") return undefined;
  } catch (error) {
    // A connection that is lost has nothing left to roll back.
    if (error instanceof QueryError && error.lost) return undefined;
  }
  if (client.kind === "live") return undefined;
  await client.close();
  return BROKEN;
}
