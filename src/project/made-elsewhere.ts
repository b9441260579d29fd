import type { Catalog, CatalogEvent } from "../catalog/catalog.ts";
import { indexNames } from "../text/near.ts";
import { folderOf } from "./application.ts";
import type { Project } from "./project.ts";

/** Fewer may be misspelt. */
const FEWEST = 3;

/**
 * The first statement about each table that a history alters and never made, where there are so many that the history
 * must begin after them: a dump that was left out, tables made by hand, another tool. Empty where it begins at the
 * beginning. What such a history does not have may exist all the same.
 */
export function tablesMadeElsewhere({ events, tables }: Catalog): readonly Unknown[] {
  const missing = new Map<string, Unknown>();
  for (const event of events) {
    if (event.kind !== "target-unknown" || event.near !== undefined || event.ifExists) continue;
    const key = `${event.schema}.${event.name}`;
    if (!missing.has(key)) missing.set(key, event);
  }
  let own = 0;
  for (const table of tables.values()) if (!table.platform) own++;
  return missing.size >= FEWEST && missing.size * 2 >= own ? [...missing.values()] : [];
}

type Unknown = Extract<CatalogEvent, { kind: "target-unknown" }>;

type Sources = Pick<Project, "catalog" | "history" | "code" | "usages" | "modelOfTable" | "generatedNames">;

/** Whether what the history makes is all there is: else a table or function that it lacks may exist all the same. */
export const isHistoryWhole = (sources: Sources): boolean =>
  !tablesMadeElsewhere(sources.catalog).length && !migratesInCode(sources) && !asksForMore(sources);

/** node-pg-migrate and its like take SQL and JavaScript side by side; what the latter does is known when it runs. */
function migratesInCode({ history, code }: Sources): boolean {
  const folders = new Set(
    history.filter(({ kind }) => kind === "other").map(({ source }) => folderOf(source.path)),
  );
  if (!folders.size) return false;
  return code.some(({ path }) => /\/\d+[-_.][^/]*$/.test(path) && folders.has(folderOf(path)));
}

/** The code asks for more tables that nothing makes than for ones that something does: they come from a dashboard. */
function asksForMore({ catalog, usages, modelOfTable, generatedNames }: Sources): boolean {
  const asked = new Set<string>();
  for (const usage of usages.get("supabase-query") ?? [])
    if (usage.kind === "supabase-query" && usage.role === "runtime" && usage.table)
      asked.add(usage.table.value);
  const generated = generatedNames.flatMap(({ tables, views }) => [tables, views]);
  const made = [catalog.tables, catalog.views, modelOfTable, ...generated];
  const missing = [...asked].filter((name) => !made.some((keys) => keys.has(`public.${name}`)));
  if (missing.length < FEWEST || missing.length * 2 <= asked.size) return false;
  const names = new Set(
    made.flatMap((keys) => [...keys.keys()].map((key) => key.slice(key.indexOf(".") + 1))),
  );
  for (const { model } of modelOfTable.values()) names.add(model.name);
  const { near } = indexNames(names);
  const nowhere = missing.filter((name) => !names.has(name) && near(name) === undefined);
  return nowhere.length >= FEWEST && nowhere.length * 2 > asked.size;
}
