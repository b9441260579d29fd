import type { Client } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import type { PreviewStatement } from "./statement.ts";

/** A function that the sources made. */
export interface Definition {
  readonly schema: string;
  readonly name: string;
  readonly text: string;
  /** Policies, views, triggers and the like call it by themselves. */
  readonly used: boolean;
}

export async function readFunctions(client: Client): Promise<readonly Definition[]> {
  const { rows } = await client.query(sessionSql.functions);
  return rows.map(([schema, name, text, used]) => ({
    schema: schema!,
    name: name!,
    text: text ?? "",
    used: used === "t",
  }));
}

/**
 * Why a statement could have left its identity, looked, and come back before it was read back; undefined where it
 * could not. A login that is a member of client roles only need not ask.
 */
export function couldLeaveUnseen(
  statement: PreviewStatement,
  functions: readonly Definition[],
): string | undefined {
  if (statement.procedural)
    return "It runs code that could have become another role and come back; what it saw proves nothing.";
  const direct = statement.functions.find((name) => RUNS_TEXT.has(name));
  if (direct)
    return `It calls ${direct}, which could have left the role and come back; what it saw proves nothing.`;
  // One of the project's own would be preferred to PostgreSQL's.
  const knowsFormat = !functions.some(({ name }) => name === "format");
  const risky = new Set(functions.filter(({ text }) => mayLeave(text, knowsFormat)).map(({ name }) => name));
  if (risky.size === 0) return undefined;
  const called = new Set(statement.functions);
  const reaching = functions.find(
    ({ name, text, used }) =>
      (used || called.has(name)) && (risky.has(name) || [...risky].some((each) => text.includes(each))),
  );
  return (
    reaching &&
    `${reaching.schema}.${reaching.name} may run, and its code can change the role; what the statement saw proves nothing.`
  );
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
 * `execute format('select %I from t', column)`: a template that takes names and values alone is known as if it stood in
 * the body. Not where something is appended to it, or a name is called, or follows a dot and could be a function of a row.
 */
const KNOWN_TEXT =
  /\bexecute\s+format\s*\(\s*'((?:select|insert|update|delete)\b(?:[^'%]|(?<!\.\s*)%[IL](?!\s*\())*)'(?:\s*,\s*[\w.]+)*\s*\)\s*(?=into\b|using\b|loop\b|;)/gi;

const mayLeave = (text: string, knowsFormat: boolean): boolean =>
  MAY_LEAVE.test(knowsFormat ? text.replace(KNOWN_TEXT, " $1 ") : text);

/**
 * A function's definition that can change role or settings. On text, because bodies may build what they run: too many
 * is the safe side.
 */
const MAY_LEAVE =
  /set_config|\bexecute\b(?!\s+(function|procedure))|session_authorization|session\s+authorization|pg_settings|\breset\b|\bset\s+(local\s+|session\s+)?role\b|u&"|query_to_xml|dblink/i;
