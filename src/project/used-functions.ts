import type { Func, Policy, PolicyClause, Table } from "../catalog/catalog.ts";
import type { Call } from "../source/sql/walk.ts";
import { callsOf } from "../source/sql/walk.ts";
import { functionOf } from "./caller-parts.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";

/** A policy and the call in it that uses a function. */
export interface FunctionUse {
  readonly policy: Policy;
  readonly table: Table;
  readonly call: Call;
}

/** Calls in a clause do not change while the clause is the same object. */
const callsIn = new WeakMap<PolicyClause, readonly Call[]>();

export function callsOfClause(clause: PolicyClause): readonly Call[] {
  const known = callsIn.get(clause);
  if (known) return known;
  const calls = callsOf(clause.expr);
  callsIn.set(clause, calls);
  return calls;
}

const uses = new WeakMap<Project["catalog"], Map<string, FunctionUse[]>>();

/** The policies that call a function, by `schema.name`. Made once for a catalog. */
export function usesOfFunction(project: Project, func: Func): readonly FunctionUse[] {
  let known = uses.get(project.catalog);
  if (!known) {
    known = findUses(project);
    uses.set(project.catalog, known);
  }
  return known.get(`${func.schema}.${func.name}`) ?? [];
}

function findUses(project: Project): Map<string, FunctionUse[]> {
  const found = new Map<string, FunctionUse[]>();
  for (const table of project.catalog.tables.values())
    for (const policy of table.policies.values())
      for (const { clause } of clausesOf(policy))
        for (const call of callsOfClause(clause)) {
          const key = functionOf(project, call);
          const list = found.get(key);
          if (list) list.push({ policy, table, call });
          else found.set(key, [{ policy, table, call }]);
        }
  return found;
}
