import type { Statement } from "../../source/sql/statement.ts";

/** `create table`, `alter table` ... : the tables a statement is about, as far as it names them. */
export function tablesOf(statement: Statement): string[] {
  const found = "table" in statement ? statement.table : "name" in statement ? statement.name : undefined;
  if (typeof found !== "object") return [];
  return [`${found.schema ?? "public"}.${found.name}`];
}
