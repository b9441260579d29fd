import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The queries of `sql/session/` and `sql/catalog/` as a module, by the names of their files. */
export function renderDatabaseSql(root: string): string {
  const parts = ["session", "catalog"].map((folder) => {
    const files = readdirSync(join(root, "sql", folder)).filter((file) => file.endsWith(".sql"));
    const entries = files.sort().map((file) => {
      const sql = readFileSync(join(root, "sql", folder, file), "utf8").replaceAll("\r\n", "\n");
      return `  ${JSON.stringify(file.slice(0, -4))}: ${JSON.stringify(sql.trim().replace(/;$/, ""))},`;
    });
    return `export const ${folder}Sql = {\n${entries.join("\n")}\n} as const;\n`;
  });
  return [
    "// Generated from sql/session/ and sql/catalog/ by `npm run generate`. Do not edit.",
    "// biome-ignore-all format: written by a program",
    "",
    ...parts,
  ].join("\n");
}
