import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { inferTenancy } from "../../project/tenancy/infer.ts";
import type { ExecutedCatalog } from "./read.ts";

/**
 * The project with what running it showed in place of what reading could not know: tables that a statement built at
 * run time may have touched, tables made under a condition, and tables nobody could see being made. Everything else
 * keeps its places in the sources.
 */
export function settleProject(project: Project, { catalog, texts }: ExecutedCatalog): Project {
  const tables = settleTables(project.catalog, catalog);
  const settled: Catalog = { ...project.catalog, tables, unresolved: [] };
  const { models, settings, platform } = project;
  return {
    ...project,
    catalog: settled,
    tenancy: inferTenancy(settled, models, settings, platform),
    text: (path) => texts.get(path) ?? project.text(path),
  };
}

function settleTables(read: Catalog, ran: Catalog): ReadonlyMap<string, Table> {
  const tables = new Map<string, Table>();
  for (const [key, table] of read.tables) {
    const real = ran.tables.get(key);
    if (real) tables.set(key, table.uncertain ? settleTable(table, real) : table);
    else if (!table.conditional) tables.set(key, table);
  }
  for (const [key, table] of ran.tables) if (!tables.has(key)) tables.set(key, table);
  return tables;
}

/** Policies that both know stay as they were written; the switch is the executed one. */
function settleTable(table: Table, real: Table): Table {
  const policies = [...real.policies].map(
    ([name, policy]) => [name, table.policies.get(name) ?? policy] as const,
  );
  return {
    ...table,
    rowSecurity: real.rowSecurity,
    forced: real.forced,
    policies: new Map(policies),
    uncertain: false,
  };
}
