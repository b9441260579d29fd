import type { Policy, Table } from "../../catalog/catalog.ts";
import { implies } from "../../catalog/meaning/decide.ts";
import { propositionOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { repeatGuard } from "../../project/repeat-guard.ts";
import { type Condition, conditionsOf, isGuard } from "../../project/ties.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A condition on the caller stands in USING alone, and another policy finds the rows.",
  why: "The WITH CHECKs of all permissive policies are joined with OR, whichever of them found the row: who may edit a draft publishes it by the check of a policy that is for reviewers, where only its USING says so.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || isConcealed(project, table)) return;
    if (policy.command !== "update" || !policy.using || !policy.check) return;
    const other = [...table.policies.values()].find((each) => finds(project, table, each, policy));
    if (!other || isHeld(table)) return;
    const guards = openGuards(project, table, policy, other);
    if (!guards.length) return;
    const remedy = repeatGuard(policy, guards);
    yield {
      at: policy.check.place,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `WITH CHECK of "${policy.name}" on ${nameOf(table)} does not ask what its USING asks of the caller: rows that "${other.name}" finds may be written by it.`,
      related: [{ place: other.nameSpan, message: `"${other.name}" is here.` }],
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** Another policy for the same people by which rows are found to update. */
const finds = (project: Project, table: Table, other: Policy, policy: Policy): boolean =>
  other !== policy &&
  !other.refused &&
  other.permissive &&
  (other.command === "update" || other.command === "all") &&
  other.using !== undefined &&
  (other.roles.includes("public") ||
    policy.roles.includes("public") ||
    other.roles.some((role) => policy.roles.includes(role))) &&
  openGuards(project, table, policy, other).length > 0;

/** Conditions on the caller that the check leaves out, that the other policy does not ask for, and by which it is wider. */
function openGuards(project: Project, table: Table, policy: Policy, other: Policy): readonly Condition[] {
  const check = propositionOf(project, table, policy.check!).formula;
  const found = propositionOf(project, table, other.using!).formula;
  const written = propositionOf(project, table, other.check ?? other.using!).formula;
  if (implies(check, written) !== "no") return [];
  return conditionsOf(project, table, policy.using!).filter(
    (each) =>
      isGuard(project, each) &&
      implies(check, each.formula) === "no" &&
      implies(found, each.formula) === "no",
  );
}

const isHeld = (table: Table): boolean =>
  [...table.policies.values()].some(
    ({ permissive, refused, command }) =>
      !permissive && !refused && (command === "update" || command === "all"),
  );
