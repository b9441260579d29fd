import type { Grant } from "../catalog.ts";
import { replaceFunction } from "./function.ts";
import { renameIn } from "./rename-column.ts";
import { markChanged, type State, type Step } from "./state.ts";

/** A role's name stands in memberships, grants and policies. */
export function renameRole(step: Step, from: string, to: string): void {
  const { state } = step;
  const role = state.edit("roles", from);
  if (!role || state.shelves.roles.has(to)) return;
  role.name = to;
  markChanged(step, role);
  state.write("roles").delete(from);
  state.put("roles", to, role);
  for (const other of [...state.shelves.roles.values()])
    if (other.memberOf.some((membership) => membership.role === from))
      state.edit("roles", other.name)!.memberOf = other.memberOf.map((membership) =>
        membership.role === from ? { ...membership, role: to } : membership,
      );
  for (const key of [...state.shelves.tables.keys()]) renameRoleInTable(state, key, from, to);
  for (const func of [...state.shelves.functions.values()].flat())
    if (grantsTo(func.grants, from))
      replaceFunction(state, func, { ...func, grants: regrant(func.grants, from, to) });
  for (const shelf of ["views", "schemas"] as const)
    for (const [key, { grants }] of [...state.shelves[shelf]])
      if (grantsTo(grants, from)) state.edit(shelf, key)!.grants = regrant(grants, from, to);
}

const grantsTo = (grants: readonly Grant[], role: string): boolean =>
  grants.some((grant) => grant.role === role);
const regrant = (grants: readonly Grant[], from: string, to: string): Grant[] =>
  grants.map((grant) => (grant.role === from ? { ...grant, role: to } : grant));

function renameRoleInTable(state: State, key: string, from: string, to: string): void {
  const before = state.shelves.tables.get(key)!;
  if (grantsTo(before.grants, from)) state.edit("tables", key)!.grants = regrant(before.grants, from, to);
  for (const policy of before.policies.values()) {
    if (!policy.roles.includes(from)) continue;
    const table = state.edit("tables", key)!;
    const policies = state.own(table.policies);
    policies.set(policy.name, { ...policy, roles: renameIn(policy.roles, from, to) });
    table.policies = policies;
  }
}
