import { type Catalog, qualify, type Table } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProjectSettings } from "../project.ts";
import type { TableRole } from "../tenancy.ts";
import { isCalledUser, isCallersOwn } from "./callers.ts";
import { keyColumn, type Link, type Links, sameType } from "./links.ts";
import {
  DEED,
  keyStem,
  lastWord,
  MAKING,
  namesKey,
  OWNER_STEMS,
  stem,
  USER_NAMES,
  USER_STEMS,
} from "./vocabulary.ts";

/** Who the users are, and which columns name one. */
export interface Users {
  readonly role: TableRole | undefined;
  /** Tables whose key is a user: the user table, and the platform's own. */
  readonly tables: ReadonlySet<string>;
  /** A table's columns that name a user, the one that most likely owns the row first. */
  columnsOf(key: string): readonly UserColumn[];
}

export interface UserColumn {
  readonly column: string;
  /** Absent where no table in sight holds the users. */
  readonly link?: Link;
  readonly nullable: boolean;
  /** False for what somebody merely did to the row: `updated_by`, `invited_by`. */
  readonly owns: boolean;
}

export function findUsers(
  catalog: Catalog,
  links: Links,
  settings: ProjectSettings,
  platform: Platform,
): Users {
  const identity = [...catalog.tables].find(
    ([, table]) => table.platform && stem(table.name) === "user",
  )?.[0];
  const own = [...catalog.tables].flatMap(([key, table]) => (isCallersOwn(table, platform) ? [key] : []));
  const role =
    configuredUser(catalog, settings) ??
    inferredUser(catalog, links, identity) ??
    callersRole(catalog, own[0], platform);
  const tables = new Set([role?.table, identity].filter((key) => key !== undefined));
  for (const [key, table] of catalog.tables)
    if ((identity && isSameAs(catalog, links, key, identity)) || isCalledUser(links, key, table))
      tables.add(key);
  for (const key of own) tables.add(key);
  const cache = new Map<string, readonly UserColumn[]>();
  const columnsOf = (key: string): readonly UserColumn[] => {
    const known = cache.get(key) ?? userColumns(catalog, links, tables, role, key);
    cache.set(key, known);
    return known;
  };
  return { role, tables, columnsOf };
}

function callersRole(
  catalog: Catalog,
  table: string | undefined,
  { callerId }: Platform,
): TableRole | undefined {
  const column = table && keyColumn(catalog.tables.get(table)!);
  return column
    ? { table, column, reasons: [`its policies compare its key with ${callerId[0]}()`] }
    : undefined;
}

/** A table named in the configuration: with its schema, or the only one of that name. */
export function findConfigured(catalog: Catalog, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (catalog.tables.has(name)) return name;
  const matches = [...catalog.tables].filter(([, table]) => table.name === name).map(([key]) => key);
  return (
    matches.find((key) => key === qualify("public", name)) ?? (matches.length === 1 ? matches[0] : undefined)
  );
}

function configuredUser(catalog: Catalog, { userTable }: ProjectSettings): TableRole | undefined {
  const table = findConfigured(catalog, userTable);
  const column = table && keyColumn(catalog.tables.get(table)!);
  return column ? { table, column, reasons: ["the configuration says so"] } : undefined;
}

/** The project's own table, unless its tables refer to the platform's and hardly to it. */
function inferredUser(catalog: Catalog, links: Links, identity: string | undefined): TableRole | undefined {
  const own = ownUser(catalog, links, identity);
  const platform = identityUser(catalog, links, identity);
  if (!own || !platform) return own ?? platform;
  if (isSameAs(catalog, links, own.table, platform.table)) return own;
  return countReferring(links, own.table) < countReferring(links, platform.table) ? platform : own;
}

const countReferring = (links: Links, key: string): number =>
  new Set((links.to.get(key) ?? []).map(({ table }) => table)).size;

