import { granteesFor } from "../catalog/access.ts";
import type { Policy, PolicyClause, Table, View } from "../catalog/catalog.ts";
import type { Remedy } from "../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import type { Project } from "./project.ts";
import { listOf, nameOf } from "./words.ts";

/** Policies that the table's tenancy calls for. Prisma's own bookkeeping needs none: the switch is enough. */
export function protectTable(table: Table): Remedy {
  if (table.name === "_prisma_migrations") return enableRowSecurity(table);
  const subject = `${table.schema}.${table.name}`;
  return {
    kind: "intent",
    title: `Protect ${nameOf(table)} with policies`,
    intent: { verb: "protect", subject, command: `rowguard generate ${quoteWord(subject)}` },
  };
}

/** The policies that the table's tenancy calls for, instead of those it has. */
export function replacePolicies(table: Table): Remedy {
  const subject = `${table.schema}.${table.name}`;
  return {
    kind: "intent",
    title: `Generate the policies of ${nameOf(table)}`,
    intent: { verb: "replace", subject, command: `rowguard generate ${quoteWord(subject)} --replace` },
  };
}

/** The switch alone, for tables that already have policies, or want none. */
export function enableRowSecurity(table: Table): Remedy {
  const guard = table.implicit ? "if exists " : "";
  return {
    kind: "statements",
    title: `Enable row-level security on ${nameOf(table)}`,
    statements: [
      `alter table ${guard}${quoteQualified(table.schema, table.name)} enable row level security;`,
    ],
  };
}

/** Takes from clients what they were granted of a table or view: by name, as members of another role, or with everybody. */
export function revokeFrom(
  project: Project,
  object: Table | View,
  clients: readonly string[],
): { readonly remedy?: Remedy } {
  const granted = granteesFor(project.catalog, object, clients);
  if (!granted.length) return {};
  const roles = granted.map((role) => (role === "public" ? role : quoteIdentifier(role)));
  const name = quoteQualified(object.schema, object.name);
  return {
    remedy: {
      kind: "statements",
      title: `Revoke ${nameOf(object)} from ${listOf(granted)}`,
      statements: [`revoke all on ${name} from ${roles.join(", ")};`],
    },
  };
}

/** A policy that shows to whom another is for the rows that its USING names. */
export function forReading({ schema, table, name, roles, rolesStated }: Policy, using: PolicyClause): string {
  const to = rolesStated ? ` to ${roles.map(quoteIdentifier).join(", ")}` : "";
  return `create policy ${quoteIdentifier(name)} on ${quoteQualified(schema, table)} for select${to} using (${using.text});`;
}

/** A word of a command line, quoted where a shell would split it. */
export const quoteWord = (word: string): string =>
  /^[\w.@/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
