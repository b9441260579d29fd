import { qualify } from "../../catalog/catalog.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { Client } from "../client.ts";
import type { PreviewStatement, Write } from "../session/statement.ts";
import { type Access, readAccess, tryOut } from "./access.ts";
import type { LettingPolicy, TableAccess } from "./result.ts";

/**
 * What decides over the rows that a statement writes, table by table. `written` rows of it are there, in this session;
 * none where it was refused.
 */
export async function explainWrites(
  session: Client,
  { writes }: PreviewStatement,
  written?: number,
): Promise<TableAccess[]> {
  const accesses = (await tryOut(session, () => readAccess(session, writes))) ?? [];
  const found: TableAccess[] = [];
  for (const [i, access] of accesses.entries()) {
    const write = writes[i]!;
    if (!access) continue;
    const decided = access.by === "policies";
    found.push({
      table: qualify(access.schema, access.name),
      command: write.command,
      by: access.by,
      policies: decided ? await countLet(session, access, write, written) : [],
      restrictive: decided ? access.restrictive : [],
      seen: null,
      total: null,
    });
  }
  return found;
}

async function countLet(
  session: Client,
  access: Access,
  { command, whole }: Write,
  written: number | undefined,
): Promise<LettingPolicy[]> {
  const { policies } = access;
  const each = (rows: (place: number) => number | null) =>
    policies.map(({ name }, i) => ({ policy: name, rows: rows(i) }));
  if (written === undefined || !whole) return each(() => null);
  // What got through got through the only one.
  if (policies.length < 2 || written === 0) return each(() => written);
  const counts =
    command === "delete" ? undefined : await tryOut(session, () => askWritten(session, access, written));
  return each((i) => counts?.[i] ?? null);
}

/**
 * Which of the rows just written each policy lets through; undefined where the role does not see them all again. Rows
 * of this transaction have its number or a later one, and the latest of those wrote last.
 */
async function askWritten(
  session: Client,
  { schema, name, policies }: Access,
  written: number,
): Promise<number[] | undefined> {
  const table = quoteIdentifier(name);
  const counts = policies.map(({ using }) => `count(*) filter (where ${using})`).join(", ");
  const { rows } = await session.query(
    `select count(*), ${counts} from ${quoteQualified(schema, name)}
     where ${table}.xmin::text::bigint = (
       select max(rowguard_written.xmin::text::bigint) from ${quoteQualified(schema, name)} as rowguard_written
       where rowguard_written.xmin::text::bigint >= pg_current_xact_id()::text::bigint & 4294967295)`,
  );
  const [all, ...through] = (rows[0] ?? []).map(Number);
  return all === written ? through : undefined;
}
