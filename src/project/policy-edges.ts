import { rolesOf } from "../catalog/access.ts";
import { type Policy, type PolicyClause, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { containsExpr } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";
import {
  isInvokerView,
  isView,
  ownerOf,
  readsPastPolicies,
  relationNamed,
  relationsOfView,
} from "./relations.ts";
import { policiesFor, type RowCommand } from "./row-access.ts";
import { visitThrough, type Way } from "./through.ts";
import { type Wording, wordingOf } from "./wording.ts";

/** A table whose own policies are asked when a policy is: as which role, and through a function's body or not. */
interface Edge {
  readonly to: Table;
  readonly role: string;
  readonly called: boolean;
  readonly by: Policy;
  readonly clause: PolicyClause;
  /** The sub-select or call in the clause that leads there. */
  readonly at: Expr;
}

/** How PostgreSQL comes back to a table while it still works out that table's policies. */
export type Cycle = readonly Edge[];

interface Step {
  readonly key: string;
  readonly command: RowCommand;
  /** Begins anew in a function's body. */
  readonly segment: number;
}

/**
 * The first way by which the policies of a table lead back to it. Policies that hold any sub-select are refused as soon
 * as their table is met again while they are put into the query; through a function's body, only the very same ones are. With `anywhere`, a way into policies that lead back to another table
 * is found as well: it is refused likewise.
 */
export function findCycle(
  project: Project,
  table: Table,
  command: RowCommand,
  role: string,
  anywhere = false,
): Cycle | undefined {
  const home = qualify(table.schema, table.name);
  const seen = new Set<string>();
  const walk = (
    at: Table,
    asked: RowCommand,
    as: string,
    path: readonly Step[],
    way: Cycle,
  ): Cycle | undefined => {
    const key = qualify(at.schema, at.name);
    const policies = policiesFor(at, rolesOf(project.catalog, as), asked);
    const clauses = policies.flatMap((policy) =>
      clausesFor(policy, asked).map((clause) => ({ policy, clause })),
    );
    const segment = way.filter(({ called }) => called).length;
    const subselects = clauses.some(({ clause }) =>
      containsExpr(clause.expr, ({ kind }) => kind === "subquery"),
    );
    const again = path.find(
      (step) => step.key === key && ((subselects && step.segment === segment) || step.command === asked),
    );
    if (again) return anywhere || key === home ? way : undefined;
    const node = `${key} ${asked} ${as} ${segment}`;
    if (seen.has(node) || path.length > 8) return undefined;
    seen.add(node);
    for (const { policy, clause } of clauses)
      for (const edge of edgesOf(project, policy, clause, as)) {
        const found = walk(
          edge.to,
          "select",
          edge.role,
          [...path, { key, command: asked, segment }],
          [...way, edge],
        );
        if (found) return found;
      }
    return undefined;
  };
  return walk(table, command, role, [], []);
}

const clausesFor = ({ using, check, command }: Policy, asked: RowCommand): readonly PolicyClause[] => {
  if (asked === "select" || asked === "delete") return using ? [using] : [];
  if (asked === "insert") return check ? [check] : command === "all" && using ? [using] : [];
  return [using, check].filter((clause) => clause !== undefined);
};

/** Whether a policy of the table looks into any table, itself or through the functions that it calls. */
export const looksIntoTables = (project: Project, table: Table): boolean =>
  [...table.policies.values()].some((policy) =>
    clausesOf(policy).some(({ clause }) => namesTables(project, wordingOf(clause))),
  );

/** Whether an expression looks into any table, itself or through the functions that it calls. */
export const namesTables = derived((project: Project, { expr }: Wording): boolean => {
  let found = false;
  visitThrough(project, expr, {
    from: () => {
      found = true;
    },
  });
  return found;
});

function edgesOf(project: Project, by: Policy, clause: PolicyClause, role: string): readonly Edge[] {
  const edges: Edge[] = [];
  let top: Expr | undefined;
  visitThrough(project, clause.expr, {
    expr: (expr, way) => {
      if (expr.kind === "subquery" && !way.functions.length) top = expr;
    },
    from: (item, way) => {
      if (item.kind !== "table") return;
      const searchPath = way.functions.at(-1)?.searchPath ?? clause.searchPath;
      const relation = relationNamed(project.catalog, item.name, searchPath);
      const as = way.functions.reduce(
        (asking, func) => (func.securityDefiner ? ownerOf(project, func) : asking),
        role,
      );
      const at = way.call ?? top ?? clause.expr;
      for (const to of relation ? tablesRead(project, relation, new Set()) : [])
        if (to.rowSecurity && !readsPastPolicies(project, to, as))
          edges.push({ to, role: as, called: isCalled(way), by, clause, at });
    },
  });
  return edges;
}

const isCalled = ({ functions }: Way): boolean => functions.length > 0;

/** A table, or those that a view reads with its caller's rights. */
function tablesRead(
  project: Project,
  relation: NonNullable<ReturnType<typeof relationNamed>>,
  seen: Set<object>,
): readonly Table[] {
  if (!isView(relation)) return [relation];
  if (seen.has(relation) || relation.materialized || !isInvokerView(relation)) return [];
  seen.add(relation);
  return relationsOfView(project, relation).flatMap((each) => tablesRead(project, each, seen));
}
