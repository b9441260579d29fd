import type { Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { parseTree } from "../../source/sql/grammar.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";

/** A query over the table or model that a text names, in the order of its key; else the text itself. */
export function queryFor(text: string, project: Project | undefined): string {
  const name = text.trim();
  if (/[\s(]/.test(name)) return text;
  const table = project && findTable(name, project);
  if (!table) return text;
  const key = [...table.constraints.values()].find(({ kind }) => kind === "primary key")?.columns ?? [];
  const order = key.length ? ` order by ${key.map(quoteIdentifier).join(", ")}` : "";
  return `select * from ${quoteQualified(table.schema, table.name)}${order}`;
}

/** Whether a text can only be meant as the name of a table, and there is none of that name. */
export const namesNoTable = (text: string, project: Project): boolean =>
  /^[\w.]+$/.test(text.trim()) && !findTable(text.trim(), project) && "message" in parseTree(text);

function findTable(name: string, { catalog: { tables }, models }: Project): Table | undefined {
  const model = models.get(name);
  return (
    tables.get(name) ??
    tables.get(`public.${name}`) ??
    [...tables.values()].find((each) => !each.platform && each.name === name) ??
    (model && tables.get(model.table))
  );
}
