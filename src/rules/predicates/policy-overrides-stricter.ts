import { mayDo, privilegesOf, rolesOf } from "../../catalog/access.ts";
import type { Policy, Table } from "../../catalog/catalog.ts";
import { implies, isAlwaysTrue, isNeverTrue } from "../../catalog/meaning/decide.ts";
import { FALSE, type Formula } from "../../catalog/meaning/formula.ts";
import { clientsOf } from "../../project/audience.ts";
import { isLookup } from "../../project/judge.ts";
import { checkOf, propositionOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { ROW_COMMANDS, type RowCommand } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A permissive policy lets through all that a stricter one beside it does, and more.",
  why: "Permissive policies are joined with OR: the stricter one keeps nothing out any more, and whoever reads it believes that it does. What every row must meet belongs in a restrictive policy.",
  *check({ policy, table }, project) {
    if (!counts(policy) || !table.rowSecurity || isConcealed(project, table)) return;
    const stricter = [...table.policies.values()].filter(
      (each) => each !== policy && counts(each) && overrides(project, table, policy, each),
    );
    if (!stricter.length) return;
    const several = stricter.length > 1;
    const names = listOf(stricter.map(({ name }) => `"${name}"`));
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" on ${nameOf(table)} lets through every row that ${names} ${several ? "do" : "does"}, and more: ${several ? "they decide" : "it decides"} nothing.`,
      related: stricter.map(({ nameSpan, name }) => ({ place: nameSpan, message: `"${name}" is here.` })),
    };
  },
});

const counts = ({ permissive, refused }: Policy): boolean => permissive && !refused;

/** For everybody and every command that the stricter one is for, the wider one lets the same rows through, and others. */
function overrides(project: Project, table: Table, wide: Policy, strict: Policy): boolean {
  if (!isForAllOf(project, wide, strict)) return false;
  const pairs = pairsOf(project, table, wide, strict);
  if (!pairs.length || !pairs.every(([wider, stricter]) => implies(stricter, wider) === "yes")) return false;
  if (!pairs.some(([wider, stricter]) => implies(wider, stricter) === "no")) return false;
  return !speaksForItself(project, table, pairs);
}

const isForAllOf = ({ catalog }: Project, wide: Policy, strict: Policy): boolean =>
  (wide.command === "all" || wide.command === strict.command) &&
  strict.roles.every((role) => wide.roles.some((each) => rolesOf(catalog, role).has(each)));

/** What the two say of one clause, the wider first. */
type Pair = readonly [Formula, Formula];

function pairsOf(project: Project, table: Table, wide: Policy, strict: Policy): readonly Pair[] {
  const clients = clientsOf(project, strict);
  const roles = project.settings.clientRoles.length ? clients : strict.roles;
  return roles.flatMap((role) => {
    const privileges = privilegesOf(project.catalog, table, role);
    const sides = ([wide, strict] as const).map((policy) => conditionsOf(project, table, policy, role));
    return ROW_COMMANDS.filter(
      (command) =>
        (strict.command === "all" || strict.command === command) &&
        (!clients.length || mayDo(privileges, command)),
    ).flatMap((command) => {
      const [wider, stricter] = sides.map((side) => side(command));
      return wider!.map((formula, i): Pair => [formula, stricter![i]!]);
    });
  });
}

/** What a policy asks of rows for one command: of those there are, and of those there will be. */
const conditionsOf =
  (project: Project, table: Table, policy: Policy, role: string) =>
  (command: RowCommand): readonly Formula[] =>
    [
      ...(command === "insert" ? [] : [policy.using]),
      ...(command === "insert" || command === "update" ? [checkOf(command)(policy)] : []),
    ].map((clause) => (clause ? propositionOf(project, table, clause, role).formula : FALSE));

/** A wider one that is always true, and a stricter one that never is, have rules of their own. */
function speaksForItself(project: Project, table: Table, pairs: readonly Pair[]): boolean {
  if (pairs.some(([, stricter]) => isNeverTrue(stricter) === "yes")) return true;
  return !isLookup(project, table) && pairs.every(([wider]) => isAlwaysTrue(wider) === "yes");
}
