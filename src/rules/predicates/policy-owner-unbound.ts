import type { Policy, Table } from "../../catalog/catalog.ts";
import type { Arm } from "../../catalog/meaning/arms.ts";
import { type Formula, someTerm, type Term } from "../../catalog/meaning/formula.ts";
import { type Access, accessOf } from "../../project/access/access.ts";
import { changeClauses } from "../../project/clauses.ts";
import { type Judged, judge, openFor, placeIn } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { replacePolicies } from "../../project/remedies.ts";
import type { RowCommand } from "../../project/row-access.ts";
import { tenantColumnOf } from "../../project/tenant-column.ts";
import { heldColumns, tiesOf } from "../../project/ties.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "info",
  summary: "Access to a table is declared as personal, and a policy asks for the tenant alone.",
  why: "Everybody in the tenant reaches the rows of all the others in it. Where that is meant, the declaration should say so.",
  *check({ policy, table }, project) {
    const tenant = tenantColumnOf(project, table);
    const access = tenant === undefined ? undefined : statedAccess(project, table);
    if (tenant === undefined || !access) return;
    const found = findUnbound(project, table, policy, access, tenant);
    if (!found) return;
    const { judged, arm, commands, owner } = found;
    yield {
      at: placeIn(judged.written, arm.at),
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets whoever is in the tenant ${listOf(commands)} rows of ${nameOf(table)}, whose access is declared as "${access.text}": nothing asks for ${owner}.`,
      remedy: bindOwner(project, table, policy, judged, owner),
    };
  },
});

/** Access in the user's own words, of the table or of all tables of tenants. */
function statedAccess(project: Project, table: Table): Access | undefined {
  const access = accessOf(project, table);
  if (access?.scope.kind !== "tenant" || access.problems.length) return undefined;
  const stated =
    access.declaration?.sentence.clauses.length || access.text === project.settings.access.defaults.tenant;
  return stated ? access : undefined;
}

interface Unbound {
  readonly judged: Judged;
  readonly arm: Arm;
  readonly commands: readonly RowCommand[];
  readonly owner: string;
}

function findUnbound(
  project: Project,
  table: Table,
  policy: Policy,
  access: Access,
  tenant: string,
): Unbound | undefined {
  const held = heldColumns(project, table, policy.command);
  for (const judged of judge(project, table, policy))
    for (const arm of judged.arms) {
      if (!tiesOf(arm.formula)?.has(tenant) || openFor(project, judged, arm.formula, "stranger").length)
        continue;
      const own = judged.commands.flatMap((command) => {
        const owner = ownerAlone(access, command);
        const asks = owner !== undefined && (held.has(owner) || names(arm.formula, owner));
        return owner === undefined || asks ? [] : [{ command, owner }];
      });
      if (own.length && !asksForRole(project, arm.formula))
        return { judged, arm, commands: own.map(({ command }) => command), owner: own[0]!.owner };
    }
  return undefined;
}

/** The column of whoever the command is for, where it is for nobody else. */
function ownerAlone({ allowed }: Access, command: RowCommand): string | undefined {
  const [first, ...others] = allowed[command];
  return first?.kind === "self" && !others.length ? first.column : undefined;
}

/** Admins may reach what members may not, declared or not: that is for `access-not-as-declared`. */
const asksForRole = ({ tenancy }: Project, formula: Formula): boolean =>
  tenancy.memberships.some(({ roleColumn }) => roleColumn !== undefined && names(formula, roleColumn));

function names(formula: Formula, column: string): boolean {
  const isNamed = (term: Term): boolean =>
    (term.kind === "column" && term.column === column) || (term.kind === "apply" && term.args.some(isNamed));
  return someTerm(formula, isNamed);
}

/** Beside what the clause asks already, where that is one thing and the column holds what the caller function gives. */
function bindOwner(
  { platform, tenancy }: Project,
  table: Table,
  policy: Policy,
  { written, arms }: Judged,
  owner: string,
): Remedy {
  const [caller] = platform.callerId;
  const type = table.columns.get(owner)?.type;
  const isId =
    type?.name === platform.callerIdType && !type.array && tenancy.user?.identityColumn === undefined;
  if (caller === undefined || !isId || arms.length > 1) return replacePolicies(table);
  const { clause } = written;
  const text = clause.expr.kind === "or" ? `(${clause.text})` : clause.text;
  const bound = `${text} and ${quoteIdentifier(owner)} = (select ${caller}())`;
  const edits = [{ in: written, span: clause.place.span, text: bound }];
  return changeClauses(policy, edits, `Ask for ${owner} as well`) ?? replacePolicies(table);
}
