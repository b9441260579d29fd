import { mayDo, privilegesOf } from "../../catalog/access.ts";
import { type Policy, qualify, type Table } from "../../catalog/catalog.ts";
import { unwrap } from "../../catalog/walk.ts";
import { type Admission, admissionsBy } from "../../project/admissions.ts";
import { clientsOf } from "../../project/audience.ts";
import { isSignedInTest } from "../../project/caller-parts.ts";
import { identityOf, isUserIdentity } from "../../project/identity.ts";
import { armsOf, conjunctsOf, ownColumn } from "../../project/own-row.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { seesEveryRow } from "../../project/relations.ts";
import { isHeldByTrigger } from "../../project/row-triggers.ts";
import { uniqueColumns } from "../../project/tenancy/membership.ts";
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
    const check = policy.check ?? (policy.command === "all" ? policy.using : undefined);
    const clients = clientsOf(project, policy).filter((role) =>
      mayDo(privilegesOf(project.catalog, table, role), "insert"),
    );
    if (!check || !clients.length) return;
    const arms = armsOf(check.expr);
    if (!arms.some((arm) => conjunctsOf(arm).some((part) => ownColumn(project, part) !== undefined))) return;
    for (const joined of joinedBy(project, table, clients)) {
      const arm = arms.find((each) => joinsAny(project, each, joined));
      if (!arm || isHeld(project, table, policy, joined)) continue;
      const { by, tenantColumn } = joined;
      yield {
        at: { path: check.place.path, span: arm.span },
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: by
          ? `"${policy.name}" lets ${listOf(clients)} add themselves to ${nameOf(table)} with any ${tenantColumn}, and such a row is what "${by.policy.name}" on ${nameOf(by.table)} asks for.`
          : `"${policy.name}" lets ${listOf(clients)} add themselves to any ${tenantWord(project)}: nothing in it asks which ${tenantColumn} a row of ${nameOf(table)} names.`,
        ...(by ? { related: [{ place: by.policy.nameSpan, message: `"${by.policy.name}" is here.` }] } : {}),
      };
      return;
    }
  },
});

/** Rows that say who belongs to what, and the policies that go by them. */
interface Joined extends Pick<Membership, "userColumn" | "tenantColumn"> {
  readonly admissions: readonly Admission[];
  /** The policy by which it is known, where the table is not one of the tenants' members. */
  readonly by?: Admission;
}

function joinedBy(project: Project, table: Table, clients: readonly string[]): readonly Joined[] {
  const key = qualify(table.schema, table.name);
  const admissions = (admissionsBy(project).get(key) ?? []).filter((each) => isShut(project, each, clients));
  const membership = membershipIn(project, table);
  if (membership)
    return [
      { ...membership, admissions: admissions.filter((each) => each.keyColumn === membership.tenantColumn) },
    ];
  return admissions
    .filter(({ keyColumn }) => isOfOthers(project, table, keyColumn))
    .map((by) => ({ userColumn: by.userColumn, tenantColumn: by.keyColumn, admissions: [by], by }));
}

/** Without the row, the policy's rows are not everybody's. */
const isShut = (project: Project, { policy, table }: Admission, clients: readonly string[]): boolean =>
  policy.permissive &&
  !isConcealed(project, table) &&
  !(policy.command === "select" && clients.every((role) => seesEveryRow(project, table, role)));

/** A key of something else: neither the row's own, nor a person, whom others may follow as they like. */
function isOfOthers(project: Project, table: Table, column: string): boolean {
  const identity = identityOf(project, { table: qualify(table.schema, table.name), column });
  const isOwn = uniqueColumns(table).some(([only, ...others]) => only === column && !others.length);
  return !isOwn && !(identity && isUserIdentity(identity));
}

/** A table of its own that says who belongs to what; a column of the user's own row is another matter. */
const membershipIn = (project: Project, table: Table): Membership | undefined =>
  project.tenancy.memberships.find(
    (each) => each.table === qualify(table.schema, table.name) && each.table !== project.tenancy.user?.table,
  );

/** The caller as the member, and nothing about the tenant: no column, no lookup, no state that somebody must confirm. */
function joinsAny(project: Project, arm: Expr, { userColumn, tenantColumn, admissions }: Joined): boolean {
  const parts = conjunctsOf(arm);
  return (
    parts.some((part) => ownColumn(project, part) === userColumn) &&
    parts.every(
      (part) =>
        ownColumn(project, part) === userColumn ||
        isSignedInTest(project, part, false) ||
        isOwnRank(part, tenantColumn, admissions),
    )
  );
}

/**
 * `role = 'member'`: a rank that says what he joins as. Where policies that go by the row want another, or none goes by it
 * and `status = 'pending'` only asks, it is none.
 */
function isOwnRank(part: Expr, tenantColumn: string, admissions: readonly Admission[]): boolean {
  const { column, values } = rankIn(part) ?? {};
  if (column === undefined || !values?.length || column === tenantColumn) return false;
  if (!admissions.length) return !values.some((value) => ASKS.test(value));
  return admissions.some(
    ({ wants }) => !wants.has(column) || wants.get(column)!.some((each) => values.includes(each)),
  );
}

/** `role = 'member'`, `role in ('member', 'guest')`, `active`, `not paid`. */
function rankIn(part: Expr): { readonly column: string; readonly values: readonly string[] } | undefined {
  if (part.kind === "column") return { column: part.path.at(-1)!, values: ["true"] };
  if (part.kind === "not" && part.arg.kind === "column")
    return { column: part.arg.path.at(-1)!, values: ["false"] };
  const [sides, list] =
    part.kind === "operator" && part.name === "=" && part.left
      ? [[unwrap(part.left), unwrap(part.right)], []]
      : part.kind === "in" && !part.negated
        ? [[unwrap(part.left)], part.list.map(unwrap)]
        : [[], []];
  const column = sides.find((each) => each.kind === "column");
  const values = [...sides, ...list].flatMap((each) => (each.kind === "constant" ? [each.value] : []));
  return column?.kind === "column" ? { column: column.path.at(-1)!, values } : undefined;
}

/** Where no policy says which state lets somebody in, only its name does. A word that fits by chance is silence. */
const ASKS = /pend|request|invit|wait|^f(alse)?$|appl/i;

function isHeld(project: Project, table: Table, policy: Policy, { tenantColumn }: Joined): boolean {
  const held = [...table.policies.values()].some((other) => {
    const check = other.check ?? other.using;
    return (
      other !== policy &&
      !other.permissive &&
      (other.command === "insert" || other.command === "all") &&
      check !== undefined &&
      columnsOf(check.expr).some(({ path }) => path.at(-1) === tenantColumn)
    );
  });
  return held || isHeldByTrigger(project, table, "insert", tenantColumn);
}

const tenantWord = (project: Project): string =>
  project.tenancy.tenant ? `tenant of ${project.tenancy.tenant.table.replace(/^public\./, "")}` : "tenant";
