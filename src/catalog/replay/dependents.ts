import { type Policy, qualify, type Table, type View } from "../catalog.ts";
import { clauseUses, columnKey, queryUses, type Uses } from "../resolve/resolve.ts";
import type { State } from "./state.ts";

/** Something that is to go, and how to tell whether a policy or view uses it. */
export interface Dropped {
  /** `column public.tasks.owner_id`, as messages say it. */
  readonly words: string;
  /** Keys under which its users are known. */
  readonly keys: readonly string[];
  usedBy(uses: Uses): boolean;
}

export const droppedTable = (kind: "table" | "view", key: string): Dropped => ({
  words: `${kind} ${key}`,
  keys: [key],
  usedBy: (uses) => uses.relations.has(key) || hasColumnOf(uses, key),
});

const hasColumnOf = (uses: Uses, key: string): boolean => {
  for (const column of uses.columns) if (column.startsWith(`${key}\0`)) return true;
  return false;
};

export const droppedColumn = (table: string, column: string): Dropped => ({
  words: `column ${table}.${column}`,
  keys: [table],
  usedBy: (uses) => uses.columns.has(columnKey(table, column)),
});

export const droppedFunction = (key: string, signature: string): Dropped => ({
  words: `function ${signature}`,
  keys: [key],
  usedBy: (uses) => uses.functions.has(signature),
});

export const droppedType = (key: string): Dropped => ({
  words: `type ${key}`,
  keys: [key],
  usedBy: (uses) => uses.types.has(key),
});

/** A policy that uses something, with its table's key. */
export interface Dependent {
  readonly key: string;
  readonly table: Table;
  readonly policy: Policy;
}

/** The policies that use what is dropped, those of the tables in `except` left out: they go anyway. */
export function dependentPolicies(state: State, dropped: Dropped, except: ReadonlySet<string>): Dependent[] {
  const found: Dependent[] = [];
  for (const key of usersOf(state, dropped)) {
    const table = state.shelves.tables.get(key);
    if (!table || except.has(key)) continue;
    for (const policy of table.policies.values())
      if (!policy.refused && usesDropped(state, table, policy, dropped)) found.push({ key, table, policy });
  }
  return found;
}

const usesDropped = (state: State, table: Table, policy: Policy, dropped: Dropped): boolean =>
  [policy.using, policy.check].some(
    (clause) => clause && dropped.usedBy(clauseUses(state.shelves, table, clause)),
  );

/** The views that use what is dropped. */
export function dependentViews(
  state: State,
  dropped: Dropped,
  except: ReadonlySet<string>,
): [string, View][] {
  return usersOf(state, dropped).flatMap((key): [string, View][] => {
    const view = state.shelves.views.get(key);
    if (!view || except.has(key)) return [];
    return dropped.usedBy(queryUses(state.shelves, view.query, view.searchPath)) ? [[key, view]] : [];
  });
}

/** Tables with a foreign key to the table, and, where a column is given, to that column. */
export function referencingTables(state: State, key: string, column?: string): [string, string][] {
  return usersOf(state, { keys: [key] }).flatMap((user) => {
    const table = state.shelves.tables.get(user);
    if (!table || user === key) return [];
    return table.constraints
      .filter(
        ({ references }) =>
          references?.table === key && (column === undefined || references.columns.includes(column)),
      )
      .map(({ name }): [string, string] => [user, name]);
  });
}

/** What may use it: the tables and views noted under its keys, and a table itself. */
function usersOf(state: State, { keys }: Pick<Dropped, "keys">): string[] {
  const users = new Set(keys);
  for (const key of keys) for (const user of state.usersOf(key)) users.add(user);
  return [...users];
}

export const keyOfTable = ({ schema, name }: Pick<Table, "schema" | "name">): string => qualify(schema, name);
