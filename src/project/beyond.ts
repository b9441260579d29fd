import { ANYONE } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { remember } from "../catalog/remember.ts";
import type { Project } from "./project.ts";

const worlds = new Map<string, World>();

/**
 * A caller who may have any claim and membership, none of which has to do with the row, nor with the rows that it hangs
 * on. That its tenant has members says nothing of him: such a row is one more that it hangs on. What is known of one
 * world is known after every edit that leaves memberships as they are.
 */
export function worldBeyond({ tenancy }: Project): World {
  const columns = tenancy.memberships.map(({ table, tenantColumn }) => `${table}.${tenantColumn}`).sort();
  return remember(worlds, columns.join("\n"), () => {
    const ofMembers = new Set(columns);
    return {
      ...ANYONE,
      apart: { isName: ({ names, table, column }) => names === true || ofMembers.has(`${table}.${column}`) },
    };
  });
}
