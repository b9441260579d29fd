import type { Constraint, Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { rowAccessOf } from "../../project/row-access.ts";
import { tenantColumnOf } from "../../project/tenant-column.ts";
import { nameOf } from "../../project/words.ts";
import { columnsOf } from "../../source/sql/walk.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "info",
  summary: "A row may hang under another tenant's row.",
  why: "Foreign keys do not ask policies: where both tables name their tenant and the key does not, a row of one tenant may refer to a row of another, and whether the insert succeeds tells that it exists.",
  *check(table, project) {
    if (!table.rowSecurity || isConcealed(project, table)) return;
    const tenant = tenantColumnOf(project, table);
    if (tenant === undefined) return;
    for (const key of table.constraints) {
      const parent = key.references && project.catalog.tables.get(key.references.table);
      const theirs = parent?.rowSecurity ? tenantColumnOf(project, parent) : undefined;
      if (!parent || theirs === undefined || key.columns.includes(tenant) || parent === table) continue;
      if (!isWritten(project, table) || isAsked(table, key)) continue;
      yield {
        at: key.made,
        subject: `${table.schema}.${table.name}/${key.name}`,
        message: `A row of ${nameOf(table)} may name a row of ${nameOf(parent)} of another tenant: ${key.name} leaves ${tenant} out.`,
        remedy: widen(table, key, parent, tenant, theirs),
      };
    }
  },
});

const isWritten = (project: Project, table: Table): boolean =>
  project.settings.clientRoles.some((role) =>
    (["insert", "update"] as const).some(
      (command) => rowAccessOf(project, table, role, command).rows === "some",
    ),
  );

/** Some policy looks at the key when rows are written. */
const isAsked = (table: Table, { columns }: Constraint): boolean =>
  [...table.policies.values()].some(
    ({ command, using, check }) =>
      command !== "select" &&
      command !== "delete" &&
      [check ?? using].some(
        (clause) => clause && columnsOf(clause.expr).some(({ path }) => columns.includes(path.at(-1)!)),
      ),
  );

function widen(table: Table, key: Constraint, parent: Table, tenant: string, theirs: string): Remedy {
  const list = (columns: readonly string[]) => columns.map(quoteIdentifier).join(", ");
  const wide = [theirs, ...key.references!.columns];
  const known = parent.constraints.some(
    ({ kind, columns }) => (kind === "unique" || kind === "primary key") && columns.join() === wide.join(),
  );
  const parentName = quoteQualified(parent.schema, parent.name);
  return {
    kind: "statements",
    title: `Make it a key of ${tenant} and ${key.columns.join(", ")}`,
    statements: [
      ...(known ? [] : [`alter table ${parentName} add unique (${list(wide)});`]),
      `alter table ${quoteQualified(table.schema, table.name)} drop constraint ${quoteIdentifier(key.name)}, add foreign key (${list([tenant, ...key.columns])}) references ${parentName} (${list(wide)})${key.references!.onDelete ? ` on delete ${key.references!.onDelete}` : ""};`,
    ],
  };
}
