import { qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { implies } from "../catalog/meaning/decide.ts";
import { type Formula, isNull } from "../catalog/meaning/formula.ts";
import { columnTerm } from "../catalog/meaning/value.ts";
import { clausesOf } from "./clauses.ts";
import { identityOf, isUserIdentity } from "./identity.ts";
import type { Project } from "./project.ts";
import { ownColumnOf } from "./tenant-column.ts";
import { armsOfClause } from "./ties.ts";

/**
 * Whether a condition holds only for rows that name nobody, neither a tenant nor a user: `org_id is null`, what comes with
 * the product. A key that is emptied when its tenant or user goes makes their rows such rows.
 */
export function isOfNobody(project: Project, table: Table, formula: Formula): boolean {
  const key = qualify(table.schema, table.name);
  const own = ownColumnOf(project, table);
  const tied = tiedByPolicies(project, table);
  const names = [...table.columns.keys()].filter(
    (name) => name === own || tied.has(name) || namesSomebody(project, key, name),
  );
  return (
    names.length > 0 &&
    names.every((name) => {
      const column = columnTerm(project.catalog, 0, key, name, table.columns.get(name));
      return !isEmptied(table, name) && implies(formula, isNull(column)) === "yes";
    })
  );
}

/** The columns by which any policy ties rows to its caller, or to rows of other tables. */
const tiedByPolicies = derived(
  (project: Project, table: Table): ReadonlySet<string> =>
    new Set(
      [...table.policies.values()].flatMap((policy) =>
        policy.permissive
          ? clausesOf(policy).flatMap(({ clause }) =>
              armsOfClause(project, table, clause).flatMap(({ ties }) => [...ties]),
            )
          : [],
      ),
    ),
);

function namesSomebody(project: Project, table: string, column: string): boolean {
  const identity = identityOf(project, { table, column });
  if (!identity?.stated) return false;
  return isUserIdentity(identity) || identity.of === project.tenancy.tenant?.table;
}

const isEmptied = ({ constraints }: Table, name: string): boolean =>
  constraints.some(
    ({ columns, references }) => references?.onDelete?.startsWith("set") === true && columns.includes(name),
  );
