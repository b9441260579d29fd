import type { Project } from "../project/project.ts";
import { type Client, QueryError } from "./client.ts";
import { countHidden } from "./preview/count.ts";
import { explainRows, type Question } from "./preview/explain.ts";
import { explainRefusal } from "./preview/refusal.ts";
import type { Preview, PreviewResult } from "./preview/result.ts";
import { type Rows, readRows } from "./preview/rows.ts";
import { readSimpleQuery, type SimpleQuery } from "./preview/track.ts";
import { explainWrites } from "./preview/writes.ts";
import type { Identity } from "./session/identity.ts";
import { type Held, type SessionOptions, withIdentity } from "./session/session.ts";
import { type PreviewStatement, readPreview } from "./session/statement.ts";
import { couldLeaveUnseen, type Definition, readFunctions } from "./session/unseen.ts";

export type {
  Cost,
  LettingPolicy,
  Preview,
  PreviewResult,
  RowOrigin,
  TableAccess,
} from "./preview/result.ts";
export type { PreviewStatement };

export interface PreviewOptions extends SessionOptions {
  /** Rows to show for each identity. */
  readonly rowLimit?: number;
  /** The login can become nothing but client roles: nothing inside a statement leaves it. */
  readonly bound?: boolean;
  /** Whose rows are is known from it. */
  readonly project?: Project;
  /** False for the rows alone: what is hidden, what lets rows through and whose they are costs as much again. */
  readonly explain?: boolean;
  /** Told each result as soon as it has its rows, before they are explained; `place` is the identity's. */
  readonly onRows?: (result: PreviewResult, place: number) => void;
}

const ROW_LIMIT = 100;

/** ms for what is only asked to explain rows: a large table is not worth more. */
const EXPLAIN_LIMIT = 2_000;

/** What identities of one preview share. */
interface Run {
  readonly client: Client;
  readonly statement: PreviewStatement;
  /** How its rows can be followed to their tables. */
  readonly simple: SimpleQuery | undefined;
  readonly options: PreviewOptions;
  readonly rowLimit: number;
  /** Read once, when first wanted. */
  functions(): Promise<readonly Definition[]>;
}

/**
 * Runs one statement as several identities, one after the other. A sentence where the text is no such statement. Never
 * rejects: what went wrong for one identity stands in its result.
 */
export async function preview(
  client: Client,
  text: string,
  identities: readonly Identity[],
  options: PreviewOptions = {},
): Promise<Preview | { readonly problem: string }> {
  const functions = functionsOf(client);
  // Everybody's results want them: the question is on its way while the statement is read.
  if (client.pipelined && !options.bound) functions().catch(() => {});
  const statement = readPreview(text);
  if ("problem" in statement) return statement;
  const simple = statement.kind === "read" ? readSimpleQuery(statement) : undefined;
  const rowLimit = options.rowLimit ?? ROW_LIMIT;
  const run: Run = { client, statement, simple, options, rowLimit, functions };
  const results: PreviewResult[] = [];
  for (const [place, identity] of identities.entries()) results.push(await previewAs(run, identity, place));
  return { sql: statement.sql, kind: statement.kind, results };
}

function functionsOf(client: Client): Run["functions"] {
  let functions: Promise<readonly Definition[]> | undefined;
  return () => {
    functions ??= readFunctions(client).catch((error: unknown) => {
      // Asked too early, on a connection that a session will renew.
      functions = undefined;
      throw error;
    });
    return functions;
  };
}

async function previewAs(run: Run, identity: Identity, place: number): Promise<PreviewResult> {
  const { client, statement, simple, options } = run;
  const begun = performance.now();
  let session = { ...options };
  try {
    session = { ...options, confined: await wantsConfinement(run, identity) };
    const held = await withIdentity(client, identity, session, (asked) => runStatement(run, asked));
    const shown = await judge(run, held, showRows(run, identity, held.value), session);
    options.onRows?.(shown, place);
    const trusted = shown.status === "ok" || (shown.status === "unproven" && held.broken === undefined);
    if (options.explain === false || !trusted) return shown;
    const timeLimit = Math.min(options.timeLimit ?? EXPLAIN_LIMIT, EXPLAIN_LIMIT);
    const question = {
      client,
      statement,
      simple,
      identity,
      options: { ...session, timeLimit },
      project: options.project,
    };
    return { ...shown, ...(await explain(run, question, held.value, shown)) };
  } catch (error) {
    const result = refused(error, run, nothing(identity, performance.now() - begun));
    options.onRows?.(result, place);
    if (result.status !== "denied" || options.explain === false) return result;
    const { project } = options;
    const why = await explainRefusal(client, identity, statement, session, result.message, project);
    return { ...result, ...why };
  }
}

