import type { Client } from "../client.ts";
import { tryOut } from "../preview/access.ts";
import { withIdentity } from "../session/session.ts";
import type { DatabaseSources } from "./read.ts";

/**
 * The statements that make a database's views, as another one prints them that has the same tables: what PostgreSQL
 * prints of a query depends on its version, so only prints of one server can be compared. By statement; none where a
 * view does not fit the other database's tables. Rejects with QueryError.
 */
export async function reprintViews(
  other: Client,
  { sources, texts }: DatabaseSources,
): Promise<ReadonlyMap<string, string>> {
  const views = sources.flatMap(({ path, statements }) =>
    statements.flatMap((each) => {
      if (each.kind !== "create-view") return [];
      const text = texts.get(path)!;
      const at = each.query.span.start;
      return [{ head: text.slice(each.span.start, at), query: text.slice(at, each.span.end) }];
    }),
  );
  const held = await withIdentity(
    other,
    { name: "views", settings: { search_path: "" } },
    { write: true },
    async (session) => {
      const printed = new Map<string, string>();
      for (const { head, query } of views) {
        const body = await tryOut(session, () => printQuery(session, query));
        if (body !== undefined) printed.set(head + query, head + body);
      }
      return printed;
    },
  );
  return held.value;
}

async function printQuery(session: Client, query: string): Promise<string> {
  await session.query("drop view if exists pg_temp.rowguard_view");
  await session.query(`create temp view rowguard_view as ${query}`);
  const { rows } = await session.query(
    "select rtrim(pg_get_viewdef('pg_temp.rowguard_view'::regclass), ';')",
  );
  return rows[0]?.[0] ?? "";
}
