import type { Policy, Table } from "../../catalog/catalog.ts";
import { canBeTrue, isNeverTrue } from "../../catalog/meaning/decide.ts";
import { and } from "../../catalog/meaning/formula.ts";
import { containsExpr, walkExpr } from "../../catalog/walk.ts";
import { functionOf } from "../caller-parts.ts";
import { clausesOf } from "../clauses.ts";
import { type Effective, effectiveOf, worldOf } from "../meaning.ts";
import type { Project } from "../project.ts";
import { ROW_COMMANDS, type RowCommand } from "../row-access.ts";
import { listOf } from "../words.ts";
import type { Access } from "./access.ts";
import type { Audience } from "./audience.ts";

/**
 * Where policies give other access than is declared, as parts of a sentence: "no policy lets admins delete". What a
 * policy that cannot be read gives is not judged.
 */
export function differencesOf(project: Project, table: Table, access: Access): readonly string[] {
  const role = signedInRole(project);
  if (role === undefined) return [];
  return ROW_COMMANDS.flatMap((command) => {
    const given = effectiveOf(project, table, role, command);
    return given ? differenceOf(project, table, access, command, given) : [];
  });
}

const signedInRole = ({ platform, settings }: Project): string | undefined =>
  platform.signedInRole ?? settings.applicationRole ?? settings.clientRoles[0];

function differenceOf(
  project: Project,
  table: Table,
  { allowed }: Access,
  command: RowCommand,
  given: Effective,
): string[] {
  const declared = allowed[command];
  const verb = VERBS[command];
  const formula = formulaOf(given);
  if (declared.length && (!given.permissive.length || isNeverTrue(formula) === "yes"))
    return [`no policy lets ${namesOf(declared)} ${verb}`];
  if (!given.permissive.length || canBeTrue(formula) !== "yes") return [];
  if (!declared.length) return [`policies let clients ${verb}`];
  const kinds = new Set(declared.map(({ kind }) => kind));
  if (!kinds.has("everyone") && isOpenToVisitors(project, table, command)) return [`visitors may ${verb}`];
  if (kinds.has("everyone") || kinds.has("signed-in")) return [];
  const stranger = canBeTrue(formula, worldOf(project, "stranger")) === "yes";
  if (stranger && !kinds.has("self")) return [`whoever is signed in may ${verb}`];
  return widerThanRank(project, table, declared, given.permissive)
    ? [`not only ${namesOf(declared)} may ${verb}`]
    : [];
}

const formulaOf = ({ using, check }: Effective) => and([using, check]);

function isOpenToVisitors(project: Project, table: Table, command: RowCommand): boolean {
  const { anonymousRole } = project.platform;
  const given = anonymousRole === undefined ? undefined : effectiveOf(project, table, anonymousRole, command);
  return (
    given !== undefined &&
    given.permissive.length > 0 &&
    canBeTrue(formulaOf(given), worldOf(project, "anonymous")) === "yes"
  );
}

/** For some roles or one's own rows alone, and a policy asks for neither. */
function widerThanRank(
  project: Project,
  table: Table,
  declared: readonly Audience[],
  policies: readonly Policy[],
): boolean {
  const columns = declared.flatMap((each) => (each.kind === "self" ? [each.column] : []));
  const byRole = declared.some((each) => each.kind === "members" && each.roles);
  if (declared.some((each) => each.kind === "members" && !each.roles)) return false;
  return policies.some((policy) => {
    const namesRole = byRole && mayNameRole(project, policy);
    const namesOwner = columns.some((column) => namesColumn(table, policy, column));
    return !namesRole && !namesOwner;
  });
}

const namesColumn = (_: Table, policy: Policy, column: string): boolean =>
  clausesOf(policy).some(({ clause }) =>
    containsExpr(clause.expr, (each) => each.kind === "column" && each.path.at(-1) === column),
  );

/** A role as a constant, or a function that may know it: its body names one, or cannot be read. */
function mayNameRole(project: Project, policy: Policy): boolean {
  const roles = project.tenancy.memberships.flatMap((membership) => membership.roles);
  const column = project.tenancy.memberships[0]?.roleColumn;
  let found = false;
  for (const { clause } of clausesOf(policy))
    walkExpr(clause.expr, (each) => {
      if (each.kind === "constant" && roles.includes(each.value)) found = true;
      if (each.kind === "column" && each.path.at(-1) === column) found = true;
      if (each.kind !== "call") return;
      const [func] = project.catalog.functions.get(functionOf(project, each)) ?? [];
      if (!func?.platform && (!func?.source || roles.some((role) => func.source!.includes(`'${role}'`))))
        found = true;
    });
  return found;
}

const VERBS: Readonly<Record<RowCommand, string>> = {
  select: "read",
  insert: "create rows",
  update: "update",
  delete: "delete",
};

const namesOf = (audiences: readonly Audience[]): string =>
  listOf(
    audiences.map(({ kind, name }) => (kind === "self" ? "a row's own user" : name)),
    "or",
  );
