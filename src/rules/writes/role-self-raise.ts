import { privilegesOf } from "../../catalog/access.ts";
import { type Policy, qualify, type Table } from "../../catalog/catalog.ts";
import { admissionsBy } from "../../project/admissions.ts";
import { clientsOf } from "../../project/audience.ts";
import { armsOf, conjunctsOf, ownColumn } from "../../project/own-row.ts";
import { type PolicyRead, policyReads } from "../../project/policy-reads.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { isHeldByTrigger } from "../../project/row-triggers.ts";
import { uniqueColumns } from "../../project/tenancy/membership.ts";
import { tenantColumnOf } from "../../project/tenant-column.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { columnsOf } from "../../source/sql/walk.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "Users may change, in their own row, what other policies trust.",
  why: "A policy for one's own row covers all its columns: whoever may update his profile may make himself an administrator, or a member of another tenant, where policies look for that.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || !table.rowSecurity || isConcealed(project, table)) return;
    if (policy.command !== "update" && policy.command !== "all") return;
    // Visitors who have not signed in have no row of their own.
    const clients = clientsOf(project, policy).filter((role) => role !== project.platform.anonymousRole);
    if (!clients.length || !isOwnRow(project, table, policy)) return;
    const found = findRaise(project, policy, table, clients);
    if (!found) return;
    const { column, read } = found;
    const others = [...table.columns.keys()].filter(
      (name) => name !== column && !table.columns.get(name)!.primaryKey,
    );
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(clients)} change ${column} in their own row of ${nameOf(table)}, which "${read.policy.name}" on ${nameOf(read.table)} trusts.`,
      related: [{ place: read.policy.nameSpan, message: `"${read.policy.name}" is here.` }],
      ...(others.length
        ? {
            remedy: {
              kind: "statements" as const,
              title: `Let them change every column but ${column}`,
              statements: [
                `revoke update on ${quoteQualified(table.schema, table.name)} from ${clients.join(", ")};`,
                `grant update (${others.map(quoteIdentifier).join(", ")}) on ${quoteQualified(table.schema, table.name)} to ${clients.join(", ")};`,
              ],
            },
          }
        : {}),
    };
  },
});

/** Some arm asks that the row is the caller's own, not just his tenant's. */
function isOwnRow(project: Project, table: Table, { using }: Policy): boolean {
  const ofTenant = tenantColumnOf(project, table);
  return (using ? armsOf(using.expr) : []).some((arm) =>
    conjunctsOf(arm).some((part) => {
      const column = ownColumn(project, part);
      return column !== undefined && column !== ofTenant;
    }),
  );
}

function findRaise(
  project: Project,
  policy: Policy,
  table: Table,
  clients: readonly string[],
): { column: string; read: Pick<PolicyRead, "policy" | "table"> } | undefined {
  const key = qualify(table.schema, table.name);
  const admissions = (admissionsBy(project).get(key) ?? []).map((each) => ({
    ...each,
    columns: [each.keyColumn],
  }));
  const reads = (policyReads(project).get(key) ?? []).filter(({ own }) => own);
  for (const read of [...reads, ...admissions])
    for (const column of read.columns)
      if (
        mayChange(project, table, column, clients) &&
        !isKey(table, column) &&
        !isHeld(project, policy, table, column)
      )
        return { column, read };
  return undefined;
}

const mayChange = (project: Project, table: Table, column: string, clients: readonly string[]): boolean =>
  !table.columns.get(column)?.generated &&
  clients.some((role) => {
    const { whole, columns, owner } = privilegesOf(project.catalog, table, role);
    return owner || whole.has("update") || columns.get(column)?.has("update");
  });

/** No row takes the key of another. */
const isKey = (table: Table, column: string): boolean =>
  uniqueColumns(table).some(([only, ...others]) => only === column && !others.length);

/** A condition on the new row that names the column, a restrictive policy, or a trigger before the update that knows it. */
function isHeld(project: Project, policy: Policy, table: Table, column: string): boolean {
  const check = policy.check ?? policy.using;
  const others = [...table.policies.values()].filter(
    (other) => !other.permissive && (other.command === "update" || other.command === "all"),
  );
  const clauses = [check, ...others.map((other) => other.check ?? other.using)];
  if (clauses.some((clause) => clause && columnsOf(clause.expr).some(({ path }) => path.at(-1) === column)))
    return true;
  return isHeldByTrigger(project, table, "update", column);
}
