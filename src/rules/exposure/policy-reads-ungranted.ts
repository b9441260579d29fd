import { mayDo, privilegesOf, rolesOf } from "../../catalog/access.ts";
import type { Policy, PolicyClause, Table, View } from "../../catalog/catalog.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { unwrap } from "../../catalog/walk.ts";
import { clientsOf } from "../../project/audience.ts";
import { changeClauses, clausesOf, type WrittenClause } from "../../project/clauses.ts";
import { propositionOf, worldOf } from "../../project/meaning.ts";
import { ownColumn } from "../../project/own-row.ts";
import { namesTables } from "../../project/policy-edges.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { isInvokerView, isView, relationNamed, relationsOfView } from "../../project/relations.ts";
import { ROW_COMMANDS } from "../../project/row-access.ts";
import { visitThrough } from "../../project/through.ts";
import { wordingOf } from "../../project/wording.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Expr, QualifiedName } from "../../source/sql/expression.ts";
import type { Remedy } from "../../text/finding.ts";
import type { Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy reads a table that its own role may not select from.",
  why: "A policy's sub-selects run with the rights of whoever asks: without SELECT on that table every query fails with 42501, permission denied. A SECURITY DEFINER function may read it for him.",
  *check({ policy, table }, project) {
    if (policy.refused || !table.rowSecurity || (isConcealed(project, table) && policy.platform)) return;
    const roles = clientsOf(project, policy).filter((role) => isAsked(project, table, policy, role));
    if (!roles.length) return;
    for (const written of clausesOf(policy)) {
      const found = findHeeded(project, table, policy, written.clause, roles);
      if (!found) continue;
      const remedy = emailRemedy(project, policy, written);
      yield {
        at: { path: written.clause.place.path, span: found.span },
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} reads ${nameOf(found.relation)}, which ${listOf(found.roles)} may not select from: every query fails with 42501.`,
        ...(remedy ? { remedy } : {}),
      };
      return;
    }
  },
});

/** Without the privilege for the command the policy is never asked. */
function isAsked(project: Project, table: Table, policy: Policy, role: string): boolean {
  const privileges = privilegesOf(project.catalog, table, role);
  const commands = policy.command === "all" ? ROW_COMMANDS : [policy.command];
  return commands.some((command) => mayDo(privileges, command as (typeof ROW_COMMANDS)[number]));
}

/** A visitor whom the policy lets write nothing is kept out in other words; one who reads would see what others show him. */
const isKeptOutAnyway = (
  project: Project,
  table: Table,
  { command }: Policy,
  clause: PolicyClause,
  role: string,
): boolean =>
  role === project.platform.anonymousRole &&
  (command === "insert" || command === "update" || command === "delete") &&
  canBeTrue(propositionOf(project, table, clause, role).formula, worldOf(project, "anonymous")) === "no";

/** Whom a policy keeps out anyway is asked last: few policies read what somebody may not. */
function findHeeded(
  project: Project,
  table: Table,
  policy: Policy,
  clause: PolicyClause,
  roles: readonly string[],
): Ungranted | undefined {
  const found = findUngranted(project, clause, roles);
  if (!found) return undefined;
  const heeded = roles.filter((role) => !isKeptOutAnyway(project, table, policy, clause, role));
  return heeded.length === roles.length ? found : findUngranted(project, clause, heeded);
}

interface Ungranted {
  readonly span: Span;
  readonly relation: Table | View;
  readonly roles: readonly string[];
}

function findUngranted(
  project: Project,
  clause: PolicyClause,
  roles: readonly string[],
): Ungranted | undefined {
  if (!namesTables(project, wordingOf(clause))) return undefined;
  let found: Ungranted | undefined;
  visitThrough(project, clause.expr, {
    from: (item, way) => {
      if (found || item.kind !== "table" || way.functions.some(({ securityDefiner }) => securityDefiner))
        return;
      const func = way.functions.at(-1);
      const named = relationNamed(project.catalog, item.name, func?.searchPath ?? clause.searchPath);
      for (const relation of named ? readAsCaller(project, named) : []) {
        const without = roles.filter((role) => !maySelect(project, relation, role));
        if (without.length) found ??= { span: spanOf(item.name, way.call), relation, roles: without };
      }
    },
  });
  return found;
}

const spanOf = (name: QualifiedName, call: Expr | undefined): Span => (call ?? name).span;

/** The relation, and what a view among them reads with its caller's rights. */
const readAsCaller = (project: Project, relation: Table | View): readonly (Table | View)[] =>
  isView(relation) && isInvokerView(relation)
    ? [relation, ...relationsOfView(project, relation)]
    : [relation];

/** SELECT on it or any column. The schema does not count: names in a policy were looked up when it was made. */
function maySelect({ catalog }: Project, relation: Table | View, role: string): boolean {
  const roles = rolesOf(catalog, role);
  if (relation.owner !== undefined && roles.has(relation.owner)) return true;
  const columns = isView(relation) ? [] : [...relation.columns.values()].flatMap(({ grants }) => grants);
  return [...relation.grants, ...columns].some(
    (grant) => grant.privilege === "select" && roles.has(grant.role),
  );
}

/** `(select email from auth.users where id = auth.uid())` is what `auth.email()` says. */
function emailRemedy(project: Project, policy: Policy, written: WrittenClause): Remedy | undefined {
  if (!project.platform.callerFunctions.includes("auth.email")) return undefined;
  const asked: Expr[] = [];
  visitThrough(project, written.clause.expr, {
    expr: (expr, way) => void (!way.functions.length && asksEmail(project, expr) && asked.push(expr)),
  });
  const text = written.clause.text;
  if (!asked.length || text.split(/\bauth\s*\.\s*users\b/i).length - 1 !== asked.length) return undefined;
  return changeClauses(
    policy,
    asked.map((expr) => ({ in: written, span: expr.span, text: "(select auth.email())" })),
    "Ask auth.email()",
  );
}

function asksEmail(project: Project, expr: Expr): boolean {
  if (expr.kind !== "subquery" || expr.form !== "scalar") return false;
  const { targets, from, where } = expr.query;
  const target = targets.length === 1 ? unwrap(targets[0]!.expr) : undefined;
  const [item] = from;
  return (
    target?.kind === "column" &&
    target.path.at(-1) === "email" &&
    from.length === 1 &&
    item?.kind === "table" &&
    item.name.schema === "auth" &&
    item.name.name === "users" &&
    where !== undefined &&
    ownColumn(project, where) === "id"
  );
}
