import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProjectSettings } from "../project.ts";
import type { Candidate, Membership, TableRole } from "../tenancy.ts";
import { askedBy } from "./asked.ts";
import { keyColumn, type Links } from "./links.ts";
import { findMemberships } from "./membership.ts";
import { findConfigured, type Users } from "./user.ts";
import {
  lastWord,
  MAYBE_TENANT_NAMES,
  NEVER_TENANT_NAMES,
  spelled,
  stem,
  TENANT_NAMES,
} from "./vocabulary.ts";

export interface Tenants {
  readonly role: TableRole | undefined;
  readonly memberships: readonly Membership[];
  readonly candidates: readonly Candidate[];
  /** Tables whose policies had a say in it, with the tables that these ask. */
  readonly asked: ReadonlyMap<string, string>;
}

interface Weighed extends Candidate {
  readonly memberships: readonly Membership[];
}

/**
 * The table whose rows keep customers apart. Its name alone is not enough: other tables must refer to it, and users
 * must belong to it, where its name means other things too. Of two that qualify, the one that the other belongs to.
 * Where no name and no number of tables says it, policies do: a table of whatever name of which people are members, if
 * rows that hang on it are let through by who is one.
 */
export function findTenants(
  catalog: Catalog,
  links: Links,
  users: Users,
  settings: ProjectSettings,
  platform: Platform,
): Tenants {
  const asked = new Map<string, string>();
  const configured = findConfigured(catalog, settings.tenantTable);
  const column = configured && keyColumn(catalog.tables.get(configured)!);
  let weighed = weighAll(catalog, links, users, () => false);
  if (!weighed.size && !configured)
    weighed = weighAll(catalog, links, users, (key, memberships) => {
      const tables = askedBy({ catalog, platform }, catalog.tables.get(key)!);
      asked.set(key, [...tables].join());
      return memberships.some(({ table }) => tables.has(table));
    });
  const best = rootOf(weighed, links);
  const candidates = rank(weighed, best);
  if (column)
    return {
      role: { table: configured, column, reasons: ["the configuration says so"] },
      memberships: membershipsOf(catalog, links, users, configured),
      candidates,
      asked,
    };
  if (!best) return { role: undefined, memberships: [], candidates, asked };
  const { memberships, reasons } = best;
  return { role: { table: best.table, column: best.column, reasons }, memberships, candidates, asked };
}

/** Whether the policies of a table ask who is in one of the memberships. */
type Asks = (key: string, memberships: readonly Membership[]) => boolean;

function weighAll(catalog: Catalog, links: Links, users: Users, asks: Asks): ReadonlyMap<string, Weighed> {
  const weighed = new Map<string, Weighed>();
  for (const [key, table] of catalog.tables) {
    const candidate = weigh(catalog, links, users, key, table, asks);
    if (candidate) weighed.set(key, candidate);
  }
  return weighed;
}

/** The chosen one, then the others by their score. */
const rank = (weighed: ReadonlyMap<string, Weighed>, best: Weighed | undefined): Candidate[] =>
  [...weighed.values()]
    .sort((a, b) => Number(b === best) - Number(a === best) || b.score - a.score)
    .map(({ memberships: _, ...candidate }) => candidate);

function weigh(
  catalog: Catalog,
  links: Links,
  users: Users,
  key: string,
  table: Table,
  asks: Asks,
): Weighed | undefined {
  const column = keyColumn(table);
  const incoming = new Set((links.to.get(key) ?? []).map((link) => link.table));
  if (
    table.platform ||
    table.implicit ||
    table.partitionOf ||
    users.tables.has(key) ||
    !column ||
    !incoming.size
  )
    return undefined;
  const name = spelled(stem(table.name));
  const kind = kindOfName(name);
  if (kind === "never") return undefined;
  const joined = findMemberships(catalog, links, users, key);
  const owner = users.columnsOf(key).find(({ owns, nullable }) => owns && !nullable);
  if (!qualifies(kind, name, joined, incoming, owner !== undefined, users, asks)) return undefined;
  const others = [...incoming].filter((each) => !joined.some(({ table }) => table === each)).length;
  const memberships =
    joined.length || !owner
      ? joined
      : [{ table: key, userColumn: owner.column, tenantColumn: column, roles: [] }];
  return {
    table: key,
    column,
    memberships,
    score: { tenant: 6, maybe: 3, other: 0 }[kind] + (joined.length ? 6 : 0) + Math.min(others, 8) / 2,
    reasons: [
      ...(kind === "tenant" ? [`${table.name} is what tables of tenants are called`] : []),
      ...joined.map((each) => `${each.table} says which users belong to it`),
      `${incoming.size} ${incoming.size === 1 ? "table refers" : "tables refer"} to it`,
    ],
  };
}

type NameKind = "tenant" | "maybe" | "other" | "never";

function kindOfName(name: string): NameKind {
  if (TENANT_NAMES.has(name)) return "tenant";
  if (NEVER_TENANT_NAMES.has(name) || NEVER_TENANT_NAMES.has(lastWord(name))) return "never";
  if (TENANT_NAMES.has(lastWord(name)) || MAYBE_TENANT_NAMES.has(name)) return "maybe";
  return "other";
}

function qualifies(
  kind: NameKind,
  name: string,
  joined: readonly Membership[],
  incoming: ReadonlySet<string>,
  owned: boolean,
  users: Users,
  asks: Asks,
): boolean {
  const others = [...incoming].filter((key) => !joined.some(({ table }) => table === key));
  if (joined.length)
    return kind !== "other" || others.length >= 3 || others.some((other) => asks(other, joined));
  if (kind !== "tenant") return false;
  if (!owned) return true;
  // Owned by one user: a tenant of one, unless its rows' own tables name their owner again, or it is a company one deals with.
  const personal = others.filter((key) =>
    users.columnsOf(key).some(({ owns, nullable }) => owns && !nullable),
  );
  return name !== "company" && others.length >= 2 && personal.length * 2 <= others.length;
}

/** The best candidate, or the one it belongs to: teams of organizations are no tenants, organizations are. */
function rootOf(candidates: ReadonlyMap<string, Weighed>, links: Links): Weighed | undefined {
  let best: Weighed | undefined;
  for (const candidate of candidates.values()) if (!best || candidate.score > best.score) best = candidate;
  const seen = new Set<string>();
  while (best && !seen.has(best.table)) {
    seen.add(best.table);
    const { score, table } = best;
    const above = (links.from.get(table) ?? [])
      .filter((link) => !link.nullable)
      .map((link) => candidates.get(link.to))
      .filter((each) => each !== undefined && each.score >= score * 0.6 && !seen.has(each.table));
    best = above[0] ?? best;
  }
  return best;
}

/** A configured tenant may be owned by a single user as well. */
function membershipsOf(catalog: Catalog, links: Links, users: Users, tenant: string): readonly Membership[] {
  const joined = findMemberships(catalog, links, users, tenant);
  const owner = users.columnsOf(tenant).find(({ owns, nullable }) => owns && !nullable);
  const column = keyColumn(catalog.tables.get(tenant)!);
  if (joined.length || !owner || !column) return joined;
  return [{ table: tenant, userColumn: owner.column, tenantColumn: column, roles: [] }];
}
