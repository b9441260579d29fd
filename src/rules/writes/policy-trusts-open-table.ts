import { mayDo, privilegesOf } from "../../catalog/access.ts";
import { type Policy, qualify, type Table } from "../../catalog/catalog.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { clientsOf } from "../../project/audience.ts";
import { propositionOf, worldOf } from "../../project/meaning.ts";
import { placeOfTableState } from "../../project/place.ts";
import { type PolicyRead, policyReads } from "../../project/policy-reads.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed, reachOf } from "../../project/reach.ts";
import { protectTable } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { columnsOf } from "../../source/sql/walk.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "Policies go by a table that clients may write as they like.",
  why: "Whoever may write the row that a policy looks for writes himself into what it protects: the tables that policies trust want protection first.",
  *check(table, project) {
    if (table.uncertain || isConcealed(project, table)) return;
    const reads = (policyReads(project).get(qualify(table.schema, table.name)) ?? []).filter(
      (read) => read.own && !isConcealed(project, read.table),
    );
    const [first] = reads;
    if (!first) return;
    const open = table.rowSecurity ? findOpenPolicy(project, table, reads) : undefined;
    const writers = open ? clientsOf(project, open) : table.rowSecurity ? [] : writersOf(project, table);
    const at = open ? open.nameSpan : placeOfTableState(project, table);
    if (!writers.length || !at) return;
    yield {
      at,
      subject: `${table.schema}.${table.name}${open ? `/${open.name}` : ""}`,
      message: `"${first.policy.name}" on ${nameOf(first.table)} goes by rows of ${nameOf(table)}, and ${listOf(writers)} may write any${open ? ` through "${open.name}"` : ": it has no row-level security"}.`,
      related: [{ place: first.policy.nameSpan, message: `"${first.policy.name}" is here.` }],
      remedy: protectTable(table),
    };
  },
});

const writersOf = (project: Project, table: Table): readonly string[] =>
  reachOf(project, table)
    .filter(({ writes }) => writes)
    .map(({ role }) => role);

/** A policy by which somebody of whom the database holds nothing may write rows, whatever the columns trusted say. */
function findOpenPolicy(project: Project, table: Table, reads: readonly PolicyRead[]): Policy | undefined {
  return [...table.policies.values()].find((policy) => {
    if (policy.refused || !policy.permissive || !/^(all|insert|update)$/.test(policy.command)) return false;
    const clauses =
      policy.command === "update"
        ? [policy.using, policy.check ?? policy.using]
        : [policy.check ?? policy.using];
    const clients = clientsOf(project, policy).filter((role) =>
      mayDo(privilegesOf(project.catalog, table, role), policy.command === "update" ? "update" : "insert"),
    );
    return (
      clients.length > 0 &&
      clauses.every(
        (clause) =>
          clause &&
          !reads.some(({ columns }) =>
            columnsOf(clause.expr).some(({ path }) => columns.has(path.at(-1)!)),
          ) &&
          canBeTrue(propositionOf(project, table, clause).formula, worldOf(project, "stranger")) === "yes",
      ) &&
      ![...table.policies.values()].some((other) => !other.permissive && !other.refused)
    );
  });
}
