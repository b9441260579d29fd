import type { Constraint, Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { rowAccessOf } from "../../project/row-access.ts";
import { tenantColumnOf } from "../../project/tenant-column.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "info",
  summary: "A unique constraint spans tenants and tells of their rows.",
  why: "Constraints do not ask policies: whoever may insert learns from the error whether any tenant has that value, and two tenants cannot both have it.",
  *check(table, project) {
    if (!table.rowSecurity || isConcealed(project, table)) return;
    const tenant = tenantColumnOf(project, table);
    const writes = project.settings.clientRoles.some(
      (role) => rowAccessOf(project, table, role, "insert").rows === "some",
    );
    if (tenant === undefined || !writes) return;
    for (const unique of uniquesOf(table)) {
      if (unique.columns.includes(tenant) || !unique.columns.every((column) => isGuessable(table, column)))
        continue;
      const key = [tenant, ...unique.columns].map(quoteIdentifier).join(", ");
      const name = quoteQualified(table.schema, table.name);
      yield {
        at: unique.made,
        subject: `${table.schema}.${table.name}/${unique.name}`,
        message: `${listOf(unique.columns)} of ${nameOf(table)} must be unique among all tenants: an insert tells whether another has the value.`,
        ...(unique.index || isReferenced(project, table, unique.columns)
          ? {}
          : {
              remedy: {
                kind: "statements" as const,
                title: `Make it unique by ${tenant}`,
                statements: [
                  `alter table ${name} drop constraint ${quoteIdentifier(unique.name)}, add unique (${key});`,
                ],
              },
            }),
      };
    }
  },
});

interface Unique {
  readonly name: string;
  readonly columns: readonly string[];
  readonly made: Place;
  readonly index: boolean;
}

function uniquesOf(table: Table): readonly Unique[] {
  const constraints = table.constraints
    .filter(({ kind }: Constraint) => kind === "unique")
    .map(({ name, columns, made }) => ({ name, columns, made, index: false }));
  const indexes = table.indexes
    .filter(({ unique, constraint, keys }) => unique && !constraint && keys.every(({ column }) => column))
    .map(({ name, keys, made }) => ({ name, columns: keys.map(({ column }) => column!), made, index: true }));
  return [...constraints, ...indexes].filter(({ columns }) => columns.length > 0);
}

/** Words and numbers that people choose; keys, tokens and what other rows are called by cannot be tried. */
function isGuessable(table: Table, name: string): boolean {
  const column = table.columns.get(name);
  if (!column || column.primaryKey || column.identity || column.type.array) return false;
  if (table.constraints.some(({ kind, columns }) => kind === "foreign key" && columns.includes(name)))
    return false;
  return (
    /^(text|varchar|citext|bpchar|int2|int4|int8)$/.test(column.type.base ?? column.type.name) &&
    !SECRET.test(name)
  );
}

/** Chosen by people or made by machines, both are texts: a name that fits by chance is silence. */
const SECRET = /(^|_)(id|uuid|token|secret|hash|key|signature|nonce|checksum)$|[a-z](Id|Token|Hash|Key)$/;

const isReferenced = (project: Project, table: Table, columns: readonly string[]): boolean =>
  [...project.catalog.tables.values()].some((other) =>
    other.constraints.some(
      ({ references }) =>
        references?.table === `${table.schema}.${table.name}` && references.columns.join() === columns.join(),
    ),
  );
