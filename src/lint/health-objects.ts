import type { Catalog } from "../catalog/catalog.ts";
import { sameList } from "../project/keep.ts";
import type { Project } from "../project/project.ts";
import type { Usage } from "../project/usage.ts";

/** Objects that the health score counts, by the subjects that findings give them. */
export interface Objects {
  readonly size: number;
  has(subject: string): boolean;
}

/** Sets are made once for what they are made from: the next edit changes most of them not at all. */
function madeOnce<Source extends object, Made>(make: (source: Source) => Made): (source: Source) => Made {
  const made = new WeakMap<Source, Made>();
  return (source) => {
    const before = made.get(source);
    if (before !== undefined) return before;
    const now = make(source);
    made.set(source, now);
    return now;
  };
}

const ofCatalog = (part: keyof Catalog, list: (catalog: Catalog) => Iterable<string>) => {
  const sets = new WeakMap<object, ReadonlySet<string>>();
  return (catalog: Catalog): Objects => {
    const before = sets.get(catalog[part] as object);
    const set = before ?? new Set(list(catalog));
    sets.set(catalog[part] as object, set);
    return set;
  };
};

export const tables = ofCatalog("tables", function* (catalog) {
  for (const [key, table] of catalog.tables) if (!table.platform) yield key;
});

export const views = ofCatalog("views", function* (catalog) {
  for (const [key, view] of catalog.views) if (!view.platform) yield key;
});

/** Functions with their owner's rights. */
export const functions = ofCatalog("functions", function* (catalog) {
  for (const [key, overloads] of catalog.functions)
    if (overloads.some((func) => func.securityDefiner && !func.platform)) yield `${key}()`;
});

export const buckets = ofCatalog("buckets", function* (catalog) {
  for (const { id } of catalog.buckets.values()) yield `bucket ${id}`;
});

export const publishedTables = ofCatalog("publications", function* (catalog) {
  for (const publication of catalog.publications.values()) yield* publication.tables.keys();
});

/** `public.tasks/policy name`. Counted without naming each: there are thousands, and findings about few. */
export const policies = ({ tables: all }: Catalog): Objects => ({
  size: countPolicies(all),
  has(subject) {
    const slash = subject.indexOf("/");
    return slash > 0 && (all.get(subject.slice(0, slash))?.policies.has(subject.slice(slash + 1)) ?? false);
  },
});

const countPolicies = madeOnce((all: Catalog["tables"]) => {
  let count = 0;
  for (const { policies: own } of all.values())
    for (const { platform } of own.values()) if (!platform) count++;
  return count;
});

const modelTables = madeOnce(
  (models: Project["models"]): ReadonlySet<string> => new Set([...models.values()].map(({ table }) => table)),
);
export const models = (project: Project): Objects => modelTables(project.models);

const historyPaths = madeOnce(
  (history: Project["history"]): ReadonlySet<string> =>
    new Set(
      history
        .filter(({ kind }) => kind !== "database" && kind !== "model")
        .map(({ source }) => `sql ${source.path}`),
    ),
);
export const historyFiles = (project: Project): ReadonlySet<string> => historyPaths(project.history);

const variables = madeOnce((usages: Project["usages"]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const usage of usages.get("environment") ?? [])
    if (usage.kind === "environment") names.add(`environment ${usage.variable.value}`);
  return names;
});
export const environmentVariables = (project: Project): ReadonlySet<string> => variables(project.usages);

/** Code files with usages of these kinds, none of which another line of the table asks for. */
export function codeFiles({ usages }: Project, kinds: readonly Usage["kind"][]): ReadonlySet<string> {
  const lists = kinds.flatMap((kind) => (usages.has(kind) ? [usages.get(kind)!] : []));
  const [first] = lists;
  if (!first) return new Set();
  const before = filesOf.get(first);
  if (before && sameList(before.of, lists)) return before.files;
  const files = new Set(lists.flatMap((list) => [...filesWith(list)]));
  filesOf.set(first, { of: lists, files });
  return files;
}

/** By the first of the lists. */
const filesOf = new WeakMap<
  object,
  { readonly of: readonly object[]; readonly files: ReadonlySet<string> }
>();

/** An edit leaves the usages of most kinds as they are. */
const filesWith = madeOnce((usages: readonly Usage[]): readonly string[] => {
  const paths = new Set<string>();
  for (const { path } of usages) paths.add(path);
  return [...paths].map((path) => `code ${path}`);
});