function ownUser(catalog: Catalog, links: Links, identity: string | undefined): TableRole | undefined {
  let best: (TableRole & { score: number }) | undefined;
  for (const [key, table] of catalog.tables) {
    const column = keyColumn(table);
    if (table.platform || table.implicit || !column) continue;
    const rank = USER_NAMES.indexOf(stem(table.name));
    const same = identity !== undefined && isSameAs(catalog, links, key, identity);
    const incoming = countReferring(links, key);
    if (rank < 0 && (!same || (!incoming && PRIVILEGED.test(lastWord(table.name))))) continue;
    const score = (rank < 0 ? 0 : USER_NAMES.length - rank) + (same ? 4 : 0) + Math.min(incoming, 6);
    if (best && best.score >= score) continue;
    const reasons = [
      ...(rank < 0 ? [] : [`${table.name} is what tables of users are called`]),
      ...(same ? [`its key is ${identity}'s`] : []),
      ...(incoming ? [`${countTables(incoming)} to it`] : []),
    ];
    best = { table: key, column, reasons, score };
  }
  return best && { table: best.table, column: best.column, reasons: best.reasons };
}

/** Some of the users, set above the others: `admins (user_id uuid primary key references auth.users)`. */
const PRIVILEGED = /^(super)?(admin|administrator|moderator|operator|staff|superuser)$/;

const countTables = (count: number): string => (count === 1 ? "1 table refers" : `${count} tables refer`);

/** The platform's own table of users, where the project's tables refer to it. */
function identityUser(catalog: Catalog, links: Links, identity: string | undefined): TableRole | undefined {
  const column = identity && keyColumn(catalog.tables.get(identity)!);
  const incoming = identity ? countReferring(links, identity) : 0;
  if (!column || !incoming) return undefined;
  return {
    table: identity,
    column,
    reasons: ["the platform's own table of users", `${countTables(incoming)} to it`],
  };
}

/** Whether a table's key is at the same time a foreign key to the platform's users: one row per user. */
const isSameAs = (catalog: Catalog, links: Links, key: string, identity: string): boolean =>
  (links.from.get(key) ?? []).some(
    (link) =>
      link.to === identity && link.by !== "name" && link.column === keyColumn(catalog.tables.get(key)!),
  );

function userColumns(
  catalog: Catalog,
  links: Links,
  tables: ReadonlySet<string>,
  role: TableRole | undefined,
  key: string,
): UserColumn[] {
  const table = catalog.tables.get(key);
  if (!table) return [];
  const linked = (links.from.get(key) ?? []).filter((link) => tables.has(link.to));
  const found: UserColumn[] = linked.map((link) => ({
    column: link.column,
    link,
    nullable: link.nullable,
    owns: !DEED.test(keyStem(link.column)),
  }));
  const taken = new Set((links.from.get(key) ?? []).map(({ column }) => column));
  found.push(...namedUserColumns(catalog, table, key, role, taken));
  const rank = ({ column, nullable, owns }: UserColumn): number => {
    const index = OWNER_STEMS.indexOf(keyStem(column));
    return (
      (owns ? 0 : MAKING.test(keyStem(column)) ? 100 : 200) +
      (index < 0 ? OWNER_STEMS.length : index) +
      (nullable ? 20 : 0)
    );
  };
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Columns such as `owner_id` that no foreign key explains; their type must be that of a user's key. */
function* namedUserColumns(
  catalog: Catalog,
  table: Table,
  key: string,
  role: TableRole | undefined,
  taken: ReadonlySet<string>,
): Iterable<UserColumn> {
  const users = role && catalog.tables.get(role.table)?.columns.get(role.column);
  for (const column of table.columns.values()) {
    const name = keyStem(column.name);
    if (taken.has(column.name) || column.type.array || !USER_STEMS.has(name)) continue;
    if (!namesKey(column.name) && column.type.name !== "uuid") continue;
    if (users && (!sameType(users, column) || role.table === key)) continue;
    const nullable = !column.notNull && !column.primaryKey;
    const common = { column: column.name, nullable, owns: !DEED.test(name) };
    if (!users) yield common;
    else
      yield {
        ...common,
        link: {
          table: key,
          column: column.name,
          to: role.table,
          toColumn: role.column,
          by: "name",
          nullable,
        },
      };
  }
}
