import type { Catalog } from "../../catalog/catalog.ts";
import type { Membership } from "../tenancy.ts";
import type { Link, Links } from "./links.ts";
import { findMemberships } from "./membership.ts";
import type { Users } from "./user.ts";
import { kindOfName, spelled, stem } from "./vocabulary.ts";

/** Whether the policies of a table that refers to another go by that, or ask who is in one of the memberships. */
export type GoesBy = (link: Link, memberships: readonly Membership[]) => boolean;

/** Tables that may hold tenants, while nothing says so: people belong to their rows, or seem to, and other rows hang on those. */
export function findUnsure(
  catalog: Catalog,
  links: Links,
  users: Users,
  goesBy: GoesBy,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [key, list] of links.to) {
    const table = catalog.tables.get(key);
    if (!table || table.platform || table.partitionOf || users.tables.has(key)) continue;
    if (kindOfName(spelled(stem(table.name))) === "never") continue;
    const joined = findMemberships(catalog, links, users, key);
    const hanging = list.filter((link) => !joined.some((each) => each.table === link.table));
    if (joined.length ? hanging.length : hanging.some((link) => goesBy(link, []))) found.add(key);
  }
  return found;
}
