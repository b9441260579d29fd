import type { QualifiedName, TypeName } from "../../source/sql/expression.ts";
import type { RoleReference } from "../../source/sql/statement.ts";
import { qualify, type ResolvedType } from "../catalog.ts";
import { nearRelation } from "../resolve/near-relation.ts";
import { resolveType } from "../resolve/types.ts";
import type { State, Step } from "./state.ts";

export type RelationKind = "table" | "view" | "index" | "sequence" | "temporary";

/** The relation that a name means, found as PostgreSQL does: temporary tables first, then along the search path. */
export function findRelation(
  state: State,
  name: QualifiedName,
): { readonly kind: RelationKind; readonly key: string } | undefined {
  if (isTemporary(state, name)) return { kind: "temporary", key: qualify("pg_temp", name.name) };
  for (const schema of name.schema === undefined ? state.session.searchPath : [name.schema]) {
    const key = qualify(schema, name.name);
    const kind = kindOfRelation(state, key);
    if (kind) return { kind, key };
  }
  return undefined;
}

export function kindOfRelation(state: State, key: string): RelationKind | undefined {
  const { tables, views, indexes, sequences } = state.shelves;
  if (tables.has(key)) return "table";
  if (views.has(key)) return "view";
  if (indexes.has(key)) return "index";
  return sequences.has(key) ? "sequence" : undefined;
}

const isTemporary = (state: State, name: QualifiedName): boolean =>
  (name.schema === undefined || name.schema === "pg_temp") && state.session.temporary.has(name.name);

export function findTableKey(state: State, name: QualifiedName): string | undefined {
  const found = findRelation(state, name);
  return found?.kind === "table" ? found.key : undefined;
}

/** The schema in which a name is made: the one it has, else the first of the search path that exists. */
export function schemaForNew(state: State, name: { readonly schema?: string }): string {
  if (name.schema !== undefined) return name.schema;
  const { searchPath } = state.session;
  return searchPath.find((schema) => state.shelves.schemas.has(schema)) ?? searchPath[0] ?? "public";
}

export const typeIn = (state: State, type: TypeName): ResolvedType =>
  resolveType(state.shelves, type, state.session.searchPath);

/** The key of a type named as an object: `alter type role`. */
export function findTypeKey(state: State, name: QualifiedName): string | undefined {
  for (const schema of name.schema === undefined ? state.session.searchPath : [name.schema]) {
    const key = qualify(schema, name.name);
    if (state.shelves.types.has(key)) return key;
  }
  return undefined;
}

/** Role names as stored: CURRENT_USER and its kin are whoever runs the statement. */
export const roleName = (state: State, name: string): string =>
  CURRENT.has(name) ? state.session.role : name;

const CURRENT = new Set(["current_user", "session_user", "current_role"]);

/** PUBLIC beside other roles is PUBLIC alone. */
export function policyRoles(state: State, roles: readonly RoleReference[]): readonly string[] {
  if (roles.length === 0 || roles.some(({ name }) => name === "public")) return PUBLIC;
  return roles.map(({ name }) => roleName(state, name));
}

const PUBLIC: readonly string[] = ["public"];

/** Searching for a near name costs more than a statement: past this many, names go without. */
const MOST_SEARCHES = 200;

/** Says that a statement names a table or view that does not exist. */
export function reportUnknown(step: Step, statement: string, name: QualifiedName, ifExists: boolean): void {
  const { state } = step;
  if (name.schema !== undefined && HIDDEN.test(name.schema)) return;
  if (step.conditional && ifExists) return;
  const near =
    state.searches++ < MOST_SEARCHES
      ? nearRelation(state.shelves, name, state.session.searchPath)
      : undefined;
  // What is not there everywhere is asked for first: `if to_regclass('drafts') is not null then`.
  if (near === undefined && step.conditional) return;
  if (near === undefined && name.schema !== undefined && isOfExtension(state, name.schema)) return;
  state.add("events", {
    kind: "target-unknown",
    statement,
    schema: schemaForNew(state, name),
    name: name.name,
    nameAt: { path: step.path, span: name.span },
    ...(near === undefined ? {} : { near }),
    ifExists,
    place: step.place,
  });
}

/** Extensions make tables unseen, some of them when they are called: `select pgmq.create('jobs')`. */
function isOfExtension({ shelves: { extensions } }: State, schema: string): boolean {
  if (extensions.has(schema) || extensions.has(`pg_${schema}`)) return true;
  return schema !== "public" && [...extensions.values()].some((each) => each.schema === schema);
}

/** The system's own schemas, whose tables are not listed here. */
const HIDDEN = /^(pg_|information_schema$)/;
