import { isBypass } from "../../catalog/access.ts";
import { type Policy, type PolicyClause, qualify, type Table } from "../../catalog/catalog.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { and } from "../../catalog/meaning/formula.ts";
import { containsExpr } from "../../catalog/walk.ts";
import { isLookup, type Judged, judge } from "../../project/judge.ts";
import { settledOf, worldOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import type { RowCommand } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A permissive policy for clients is true for every row.",
  why: "Permissive policies are joined with OR: one that is always true makes every other one pointless, and opens the table to whoever the policy is for.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || (isConcealed(project, table) && policy.platform)) return;
    const audience = policy.roles.filter((role) => isAudience(project, role));
    if (!audience.length) return;
    const isPublic = isLookup(project, table);
    const open = openCommands(project, table, policy).filter(
      (command) =>
        (command !== "select" || !isPublic) &&
        !(command === "insert" && isFounding(project, table, audience)) &&
        !isHeld(project, table, policy, command),
    );
    if (!open.length) return;
    const reading = open.every((command) => command === "select");
    const clause = openClause(project, table, policy);
    const takes = open.includes("update") && policy.check && !isOpen(project, table, policy.check);
    yield {
      at: clause.place,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      severity: reading ? "warning" : "error",
      message: `"${policy.name}" lets ${describe(audience)} ${listOf(open)} every row of ${nameOf(table)}${takes ? ", and make it what WITH CHECK asks" : ""}.${caveat(policy, table)}`,
      remedy: {
        kind: "intent",
        title: `Generate the policies of ${nameOf(table)}`,
        intent: {
          verb: "replace",
          subject: `${table.schema}.${table.name}`,
          command: `rowguard generate ${table.schema}.${table.name} --replace`,
        },
      },
    } satisfies RawFinding;
  },
});

const COMMANDS = ["select", "insert", "update", "delete"] as const;

/** Commands for which the policy lets every row through: those that find it, whatever UPDATE must make of it. */
function openCommands(project: Project, table: Table, policy: Policy): RowCommand[] {
  const using = policy.using && isOpen(project, table, policy.using);
  const check = policy.check ? isOpen(project, table, policy.check) : using;
  const commands = policy.command === "all" ? COMMANDS : ([policy.command] as const);
  return commands.filter((command) => (command === "insert" ? check : using));
}

/** True in so many words (`true`, `1 = 1`); a disguise that names a column is for `policy-tautology`. */
function isOpen(project: Project, table: Table, clause: PolicyClause): boolean {
  const names = containsExpr(clause.expr, (each) => each.kind === "column" || each.kind === "call");
  return !names && settledOf(project, table, clause) === true;
}

/** Whoever has signed up may found a tenant, or what may be one. */
const isFounding = ({ tenancy, platform }: Project, table: Table, audience: readonly string[]): boolean =>
  (tenancy.tenant?.table === qualify(table.schema, table.name) ||
    tenancy.unsure.has(qualify(table.schema, table.name))) &&
  platform.anonymousRole !== undefined &&
  !audience.some((role) => role === "public" || role === platform.anonymousRole);

/** The policies beside it let no role of it have rows that are not the caller's. */
function isHeld(project: Project, table: Table, policy: Policy, command: RowCommand): boolean {
  const judged = judge(project, table, policy).filter(({ within }) => within.has(command));
  return judged.length > 0 && judged.every((each) => isHeldFor(project, each, command));
}

function isHeldFor(project: Project, { within, beside }: Judged, command: RowCommand): boolean {
  const demand = within.get(command)!;
  if (canBeTrue(demand, worldOf(project, "stranger")) === "no") return true;
  return command === "update" && canBeTrue(and([demand, beside]), worldOf(project, "elsewhere")) === "no";
}

const openClause = (project: Project, table: Table, policy: Policy) =>
  policy.using && isOpen(project, table, policy.using) ? policy.using : (policy.check ?? policy.using)!;

/** Roles of the platform that no client comes in as (`supabase_auth_admin`) read what its services need. */
function isAudience({ catalog, platform, settings }: Project, role: string): boolean {
  if (role === "public" || settings.clientRoles.includes(role)) return true;
  if (catalog.roles.get(role)?.platform) return false;
  return !platform.bypassRoles.includes(role) && !isBypass(catalog, role);
}

const describe = (roles: readonly string[]): string =>
  roles.includes("public") ? "everybody" : listOf(roles);

/** Beside a narrow SELECT policy, a wide UPDATE or DELETE policy reaches only rows of statements that read no column. */
function caveat(policy: Policy, table: { readonly policies: ReadonlyMap<string, Policy> }): string {
  if (policy.command !== "update" && policy.command !== "delete") return "";
  const narrowed = [...table.policies.values()].some(
    (other) =>
      other.permissive && (other.command === "select" || other.command === "all") && other !== policy,
  );
  const command = policy.command.toUpperCase();
  return narrowed ? ` A WHERE still needs a SELECT policy; ${command} without a WHERE does not.` : "";
}