/** The embedded engine's login can become anything: where code could make use of that, it is locked in. */
const wantsConfinement = async (run: Run, { role }: Identity): Promise<boolean> =>
  run.client.kind === "embedded" &&
  role !== undefined &&
  couldLeaveUnseen(run.statement, await run.functions()) !== undefined;

async function runStatement({ statement, simple, options, rowLimit }: Run, session: Client): Promise<Rows> {
  const rows = await readRows(session, statement, simple, rowLimit + 1);
  if (!statement.writes.length || options.explain === false) return rows;
  return { ...rows, access: await explainWrites(session, statement, rows.answer.affected) };
}

const nothing = ({ name, role, tenant }: Identity, time: number): PreviewResult => ({
  identity: name,
  role: role ?? null,
  tenant: tenant ?? null,
  status: "ok",
  message: null,
  columns: [],
  rows: [],
  origins: [],
  more: false,
  seen: null,
  hidden: null,
  written: null,
  access: [],
  foreign: [],
  time: Math.round(time * 10) / 10,
});

function showRows(
  { statement, rowLimit }: Run,
  identity: Identity,
  { answer, addresses, access = [], time }: Rows,
): PreviewResult {
  const rows = answer.rows.slice(0, rowLimit);
  const more = answer.rows.length > rowLimit;
  return {
    ...nothing(identity, time),
    columns: answer.columns.map(({ name }) => name),
    rows,
    // Until they are explained, all that is known of rows is which are the same.
    origins: rows.map((_, i) =>
      addresses ? { key: addresses[i]!.join(" "), of: null, foreign: false, policies: [] } : null,
    ),
    more,
    seen: more || statement.kind !== "read" ? null : rows.length,
    written: statement.kind === "write" ? answer.affected : null,
    access,
  };
}

async function judge(
  run: Run,
  { broken, moved }: Held<Rows>,
  shown: PreviewResult,
  { confined = false }: SessionOptions,
): Promise<PreviewResult> {
  // What a broken engine answered are no rows, whatever they look like.
  if (broken !== undefined)
    return { ...shown, columns: [], rows: [], origins: [], seen: null, status: "unproven", message: broken };
  if (moved !== undefined) return { ...shown, status: "invalid", message: moved };
  if (run.options.bound || confined) return shown;
  const unseen = couldLeaveUnseen(run.statement, await run.functions());
  return unseen === undefined ? shown : { ...shown, status: "unproven", message: unseen };
}

async function explain(run: Run, question: Question, rows: Rows, shown: PreviewResult) {
  // Without a table there is nothing to hide, and a function's rows may be many.
  if (run.statement.kind !== "read" || !run.statement.relations.length) return {};
  const limited = {
    ...rows,
    answer: { ...rows.answer, rows: shown.rows },
    ...(rows.addresses && { addresses: rows.addresses.slice(0, shown.rows.length) }),
  };
  try {
    const why = await explainRows(question, limited);
    // The project's own code never runs with the login's power.
    const own = new Set((await run.functions()).map(({ name }) => name));
    const countable = !run.statement.procedural && !run.statement.functions.some((name) => own.has(name));
    return { ...why, ...(await countHidden(question, why.access, shown, countable)) };
  } catch (error) {
    // The rows stand; why they are seen stays open.
    if (error instanceof QueryError && !error.lost) return {};
    throw error;
  }
}

function refused(error: unknown, { options }: Run, result: PreviewResult): PreviewResult {
  if (!(error instanceof QueryError)) throw error;
  const { code, lost, message } = error;
  if (options.signal?.aborted) return { ...result, status: "failed", message };
  if (lost && code === "") return { ...result, status: "unproven", message };
  if (code === "42501" && LOCKED.test(message)) return { ...result, status: "unproven", message: WANTED_OUT };
  if (code === "42501") return { ...result, status: "denied", message };
  return { ...result, status: "failed", message: stopped(code, options) ?? message };
}

/** What PostgreSQL says inside the confinement, in every language: the names stay. */
const LOCKED = /"(?:role|session_authorization)"/;

const WANTED_OUT =
  "Its code changes the role. That was not let happen here; what it would see where its login may become that role is not known.";

/** Limits that were met, in words; PostgreSQL only says that it cancels. */
function stopped(
  code: string,
  { timeLimit = 10_000, lockLimit = 1_000 }: SessionOptions,
): string | undefined {
  if (code === "57014") return `The statement took longer than ${timeLimit / 1000} s and was stopped.`;
  if (code === "55P03")
    return `Another session holds a lock on what the statement needs; after ${lockLimit / 1000} s it was given up.`;
  return undefined;
}
