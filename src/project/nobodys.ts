import { qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { canBeTrue, implies } from "../catalog/meaning/decide.ts";
import { and, type Formula, isNull } from "../catalog/meaning/formula.ts";
import { columnTerm } from "../catalog/meaning/value.ts";
import { clausesOf } from "./clauses.ts";
import { identityOf, isUserIdentity } from "./identity.ts";
import type { Judged } from "./judge.ts";
import { effectiveOf, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { ownColumnOf } from "./tenant-column.ts";
import { armsOfClause, tiedColumns } from "./ties.ts";

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
    names.every((name) => !isEmptied(table, name) && isEmptyIn(project, table, name, formula))
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

/** New rows that leave empty what ties rows to callers, and that no stranger sees: an inbox for those who mind the table. */
export function isLeftWithNobody(project: Project, table: Table, { arms }: Judged, arm: Formula): boolean {
  const ties = new Set(arms.flatMap(({ formula }) => (formula === arm ? [] : [...tiedColumns(formula)])));
  const empties = [...ties].every((name) => isEmptyIn(project, table, name, arm));
  return ties.size > 0 && empties && !isSeenByStrangers(project, table, arm);
}

function isSeenByStrangers(project: Project, table: Table, rows: Formula): boolean {
  return project.settings.clientRoles.some((role) => {
    const shown = effectiveOf(project, table, role, "select");
    return shown && canBeTrue(and([rows, shown.using]), worldOf(project, "stranger")) !== "no";
  });
}

const isEmptyIn = ({ catalog }: Project, table: Table, name: string, rows: Formula): boolean => {
  const key = qualify(table.schema, table.name);
  return implies(rows, isNull(columnTerm(catalog, 0, key, name, table.columns.get(name)))) === "yes";
};

function namesSomebody(project: Project, table: string, column: string): boolean {
  const identity = identityOf(project, { table, column });
  if (!identity?.stated) return false;
  return isUserIdentity(identity) || identity.of === project.tenancy.tenant?.table;
}

const isEmptied = ({ constraints }: Table, name: string): boolean =>
  constraints.some(
    ({ columns, references }) => references?.onDelete?.startsWith("set") === true && columns.includes(name),
  );
