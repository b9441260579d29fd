import type { Catalog, CatalogEvent } from "../catalog/catalog.ts";
import { remember } from "../catalog/remember.ts";
import { indexNames } from "../text/near.ts";
import { folderOf } from "./application.ts";
import type { Project } from "./project.ts";
import type { CodeFile } from "./usage.ts";

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

interface Sources extends Pick<Project, "catalog" | "history" | "code" | "modelOfTable" | "generatedNames"> {
  readonly asked: readonly AskedTable[];
}

/** A table that code asks the data API for without naming a schema. */
interface AskedTable {
  readonly name: string;
  readonly key: string;
}

/** Every table that code asks for when it runs. */
export function tablesAsked(code: Project["code"]): AskedTable[] {
  const names = new Set<string>();
  for (const file of code) for (const name of remember(asked, file, () => askedIn(file))) names.add(name);
  return [...names].map((name) => ({ name, key: `public.${name}` }));
}

/** Of an edit's thousands of files all but one are as they were. */
const asked = new WeakMap<CodeFile, readonly string[]>();

function askedIn({ usages }: CodeFile): readonly string[] {
  const names = usages.flatMap((usage) =>
    usage.kind === "supabase-query" && usage.role === "runtime" && usage.table ? [usage.table.value] : [],
  );
  return [...new Set(names)];
}

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
function asksForMore({ asked, catalog, modelOfTable, generatedNames }: Sources): boolean {
  const generated = generatedNames.flatMap(({ tables, views }) => [tables, views]);
  const made = [catalog.tables, catalog.views, modelOfTable, ...generated];
  const missing = mostlyMissing(asked, (key) => made.some((keys) => keys.has(key)));
  if (missing.length < FEWEST) return false;
  const names = new Set(
    made.flatMap((keys) => [...keys.keys()].map((key) => key.slice(key.indexOf(".") + 1))),
  );
  for (const { model } of modelOfTable.values()) names.add(model.name);
  const { near } = indexNames(names);
  const nowhere = missing.filter((name) => !names.has(name) && near(name) === undefined);
  return nowhere.length >= FEWEST && nowhere.length * 2 > asked.length;
}

/** Names of what is missing, where that is the greater half: usually a look at the other half shows that it is not. */
function mostlyMissing(asked: readonly AskedTable[], isMade: (key: string) => boolean): string[] {
  const missing: string[] = [];
  let made = 0;
  for (const { name, key } of asked)
    if (!isMade(key)) missing.push(name);
    else if (++made * 2 >= asked.length) return [];
  return missing;
}
