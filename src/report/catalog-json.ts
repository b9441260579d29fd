import type {
  Catalog,
  Func,
  Grant,
  Policy,
  Provenance,
  ResolvedType,
  Table,
  View,
} from "../catalog/catalog.ts";
import { qualify } from "../catalog/catalog.ts";
import type { Project } from "../project/project.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import type { CatalogJson } from "./catalog-shape.ts";
import { stringify } from "./json.ts";

/** What running a project's history showed; places are in its own sources. */
export interface Run {
  readonly project: Project;
  readonly failures: readonly Failure[];
  readonly notes: readonly Note[];
  readonly doubtful: ReadonlySet<string>;
}

interface Note {
  readonly place: Place;
  readonly message: string;
}

interface Failure extends Note {
  readonly code: string;
  readonly stops?: string;
}

/**
 * What the sources make of each database; `media/catalog.schema.json` describes it. What the platform brings is
 * left out, unless the sources changed it. Ends in a line end.
 */
export function renderCatalogJson(
  projects: readonly Project[],
  incomplete: readonly string[],
  runs?: readonly Run[],
): string {
  const several = projects.length > 1;
  const parts = projects.map((project) => {
    return catalogOf(project, ownerOf(project, several));
  });
  const all = <Key extends keyof Parts>(key: Key) =>
    parts.flatMap((part) => part[key] as unknown[]) as CatalogJson[Key];
  return stringify({
    version: 1,
    tables: all("tables"),
    policies: all("policies"),
    functions: all("functions"),
    views: all("views"),
    buckets: all("buckets"),
    publications: all("publications"),
    grants: all("grants"),
    unresolved: all("unresolved"),
    executed: runs ? executedOf(runs, several) : null,
    incomplete: [...incomplete],
  } satisfies CatalogJson);
}

type Owner = { readonly database?: string };

const ownerOf = ({ folder }: Project, several: boolean): Owner =>
  several ? { database: folder || "." } : {};

function executedOf(runs: readonly Run[], several: boolean): CatalogJson["executed"] {
  const all = <T>(of: (run: Run) => readonly T[]): (Owner & T)[] =>
    runs.flatMap((run) => of(run).map((each) => ({ ...ownerOf(run.project, several), ...each })));
  return {
    failures: all(({ project, failures }) => {
      const at = placing(project);
      return failures.map(({ place, message, code, stops = null }) => ({
        ...at(place),
        message,
        code,
        stops,
      }));
    }),
    notes: all(({ project, notes }) => {
      const at = placing(project);
      return notes.map(({ place, message }) => ({ ...at(place), message }));
    }),
    doubtful: all(({ doubtful }) => [...doubtful].map((table) => ({ table }))),
  };
}

type Parts = Omit<CatalogJson, "executed" | "incomplete">;

function catalogOf(project: Project, owner: Owner): Parts {
  const { catalog } = project;
  const own = ownObjects(catalog);
  return {
    version: 1,
    tables: own.tables.map((table) => ({ ...owner, ...tableOf(table) })),
    policies: [...own.policies, ...catalog.refused].map((policy) => ({ ...owner, ...policyOf(policy) })),
    functions: own.functions.map((func) => ({ ...owner, ...functionOf(func) })),
    views: own.views.map((view) => ({ ...owner, ...viewOf(view) })),
    buckets: own.buckets.map(({ id, name, public: open }) => ({ ...owner, id, name, public: open ?? null })),
    publications: own.publications.map(({ name, allTables, schemas, tables }) => ({
      ...owner,
      name,
      allTables,
      schemas: [...schemas],
      tables: [...tables.keys()],
    })),
    grants: grantsOf(own).map((grant) => ({ ...owner, ...grant })),
    unresolved: unresolvedOf(project).map((each) => ({ ...owner, ...each })),
  };
}

export type OwnObjects = ReturnType<typeof ownObjects>;

/** What the sources made or changed, in the catalog's order. */
export function ownObjects(catalog: Catalog) {
  const mine = ({ platform, made, changed }: Provenance) =>
    !platform || changed.some(({ path }) => path !== made.path);
  const tables = [...catalog.tables.values()];
  return {
    schemas: [...catalog.schemas.values()].filter(mine),
    tables: tables.filter(mine),
    policies: tables.flatMap(({ policies }) => [...policies.values()]).filter(mine),
    functions: [...catalog.functions.values()].flat().filter(mine),
    views: [...catalog.views.values()].filter(mine),
    buckets: [...catalog.buckets.values()].filter(mine),
    publications: [...catalog.publications.values()].filter(mine),
  };
}

const tableOf = ({ schema, name, kind, rowSecurity, forced, implicit }: Table) => ({
  schema,
  name,
  kind,
  rowSecurity,
  forced,
  implicit,
});

export const policyOf = ({
  schema,
  table,
  name,
  command,
  roles,
  permissive,
  using,
  check,
  refused,
}: Policy) => ({
  schema,
  table,
  name,
  command,
  roles: [...roles],
  permissive,
  using: using?.text ?? null,
  check: check?.text ?? null,
  refused: refused?.message ?? null,
});

const functionOf = (func: Func) => ({
  schema: func.schema,
  name: func.name,
  arguments: argumentTypes(func),
  returns: func.returns ? typeText(func.returns) : null,
  language: func.language,
  volatility: func.volatility,
  securityDefiner: func.securityDefiner,
  searchPath: func.settings.search_path ? [...func.settings.search_path] : null,
});

export const argumentTypes = ({ args }: Func): string[] =>
  args.filter(({ mode }) => mode !== "out" && mode !== "table").map(({ type }) => typeText(type));

const typeText = ({ name, array }: ResolvedType): string => `${name}${array ? "[]" : ""}`;

const viewOf = (view: View) => ({
  schema: view.schema,
  name: view.name,
  materialized: view.materialized,
  securityInvoker: isInvoker(view),
});

export const isInvoker = ({ options }: View): boolean =>
  /^(true|on|yes|1)$/i.test(options.security_invoker ?? "");

function grantsOf({
  schemas,
  tables,
  views,
  functions,
}: OwnObjects): Omit<CatalogJson["grants"][number], "database">[] {
  const list = (on: CatalogJson["grants"][number]["on"], object: string, grants: readonly Grant[]) =>
    grants.map(({ role, privilege, origin }) => ({ on, object, role, privilege, origin }));
  const name = (each: { schema: string; name: string }) => qualify(each.schema, each.name);
  return [
    ...schemas.flatMap((each) => list("schema", each.name, each.grants)),
    ...tables.flatMap((each) => list("table", name(each), each.grants)),
    ...tables.flatMap((each) =>
      [...each.columns.values()].flatMap((column) =>
        list("column", `${name(each)}.${column.name}`, column.grants),
      ),
    ),
    ...views.flatMap((each) => list("view", name(each), each.grants)),
    ...functions.flatMap((each) =>
      list("function", `${name(each)}(${argumentTypes(each).join(", ")})`, each.grants),
    ),
  ];
}

function unresolvedOf(project: Project): Omit<CatalogJson["unresolved"][number], "database">[] {
  const at = placing(project);
  return project.catalog.unresolved.map(({ place, reason, touchesRowSecurity }) => ({
    ...at(place),
    reason,
    touchesRowSecurity,
  }));
}

/** Lines and columns of places, each text cut once. */
function placing({ text }: Project) {
  const cut = new Map<string, readonly number[]>();
  return ({ path, span }: Place) => {
    if (!cut.has(path)) cut.set(path, findLineStarts(text(path) ?? ""));
    const { line, column } = positionAt(cut.get(path)!, span.start);
    return { path, line, column };
  };
}
