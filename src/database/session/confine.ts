import { quoteIdentifier } from "../../text/quote.ts";
import { type Answer, type Client, literalOf, type Value } from "../client.ts";

/**
 * The embedded engine's login is a superuser, so a DO block or a function could become another role, look, and come
 * back. Inside a SECURITY DEFINER function PostgreSQL lets nobody set role or session_authorization, by whatever means:
 * in one that the identity's role owns, a statement has what a login would have that is a member of that role alone.
 * Said before the transaction becomes read-only; it goes with it.
 */
export const confinement = (role: string): readonly string[] => [
  DEFINITION,
  `alter function ${NAME} owner to ${quoteIdentifier(role)}`,
];

const NAME = "pg_temp.rowguard_confined(text, text, text)";

/** Names of columns first, then a row each; what gives no rows cannot be opened, and is run. */
const DEFINITION = `
create function pg_temp.rowguard_confined(inout said text, a text, b text) returns setof text
language plpgsql security definer as $rowguard$
declare
  statement constant text := said;
  r record;
  seen bigint := 0;
begin
  begin
    for r in execute statement using a, b loop
      if seen = 0 then
        said := (select json_agg(key) from json_each(row_to_json(r)));
        return next;
      end if;
      seen := seen + 1;
      said := r::text;
      return next;
    end loop;
    if seen = 0 then
      said := (select coalesce(json_agg(key), '[]') from json_each(row_to_json(r)));
      return next;
    end if;
    return;
  exception when invalid_cursor_definition then
    null;
  end;
  execute statement;
  get diagnostics seen = row_count;
  said := seen;
  return next;
end $rowguard$`;

/** A session whose statements run inside the confinement. Values as text; at most two. */
export function confined(session: Client): Client {
  return {
    ...session,
    query: async (sql, values = [], options) => {
      // Our own: a preview takes no statement of the user's that is about transactions.
      if (/^(?:savepoint|rollback to|release)\b/.test(sql)) return session.query(sql, values, options);
      const [a = null, b = null] = values.map(literalOf);
      const { rows } = await session.query(
        "select said from pg_temp.rowguard_confined($1, $2, $3) as said",
        [sql, a, b] satisfies Value[],
        options,
      );
      return answerOf(rows.map(([said]) => said ?? ""));
    },
  };
}

function answerOf([first = "0", ...others]: readonly string[]): Answer {
  if (!first.startsWith("[")) return { columns: [], rows: [], affected: Number(first) };
  const names = JSON.parse(first) as string[];
  const rows = others.map((row) => (names.length ? readRecord(row) : []));
  return { columns: names.map((name) => ({ name, type: UNKNOWN })), rows, affected: rows.length };
}

/** A record does not tell the types of its columns. */
const UNKNOWN = 705;

/** A record as PostgreSQL writes it: nothing is NULL, quotes and backslashes inside quotes are doubled. */
function readRecord(text: string): (string | null)[] {
  const values: (string | null)[] = [];
  for (const [, quoted, bare] of text.slice(1, -1).matchAll(/(?:^|,)(?:"((?:[^"\\]|""|\\\\)*)"|([^,]*))/g))
    values.push(quoted?.replace(/""|\\\\/g, ([sign]) => sign!) ?? (bare || null));
  return values;
}
