import { qualify } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { listOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { Client } from "../client.ts";
import type { PreviewStatement } from "../session/statement.ts";
import { sessionSql } from "../sql.generated.ts";

/**
 * Which privileges the session's role lacks for a statement, and the grants that give them; undefined where none. Of the
 * platform's own tables nothing is said: to grant those to clients is no remedy.
 */
export async function explainMissing(
  session: Client,
  statement: PreviewStatement,
  project?: Project,
): Promise<string | undefined> {
  const wanted = wantedOf(statement);
  const { rows: all } = await session.query(sessionSql.missing, [
    wanted.map(({ schema = "" }) => schema),
    wanted.map(({ name }) => name),
    wanted.map(({ command }) => command),
  ]);
  const isPlatforms = (schema: string, name: string) =>
    project?.catalog.tables.get(qualify(schema, name))?.platform === true;
  const rows = (all as string[][]).filter(([, schema, name]) => !isPlatforms(schema!, name!));
  const lacks = new Set<string>();
  const grants = new Set<string>();
  for (const [role, schema, name, command, mayUse, may] of rows) {
    const to = `to ${quoteIdentifier(role!)};`;
    const table = quoteQualified(schema!, name!);
    if (mayUse === "false") {
      lacks.add(`USAGE on schema ${quoteIdentifier(schema!)}`);
      grants.add(`grant usage on schema ${quoteIdentifier(schema!)} ${to}`);
    }
    if (may === "false") {
      lacks.add(`${command!.toUpperCase()} on ${table}`);
      grants.add(`grant ${command} on ${table} ${to}`);
    }
  }
  if (!lacks.size) return undefined;
  return `${rows[0]![0]} lacks ${listOf([...lacks])}: ${[...grants].join(" ")}`;
}

/** What a statement writes to it may do without reading that. */
function wantedOf({ relations, writes }: PreviewStatement) {
  const written = new Set(writes.map(({ schema, name }) => `${schema ?? ""}.${name}`));
  const read = relations.filter(({ schema, name }) => !written.has(`${schema ?? ""}.${name}`));
  return [...read.map((each) => ({ ...each, command: "select" })), ...writes];
}
