import { quoteIdentifier } from "../../text/quote.ts";
import { type Client, QueryError } from "../client.ts";
import type { Identity } from "../session/identity.ts";
import { type SessionOptions, withIdentity } from "../session/session.ts";
import type { Question } from "./explain.ts";
import type { PreviewResult, TableAccess } from "./result.ts";

type Counted = Partial<Pick<PreviewResult, "seen" | "hidden" | "access">>;

/**
 * How many rows an identity does not see: of the statement where its rows are rows of tables, else of each table that
 * it names. `countable` where the statement may be run as the login.
 */
export async function countHidden(
  question: Question,
  access: readonly TableAccess[],
  shown: PreviewResult,
  countable: boolean,
): Promise<Counted> {
  const { statement, simple, identity } = question;
  const followed = simple !== undefined && (shown.origins[0] ?? null) !== null;
  if (!simple?.unlimited || !(followed || simple.plain))
    return { access: await countTables(question, access) };
  const count = (who: Identity) => countRows(question, `(${statement.sql}\n)`, who);
  const seen = shown.seen ?? (await count(identity));
  const all = access.every(({ by }) => by === "open" || by === "bypassed")
    ? seen
    : countable
      ? await count(unrestricted(identity))
      : null;
  return { seen, hidden: seen === null || all === null ? null : Math.max(0, all - seen) };
}

async function countTables(question: Question, access: readonly TableAccess[]): Promise<TableAccess[]> {
  const counted: TableAccess[] = [];
  for (const each of access) {
    const dot = each.table.indexOf(".");
    const table = `${quoteIdentifier(each.table.slice(0, dot))}.${quoteIdentifier(each.table.slice(dot + 1))}`;
    const ruled = each.by === "policies" || each.by === "open" || each.by === "bypassed";
    if (!ruled) counted.push(each);
    else {
      const seen = await countRows(question, table, question.identity);
      const total =
        each.by === "policies" ? await countRows(question, table, unrestricted(question.identity)) : seen;
      counted.push({ ...each, seen, total });
    }
  }
  return counted;
}

/** Rows that an identity sees of a table or a query in brackets; null where PostgreSQL refuses, or it takes too long. */
async function countRows(
  { client, options }: { readonly client: Client; readonly options: SessionOptions },
  from: string,
  identity: Identity,
): Promise<number | null> {
  try {
    const held = await withIdentity(client, identity, { ...options, write: false }, (session) =>
      session.query(`select count(*) from ${from} as counted`),
    );
    const trusted = held.broken === undefined && held.moved === undefined;
    return trusted ? Number(held.value.rows[0]?.[0]) : null;
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

/** The same caller without row-level security: the login itself, which PostgreSQL refuses where policies hold for it. */
export const unrestricted = ({ role: _, ...identity }: Identity): Identity => ({
  ...identity,
  settings: { ...identity.settings, row_security: "off" },
});
