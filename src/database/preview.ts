import type { Project } from "../project/project.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { type Answer, type Client, QueryError } from "./client.ts";
import type { Identity } from "./session/identity.ts";
import { type SessionOptions, withIdentity } from "./session/session.ts";
import { type PreviewStatement, readPreview } from "./session/statement.ts";
import { couldLeaveUnseen } from "./session/unseen.ts";
import { sessionSql } from "./sql.generated.ts";

export type { PreviewStatement };

/** What one statement gives one identity. */
export interface PreviewResult {
  readonly identity: string;
  /**
   * `denied`: PostgreSQL refused for want of a privilege or by a policy. `invalid`: role or settings moved. `unproven`:
   * code could have left the identity unseen, or the engine broke; rows say nothing either way.
   */
  readonly status: "ok" | "denied" | "failed" | "invalid" | "unproven";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows that exist and this identity does not see; null where that is not known. */
  readonly hidden: number | null;
  /** There are more rows than these. */
  readonly more: boolean;
  /** Rows written, for a statement that writes. */
  readonly written: number | null;
  readonly policies: readonly LettingPolicy[];
  /** ms that the statement took. */
  readonly time: number;
  readonly message: string | null;
}

/** How many of the rows that an identity sees a permissive policy alone lets through. */
export interface LettingPolicy {
  readonly table: string;
  readonly policy: string;
  readonly rows: number;
}

export interface PreviewOptions extends SessionOptions {
  /** Rows to show for each identity. */
  readonly rowLimit?: number;
  /** The login can become nothing but client roles: nothing inside a statement leaves it. */
  readonly bound?: boolean;
}

const ROW_LIMIT = 100;

/** A table's name as a query over it, else the text itself. */
export function queryFor(text: string, project: Project | undefined): string {
  const name = text.trim();
  if (/\s/.test(name) || name.includes("(")) return text;
  const tables = project?.catalog.tables;
  const key = tables?.has(name) ? name : `public.${name}`;
  const table =
    tables?.get(key) ?? [...(tables?.values() ?? [])].find((each) => !each.platform && each.name === name);
  const model = project?.models.get(name);
  if (table) return `select * from ${quoteQualified(table.schema, table.name)}`;
  const made = model && tables?.get(model.table);
  return made ? `select * from ${quoteQualified(made.schema, made.name)}` : text;
}

/** Runs one statement as several identities, one after the other. A sentence where the text is no such statement. */
export async function preview(
  client: Client,
  text: string,
  identities: readonly Identity[],
  options: PreviewOptions = {},
): Promise<readonly PreviewResult[] | { readonly problem: string }> {
  const statement = readPreview(text);
  if ("problem" in statement) return statement;
  const results: PreviewResult[] = [];
  for (const identity of identities) results.push(await previewAs(client, statement, identity, options));
  return results;
}

async function previewAs(
  client: Client,
  statement: PreviewStatement,
  identity: Identity,
  options: PreviewOptions,
): Promise<PreviewResult> {
  const begun = performance.now();
  const { rowLimit = ROW_LIMIT } = options;
  try {
    const held = await withIdentity(client, identity, options, (session) =>
      run(session, statement, rowLimit),
    );
    const { answer, time } = held.value;
    const rows = answer.rows.slice(0, rowLimit);
    const seen: PreviewResult = {
      ...nothing(identity, time),
      columns: answer.columns.map(({ name }) => name),
      rows,
      more: answer.rows.length > rowLimit,
      written: statement.kind === "write" ? answer.affected : null,
    };
    if (held.broken !== undefined)
      return { ...nothing(identity, time), status: "unproven", message: held.broken };
    if (held.moved !== undefined) return { ...seen, status: "invalid", message: held.moved };
    const unseen = options.bound ? undefined : await couldLeaveUnseen(client, statement);
    const known = { ...seen, ...(await explainRows(client, statement, identity, options, seen)) };
    return unseen === undefined ? known : { ...known, status: "unproven", message: unseen };
  } catch (error) {
    return refused(error, nothing(identity, performance.now() - begun));
  }
}

