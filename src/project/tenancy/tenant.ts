import type { Catalog, Table } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { ProjectSettings } from "../project.ts";
import type { Candidate, Membership, TableRole } from "../tenancy.ts";
import { askedBy, textOfAsked } from "./asked.ts";
import { keyColumn, type Link, type Links } from "./links.ts";
import { findMemberships } from "./membership.ts";
import { findUnsure, type GoesBy } from "./unsure.ts";
import { findConfigured, type Users } from "./user.ts";
import { kindOfName, type NameKind, spelled, stem } from "./vocabulary.ts";

export interface Tenants {
  readonly role: TableRole | undefined;
  readonly memberships: readonly Membership[];
  readonly candidates: readonly Candidate[];
  /** Where there is none: tables to which people belong, or seem to, and on which other rows hang. */
  readonly unsure: ReadonlySet<string>;
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
 * rows that hang on it are let through by who is one, or whose token names it.
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
  const goesBy: GoesBy = (link, memberships) => {
    const by = askedBy({ catalog, platform }, catalog.tables.get(link.table)!);
    asked.set(link.table, textOfAsked(by));
    return by.columns.has(link.column) || memberships.some(({ table }) => by.tables.has(table));
  };
  let weighed = weighAll(catalog, links, users, () => false);
  if (!weighed.size && !configured) weighed = weighAll(catalog, links, users, goesBy);
  const best = rootOf(weighed, links);
  const candidates = rank(weighed, best);
  if (column)
    return {
      role: { table: configured, column, reasons: ["the configuration says so"] },
      memberships: membershipsOf(catalog, links, users, configured),
      candidates,
      unsure: new Set(),
      asked,
    };
  if (!best) {
    const unsure = findUnsure(catalog, links, users, goesBy);
    return { role: undefined, memberships: [], candidates, unsure, asked };
  }
  const { memberships, reasons } = best;
  const role = { table: best.table, column: best.column, reasons };
  return { role, memberships, candidates, unsure: new Set(), asked };
}

function weighAll(
  catalog: Catalog,
  links: Links,
  users: Users,
  goesBy: GoesBy,
): ReadonlyMap<string, Weighed> {
  const weighed = new Map<string, Weighed>();
  for (const [key, table] of catalog.tables) {
    const candidate = weigh(catalog, links, users, key, table, goesBy);
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
  goesBy: GoesBy,
): Weighed | undefined {
  const column = keyColumn(table);
  const referring = links.to.get(key) ?? [];
  const incoming = new Set(referring.map((link) => link.table));
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
  if (!qualifies(kind, name, joined, referring, owner !== undefined, users, goesBy)) return undefined;
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

function qualifies(
  kind: NameKind,
  name: string,
  joined: readonly Membership[],
  referring: readonly Link[],
  owned: boolean,
  users: Users,
  goesBy: GoesBy,
): boolean {
  const hanging = referring.filter((link) => !joined.some(({ table }) => table === link.table));
  const others = [...new Set(hanging.map(({ table }) => table))];
  if (joined.length)
    return kind !== "other" || others.length >= 3 || hanging.some((link) => goesBy(link, joined));
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
