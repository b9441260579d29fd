import { readFileSync } from "node:fs";
import { join } from "node:path";

const IDS = ["postgres", "supabase"] as const;

/**
 * The text of `sql/platform/*.sql` as a module, so that pure folders need no file system and the bundle no loader.
 * Comments and indentation are dropped: the text is parsed at every start.
 */
export function renderPlatformSql(root: string): string {
  const texts = IDS.map((id) => {
    const sql = readFileSync(join(root, "sql", "platform", `${id}.sql`), "utf8");
    return `export const ${id}Sql = \`${asTemplate(condense(sql))}\`;\n`;
  });
  const head = "// Generated from sql/platform/ by `npm run generate`. Do not edit.\n\n";
  return head + texts.join("\n");
}

const condense = (sql: string): string =>
  sql
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("--"))
    .map((line) => line.trim())
    .join("\n");

const asTemplate = (text: string): string => text.replace(/[\\`]|\$\{/g, "\\$&");
