import { qualify, type Table } from "../catalog/catalog.ts";
import type { Access } from "../project/access/access.ts";
import type { Audience } from "../project/access/audience.ts";
import type { Project } from "../project/project.ts";
import { ROW_COMMANDS, type RowCommand } from "../project/row-access.ts";
import { listOf } from "../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import { whyNoCaller } from "./caller.ts";
import type { Conditions } from "./conditions.ts";
import { grantsFor, mayForce, type PolicyRoles } from "./grants.ts";
import type { Guards } from "./guards.ts";
import { fitName } from "./names.ts";

/** What writing policies for a table needs. */
export interface Writing {
  readonly project: Project;
  readonly roles: PolicyRoles;
  readonly conditions: Conditions;
  readonly guards: Guards;
}

/** The statements that give a table the access that is declared of it, or a sentence that says why there are none. */
export function protectTable(table: Table, access: Access, writing: Writing): readonly string[] | string {
  if (access.problems.length) return access.problems[0]!;
  const why = whyNot(table, access, writing);
  if (why !== undefined) return why;
  const policies: string[] = [];
  for (const command of ROW_COMMANDS) {
    const policy = writePolicy(table, access, command, writing);
    if (policy && "why" in policy) return policy.why;
    if (policy) policies.push(policy.sql);
  }
  const name = quoteQualified(table.schema, table.name);
  // Prisma's own table of migrations is not there while it tries migrations on an empty database.
  const guard = table.implicit && !policies.length ? "if exists " : "";
  const forced = policies.length > 0 && mayForce(writing.project);
  return [
    ...(table.rowSecurity ? [] : [`alter table ${guard}${name} enable row level security;`]),
    ...(forced && !table.forced ? [`alter table ${guard}${name} force row level security;`] : []),
    ...dropAll(table),
    ...policies,
    ...grantsFor(writing.project, table, access.allowed, writing.roles),
  ];
}

function whyNot(table: Table, { allowed }: Access, { project }: Writing): string | undefined {
  const kinds = new Set(ROW_COMMANDS.flatMap((command) => allowed[command].map(({ kind }) => kind)));
  if (table.kind === "foreign") return "a foreign table has no row-level security";
  if (kinds.has("members")) {
    const why = whyNoCaller(project, "tenant");
    if (why !== undefined) return why;
  }
  const readsUser = kinds.has("self") || (kinds.has("members") && project.tenancy.style.kind !== "claim");
  return readsUser ? whyNoCaller(project, "user") : undefined;
}

const dropAll = (table: Table): string[] =>
  [...table.policies.keys()].map(
    (name) => `drop policy ${quoteIdentifier(name)} on ${quoteQualified(table.schema, table.name)};`,
  );

const declareOtherwise = ({ schema, name }: Table): string =>
  `declare what is meant in the configuration, "access": { "tables": { ${JSON.stringify(qualify(schema, name))}: ... } }`;

const nameOf = ({ kind, name }: Audience): string => (kind === "self" ? "users for themselves" : name);

type Written = { readonly sql: string } | { readonly why: string };

/** One policy for a command, whoever it is open to: several would each be asked for every row. */
function writePolicy(
  table: Table,
  { scope, allowed }: Access,
  command: RowCommand,
  { roles, conditions, guards }: Writing,
): Written | undefined {
  const audiences = allowed[command];
  if (!audiences.length) return undefined;
  const using: string[][] = [];
  const check: string[][] = [];
  for (const audience of audiences) {
    const condition = conditions.of(table, scope, audience);
    if (condition === undefined)
      return {
        why: `its way to the ${scope.kind === "user" ? "user" : "tenant"} could not be written as a condition`,
      };
    const guard = guards.of(table, scope, command, audience);
    if (typeof guard === "string")
      return {
        why: `${listOf(audiences.map(nameOf))} may ${command} it, and ${guard}: ${declareOtherwise(table)}`,
      };
    using.push([condition, ...(guard.onOld ? guard.and : [])]);
    check.push([condition, ...guard.and]);
  }
  const open = audiences.some(({ kind }) => kind === "everyone");
  const to = (open ? roles.everyone : roles.signedIn).map(roleName).join(", ");
  const clauses = {
    select: `using (${anyOf(using)})`,
    insert: `with check (${anyOf(check)})`,
    update: `using (${anyOf(using)})\n  with check (${anyOf(check)})`,
    delete: `using (${anyOf(check)})`,
  }[command];
  const name = quoteIdentifier(
    fitName(table.name, `_${command}_${audiences.map(({ name }) => name).join("_or_")}`),
  );
  const on = quoteQualified(table.schema, table.name);
  return { sql: `create policy ${name} on ${on}\n  for ${command} to ${to}\n  ${clauses};` };
}

const roleName = (role: string): string => (role === "public" ? role : quoteIdentifier(role));

/** `a and b`, `(a and b) or c`. */
const anyOf = (ways: readonly (readonly string[])[]): string => {
  const [only] = ways;
  if (ways.length === 1) return only!.join("\n    and ");
  return ways.map((parts) => `(${parts.join("\n    and ")})`).join("\n    or ");
};
