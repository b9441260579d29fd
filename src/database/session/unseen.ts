import type { Client } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import type { PreviewStatement } from "./statement.ts";

/**
 * Why a statement could have left its identity, looked, and come back before it was read back; undefined where it
 * could not. A login that is a member of client roles only need not ask.
 */
export async function couldLeaveUnseen(
  client: Client,
  statement: PreviewStatement,
): Promise<string | undefined> {
  if (statement.procedural)
    return "It runs code that could have become another role and come back; what it saw proves nothing.";
  const direct = statement.functions.find((name) => RUNS_TEXT.has(name));
  if (direct)
    return `It calls ${direct}, which could have left the role and come back; what it saw proves nothing.`;
  const { rows } = await client.query(sessionSql.functions);
  const risky = rows.filter(([, , definition]) => MAY_LEAVE.test(definition ?? ""));
  const riskyNames = new Set(risky.map(([, name]) => name));
  if (riskyNames.size === 0) return undefined;
  const called = new Set(statement.functions);
  for (const [schema, name, definition, used] of rows) {
    if (used !== "t" && !called.has(name ?? "")) continue;
    const reaches =
      riskyNames.has(name!) || [...riskyNames].some((each) => each !== null && definition?.includes(each!));
    if (reaches)
      return `${schema}.${name} may run, and its code can change the role; what the statement saw proves nothing.`;
  }
  return undefined;
}

/** Built-in functions that run text as SQL, or set what the session is. */
const RUNS_TEXT = new Set([
  "set_config",
  "query_to_xml",
  "query_to_xmlschema",
  "query_to_xml_and_xmlschema",
  "cursor_to_xml",
  "ts_stat",
  "ts_rewrite",
  "crosstab",
  "connectby",
  "dblink",
  "dblink_exec",
]);

/**
 * A function's definition that can change role or settings. On text, because bodies may build what they run: too many
 * is the safe side.
 */
const MAY_LEAVE =
  /set_config|\bexecute\b(?!\s+(function|procedure))|session_authorization|session\s+authorization|pg_settings|\breset\b|\bset\s+(local\s+|session\s+)?role\b|u&"|query_to_xml|dblink/i;
