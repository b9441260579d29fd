import { qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { unwrap } from "../catalog/walk.ts";
import type { Query } from "../source/sql/expression.ts";
import { visitQuery } from "../source/sql/walk.ts";
import { bodyQueries } from "./function-words.ts";
import type { Project } from "./project.ts";
import { relationNamed } from "./relations.ts";
import { keyColumn } from "./tenancy/links.ts";

/** Whether signing up makes a row of the table under the user's own id: then its key may be his, whatever it is called. */
export const isMadeOnSignUp = derived(({ catalog, platform }: Project, table: Table): boolean => {
  const { accounts } = platform;
  const key = keyColumn(table);
  const users = accounts && catalog.tables.get(accounts.table);
  if (!users || key === undefined) return false;
  const functions = users.triggers.flatMap((trigger) => catalog.functions.get(trigger.function) ?? []);
  return functions.some((func) =>
    bodyQueries(func).some((query) =>
      insertsOf(query).some(({ into, columns, values, targets }) => {
        const made = into && relationNamed(catalog, into, func.searchPath);
        if (!made || qualify(made.schema, made.name) !== qualify(table.schema, table.name)) return false;
        const at = (columns?.length ? columns : [...table.columns.keys()]).indexOf(key);
        const given = values?.map((row) => row[at]) ?? [targets[at]?.expr];
        return given.some((expr) => isNew(expr && unwrap(expr), accounts.id));
      }),
    ),
  );
});

function insertsOf(query: Query): readonly Query[] {
  const found: Query[] = [];
  visitQuery(query, { query: (each) => void (each.command === "insert" && found.push(each)) });
  return found;
}

const isNew = (expr: Query["targets"][number]["expr"] | undefined, column: string): boolean =>
  expr?.kind === "column" && expr.path.join(".") === `new.${column}`;
