import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "off",
  summary: "A foreign key without an index on its columns.",
  why: "Deleting or re-keying a parent row reads the whole child table, and so does every policy that reaches its tenant through this key.",
  *check(table, project) {
    if (table.kind === "foreign" || isConcealed(project, table)) return;
    for (const key of table.constraints) {
      if (key.kind !== "foreign key" || isIndexed(table, key.columns)) continue;
      yield {
        at: key.made,
        subject: `${table.schema}.${table.name}/${key.name}`,
        message: `The foreign key ${key.name} of ${nameOf(table)} has no index on ${listOf(key.columns)}.`,
        remedy: {
          kind: "statements",
          title: `Create an index on ${listOf(key.columns)}`,
          statements: [
            `create index on ${quoteQualified(table.schema, table.name)} (${key.columns.map(quoteIdentifier).join(", ")});`,
          ],
        },
      };
    }
  },
});

/** Some index or key begins with the foreign key's columns, in any order. */
function isIndexed(table: Parameters<typeof isConcealed>[1], columns: readonly string[]): boolean {
  const begins = (keys: readonly (string | undefined)[]) =>
    columns.every((column) => keys.slice(0, columns.length).includes(column));
  return (
    table.indexes.some((index) => !index.where && begins(index.keys.map((key) => key.column))) ||
    table.constraints.some(
      (other) => (other.kind === "primary key" || other.kind === "unique") && begins(other.columns),
    )
  );
}
