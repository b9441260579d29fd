import type { Func, Policy, PolicyClause, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
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

/** The policies that call a function, by `schema.name`. */
export const usesOfFunction = (project: Project, func: Func): readonly FunctionUse[] =>
  uses(project).get(`${func.schema}.${func.name}`) ?? [];

const uses = derived(findUses);

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
