import type { Policy, Table } from "../../catalog/catalog.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { clientsOf } from "../../project/audience.ts";
import { isShut } from "../../project/clauses.ts";
import { propositionOf, worldOfRole } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { forReading } from "../../project/remedies.ts";
import { type RowAccess, rowAccessOf } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy lets a role update or delete rows that no SELECT policy shows it.",
  why: "An UPDATE or DELETE with a WHERE reads the rows first, and SELECT policies apply to that: it touches no row, and says nothing.",
  *check({ policy, table }, project) {
    if (
      policy.refused ||
      !policy.permissive ||
      isShut(policy) ||
      table.uncertain ||
      isConcealed(project, table)
    )
      return;
    if (!table.rowSecurity || (policy.command !== "update" && policy.command !== "delete")) return;
    const blind = clientsOf(project, policy).filter((role) => isBlind(project, table, policy, role));
    if (!blind.length) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(blind)} ${policy.command} rows of ${nameOf(table)} that no SELECT policy shows them: ${policy.command === "update" ? "an update" : "a delete"} with a WHERE touches none.`,
      ...showRows(policy),
    };
  },
});

const isBlind = (project: Project, table: Table, policy: Policy, role: string): boolean =>
  policy.command !== "select" &&
  letsIn(project, table, policy, role) &&
  rowAccessOf(project, table, role, policy.command === "delete" ? "delete" : "update").rows === "some" &&
  showsNone(rowAccessOf(project, table, role, "select"));

/** Visitors whose rows are to be their own may change none, whatever is shown them. */
function letsIn(project: Project, table: Table, { using }: Policy, role: string): boolean {
  if (!using) return true;
  return canBeTrue(propositionOf(project, table, using).formula, worldOfRole(project, role)) !== "no";
}

const showsNone = (access: RowAccess): boolean =>
  access.rows === "none" || (access.rows === "some" && access.permissive.every(isShut));

/** A SELECT policy for the very rows that may be changed. */
function showRows(policy: Policy): { remedy?: Remedy } {
  if (!policy.using) return {};
  const statement = forReading({ ...policy, name: `${policy.name} (select)` }, policy.using);
  const title = `Show them the rows that they may ${policy.command}`;
  return { remedy: { kind: "statements", title, statements: [statement] } };
}