const nothing = ({ name }: Identity, time: number): PreviewResult => ({
  identity: name,
  status: "ok",
  columns: [],
  rows: [],
  hidden: null,
  more: false,
  written: null,
  policies: [],
  time: Math.round(time * 10) / 10,
  message: null,
});

/** Queries go through a cursor, so that ten million rows cost what a hundred do. */
async function run(session: Client, { sql, kind }: PreviewStatement, rowLimit: number) {
  const begun = performance.now();
  let answer: Answer;
  if (kind === "read") {
    await session.query(`declare rowguard_rows no scroll cursor for ${sql}`);
    answer = await session.query(`fetch ${rowLimit + 1} from rowguard_rows`);
  } else answer = await session.query(sql);
  return { answer, time: performance.now() - begun };
}

function refused(error: unknown, result: PreviewResult): PreviewResult {
  if (!(error instanceof QueryError)) throw error;
  if (error.lost && error.code === "") return { ...result, status: "unproven", message: error.message };
  return { ...result, status: error.code === "42501" ? "denied" : "failed", message: error.message };
}

async function explainRows(
  client: Client,
  statement: PreviewStatement,
  identity: Identity,
  options: PreviewOptions,
  seen: PreviewResult,
): Promise<{ hidden: number | null; policies: readonly LettingPolicy[] }> {
  // Without a table there is nothing to hide, and a function's rows may be many.
  if (statement.kind !== "read" || statement.relations.length === 0) return { hidden: null, policies: [] };
  const { role: _, ...everybody } = identity;
  const all = await count(client, statement, everybody, options, true);
  const visible = seen.more ? await count(client, statement, identity, options, false) : seen.rows.length;
  return {
    hidden: all === null || visible === null ? null : Math.max(0, all - visible),
    policies: await askPolicies(client, statement, identity, options),
  };
}

/** Rows of the statement; null where row-level security would hide some from who counts all, or it fails. */
async function count(
  client: Client,
  { sql }: PreviewStatement,
  identity: Identity,
  options: PreviewOptions,
  all: boolean,
): Promise<number | null> {
  const settings = all ? { ...identity.settings, row_security: "off" } : identity.settings;
  try {
    const { value, broken } = await withIdentity(
      client,
      { ...identity, settings },
      { ...options, write: false },
      (session) => session.query(`select count(*) from (${sql}\n) as counted`),
    );
    return broken === undefined ? Number(value.rows[0]?.[0]) : null;
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

/** Asks each permissive policy of the tables alone how many of the visible rows it lets through. */
async function askPolicies(
  client: Client,
  { relations }: PreviewStatement,
  identity: Identity,
  options: PreviewOptions,
): Promise<LettingPolicy[]> {
  const found: LettingPolicy[] = [];
  if (identity.role === undefined) return found;
  for (const { schema, name } of relations) {
    const written = schema ? quoteQualified(schema, name) : quoteIdentifier(name);
    try {
      const { value } = await withIdentity(
        client,
        identity,
        { ...options, write: false },
        async (session) => {
          const { rows } = await session.query(sessionSql.policies, [written, identity.role!]);
          if (rows.length === 0) return { rows, counts: [] };
          const table = quoteQualified(rows[0]![2]!, rows[0]![3]!);
          const counts = rows.map(([, using]) => `count(*) filter (where ${using})`);
          const answer = await session.query(`select ${counts.join(", ")} from ${table}`);
          return { rows, counts: answer.rows[0] ?? [] };
        },
      );
      value.rows.forEach(([policy, , tableSchema, table], index) => {
        found.push({
          table: `${tableSchema}.${table}`,
          policy: policy!,
          rows: Number(value.counts[index] ?? 0),
        });
      });
    } catch (error) {
      // A policy that fails when asked alone says nothing about the rows of the others.
      if (!(error instanceof QueryError) || error.lost) throw error;
    }
  }
  return found;
}
