import type { Catalog, Table } from "../catalog/catalog.ts";
import type { ColumnTerm } from "./atoms.ts";
import type { Project } from "./project.ts";
import { lastWord, USER_NAMES } from "./tenancy/vocabulary.ts";

/** Whose ids a column holds, by foreign keys followed to their end. */
export interface Identity {
  /** The table whose key it is; every table of users is "users". */
  readonly of: string;
  /** Said by a foreign key, not just by being a key itself. */
  readonly stated: boolean;
}

const USERS = "users";
const DEEPEST = 6;

export function identityOf(
  project: Project,
  { table, column }: Pick<ColumnTerm, "column" | "table">,
): Identity | undefined {
  if (table === undefined) return undefined;
  const end = follow(project.catalog, table, column, DEEPEST);
  return end && { of: isUsers(project, end.of) ? USERS : end.of, stated: end.stated };
}

export const isUserIdentity = (identity: Identity): boolean => identity.of === USERS;

function follow(catalog: Catalog, key: string, column: string, depth: number): Identity | undefined {
  const table = catalog.tables.get(key);
  if (!table || !depth) return undefined;
  for (const { kind, columns, references } of table.constraints) {
    if (kind !== "foreign key" || !references || columns.length !== 1 || columns[0] !== column) continue;
    const target = references.columns[0] ?? primaryKeyOf(catalog.tables.get(references.table));
    const further = target === undefined ? undefined : follow(catalog, references.table, target, depth - 1);
    return { of: further?.of ?? references.table, stated: true };
  }
  return primaryKeyOf(table) === column ? { of: key, stated: false } : undefined;
}

function primaryKeyOf(table: Table | undefined): string | undefined {
  const key = table?.constraints.find(({ kind }) => kind === "primary key")?.columns;
  if (key) return key.length === 1 ? key[0] : undefined;
  const marked = [...(table?.columns.values() ?? [])].filter(({ primaryKey }) => primaryKey);
  return marked.length === 1 ? marked[0]!.name : undefined;
}

/** A project may keep people in several tables that share their keys: users, profiles, app_profiles. */
const isUsers = ({ catalog, tenancy }: Project, key: string): boolean =>
  key === "auth.users" ||
  key === tenancy.user?.table ||
  USER_NAMES.includes(lastWord(catalog.tables.get(key)?.name ?? key.slice(key.indexOf(".") + 1)));
