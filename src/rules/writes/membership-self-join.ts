import { mayDo, privilegesOf } from "../../catalog/access.ts";
import { type Policy, qualify, type Table } from "../../catalog/catalog.ts";
import { unwrap } from "../../catalog/walk.ts";
import { clientsOf } from "../../project/audience.ts";
import { isSignedInTest } from "../../project/caller-parts.ts";
import { armsOf, conjunctsOf, ownColumn } from "../../project/own-row.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import type { Membership } from "../../project/tenancy.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import { columnsOf } from "../../source/sql/walk.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "The table of memberships lets users add themselves to any tenant.",
  why: "`with check (user_id = auth.uid())` says who the new member is, and not of what: whoever knows a tenant's id joins it, and every policy that asks for membership lets him in.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || !table.rowSecurity || isConcealed(project, table)) return;
    if (policy.command !== "insert" && policy.command !== "all") return;
    const membership = membershipIn(project, table);
    const check = policy.check ?? (policy.command === "all" ? policy.using : undefined);
    if (!membership || !check) return;
    const clients = clientsOf(project, policy).filter((role) =>
      mayDo(privilegesOf(project.catalog, table, role), "insert"),
    );
    const arm = armsOf(check.expr).find((each) => joinsAny(project, each, membership));
    if (!clients.length || !arm || isHeld(table, policy, membership)) return;
    yield {
      at: { path: check.place.path, span: arm.span },
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(clients)} add themselves to any ${tenantWord(project)}: nothing in it asks which ${membership.tenantColumn} a row of ${nameOf(table)} names.`,
    };
  },
});

/** A table of its own that says who belongs to what; a column of the user's own row is another matter. */
const membershipIn = (project: Project, table: Table): Membership | undefined =>
  project.tenancy.memberships.find(
    (each) => each.table === qualify(table.schema, table.name) && each.table !== project.tenancy.user?.table,
  );

/** The caller as the member, and nothing about the tenant: no column, no lookup, no state that somebody must confirm. */
function joinsAny(project: Project, arm: Expr, { userColumn, tenantColumn }: Membership): boolean {
  const parts = conjunctsOf(arm);
  return (
    parts.some((part) => ownColumn(project, part) === userColumn) &&
    parts.every(
      (part) =>
        ownColumn(project, part) === userColumn ||
        isSignedInTest(project, part, false) ||
        isOwnRank(part, tenantColumn),
    )
  );
}

/** `role = 'member'`: a rank that says what he joins as. `status = 'pending'` only asks. */
function isOwnRank(part: Expr, tenantColumn: string): boolean {
  const constants =
    part.kind === "operator" && part.name === "=" && part.left
      ? [unwrap(part.left), unwrap(part.right)]
      : part.kind === "in" && !part.negated
        ? part.list.map(unwrap)
        : [];
  const values = constants.filter((each) => each.kind === "constant");
  if (!values.length || columnsOf(part).some(({ path }) => path.at(-1) === tenantColumn)) return false;
  return !values.some(
    (each) => each.kind === "constant" && /pend|request|invit|wait|^f(alse)?$|appl/i.test(each.value),
  );
}

const isHeld = (table: Table, policy: Policy, { tenantColumn }: Membership): boolean =>
  [...table.policies.values()].some((other) => {
    const check = other.check ?? other.using;
    return (
      other !== policy &&
      !other.permissive &&
      (other.command === "insert" || other.command === "all") &&
      check !== undefined &&
      columnsOf(check.expr).some(({ path }) => path.at(-1) === tenantColumn)
    );
  });

const tenantWord = (project: Project): string =>
  project.tenancy.tenant ? `tenant of ${project.tenancy.tenant.table.replace(/^public\./, "")}` : "tenant";
