import { qualify, type Table, type View } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import type { Edit } from "../text/edit.ts";
import type { Remedy } from "../text/finding.ts";
import { findAlike, findNear, indexNames, type NearNames } from "../text/near.ts";
import type { Project } from "./project.ts";
import { unfollowed } from "./unfollowed.ts";
import type { NamedAt } from "./usage.ts";

/**
 * A table or view that a name in code may stand for. `model` and `generated` are tables known by their Prisma model or
 * by generated types alone: no migration makes them.
 */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "view" | "model" | "generated";
  readonly columns: ReadonlySet<string>;
  /** False where columns may exist that `columns` lacks. */
  readonly complete: boolean;
  /** The code states no schema, and the usual one has no such name: it may mean another. */
  readonly guessed?: true;
}

/** `found` has the exact name. Else `near` is what was meant, and `unknown` says whether the name is surely wrong. */
export interface Lookup<T> {
  readonly found?: T;
  readonly near?: T;
  readonly unknown: boolean;
}

/**
 * What `.from("name")` or a subscription's `table: "name"` stands for. Names are unknown where the sources make the
 * tables of that schema themselves; elsewhere only the same words in another case or number are taken as a mistake.
 */
export function findRelation(project: Project, schema: string | undefined, name: string): Lookup<Relation> {
  const home = schema ?? defaultSchema(project);
  const found = relationAt(project, home, name);
  if (found) return { found, unknown: false };
  const elsewhere = relationElsewhere(project, name);
  if (elsewhere && schema === undefined) return { found: { ...elsewhere, guessed: true }, unknown: false };
  if (project.platform.ownSchemas.includes(home)) return { unknown: false };
  const names = namesIn(project, home);
  const { manages, queried } = project;
  const unknown = manages.tables && queried && names.some && !unfollowed(project, /\b(table|view)\b/i);
  const close = unknown ? names.near(name) : names.alike(name);
  const near =
    relationOfModel(project, name) ?? (close === undefined ? elsewhere : relationAt(project, home, close));
  return { ...(near ? { near } : {}), unknown: unknown || near !== undefined };
}

/** What `.eq("name", ...)` or a filter names in a relation. */
export function findColumn(project: Project, relation: Relation, name: string): Lookup<string> {
  if (relation.columns.has(name)) return { found: name, unknown: false };
  if (relation.guessed) return { unknown: false };
  const unknown = relation.complete && project.manages.tables && !unfollowed(project, /\bcolumn\b/i);
  const field = project.modelOfTable
    .get(qualify(relation.schema, relation.name))
    ?.model.fields.find((each) => each.name === name);
  const near =
    field && relation.columns.has(field.column)
      ? field.column
      : (unknown ? findNear : findAlike)(name, relation.columns);
  return { ...(near ? { near } : {}), unknown: unknown || near !== undefined };
}

/**
 * Puts the real name where the name was written: at the constant, where the code names one. None where the name is put
 * together from several texts, or the real one would have to be escaped.
 */
export function renameAt(project: Project, named: NamedAt, to: string): Edit | undefined {
  const { path, span } = named;
  return isWritten(project, named) && /^[\w $-]+$/.test(to) ? { path, span, text: to } : undefined;
}

/** True where the name stands in a source as it is, and is not put together at run time. */
export const isWritten = (project: Project, { path, span, value }: NamedAt): boolean =>
  project.text(path)?.slice(span.start, span.end) === value;

/** The remedy that puts the real name, where it can be put. */
export function renameName(
  project: Project,
  named: NamedAt,
  to: string,
  title: string,
): { readonly remedy?: Remedy } {
  const edit = renameAt(project, named, to);
  return edit ? { remedy: { kind: "edit", title, edits: [edit] } } : {};
}

/** The schema of names that come without one. */
const defaultSchema = ({ settings: { exposedSchemas } }: Project): string =>
  exposedSchemas.includes("public") ? "public" : (exposedSchemas[0] ?? "public");

const relationAt = (project: Project, schema: string, name: string): Relation | undefined =>
  relations(project, qualify(schema, name));

const relations = derived((project: Project, key: string): Relation | undefined => {
  const table = project.catalog.tables.get(key);
  const view = project.catalog.views.get(key);
  const model = project.modelOfTable.get(key)?.fieldOfColumn;
  const generated = generatedColumns(project, key);
  if (!table && !view && !model && !generated) return undefined;
  return {
    ...splitKey(key),
    kind: table ? "table" : view ? "view" : model ? "model" : "generated",
    columns: new Set([
      ...(table?.columns.keys() ?? view?.columns ?? []),
      ...(model?.keys() ?? []),
      ...(generated ?? []),
    ]),
    complete: table ? isWhole(table) : view ? isWholeView(view) : model !== undefined,
  };
});

/** A schema's name has no dot as long as nobody quotes one into it. */
function splitKey(key: string): { readonly schema: string; readonly name: string } {
  const dot = key.indexOf(".");
  return { schema: key.slice(0, dot), name: key.slice(dot + 1) };
}

const isWhole = (table: Table): boolean => table.columns.size > 0 && !table.platform;

const isWholeView = (view: View): boolean =>
  view.columns.length > 0 && !view.columns.includes("*") && !view.platform;

function generatedColumns(project: Project, key: string): ReadonlySet<string> | undefined {
  for (const { tables, views } of project.generatedNames) {
    const columns = tables.get(key) ?? views.get(key);
    if (columns) return columns;
  }
  return undefined;
}

/** The one relation of exactly this name in any schema of the sources' own. */
function relationElsewhere(project: Project, name: string): Relation | undefined {
  const schemas = new Set([...project.settings.exposedSchemas, ...project.catalog.schemas.keys()]);
  const found: Relation[] = [];
  for (const schema of schemas) {
    if (project.platform.ownSchemas.includes(schema)) continue;
    const relation = relationAt(project, schema, name);
    if (relation) found.push(relation);
  }
  return found.length === 1 ? found[0] : undefined;
}

/** The table of the model that is called like this: `Notification`, or `notification` as Prisma's client says it. */
function relationOfModel(project: Project, name: string): Relation | undefined {
  const key = (project.models.get(name) ?? project.models.get(name.charAt(0).toUpperCase() + name.slice(1)))
    ?.table;
  return key === undefined ? undefined : relations(project, key);
}

/** Names of tables and views in a schema, less the ones Prisma makes for itself; `some` where there is any. */
const namesIn = derived((project: Project, schema: string): NearNames & { readonly some: boolean } => {
  const names = readNames(project, schema);
  return { ...indexNames(names), some: names.size > 0 };
});

/** By itself, since most changes of tables leave their names as they are. */
const readNames = derived((project: Project, schema: string): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const table of project.catalog.tables.values())
    if (table.schema === schema && !table.implicit) names.add(table.name);
  for (const view of project.catalog.views.values()) if (view.schema === schema) names.add(view.name);
  const prefix = `${schema}.`;
  const known = project.generatedNames.flatMap(({ tables, views }) => [...tables.keys(), ...views.keys()]);
  for (const key of [...project.modelOfTable.keys(), ...known])
    if (key.startsWith(prefix)) names.add(key.slice(prefix.length));
  return names;
});
