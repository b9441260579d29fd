import { type Policy, type PolicyClause, qualify, type Table } from "../../catalog/catalog.ts";
import { canBeTrue, implies } from "../../catalog/meaning/decide.ts";
import { admittingPolicies, clientsOf } from "../../project/audience.ts";
import { identityOf } from "../../project/identity.ts";
import { scopeOf } from "../../project/judge.ts";
import { propositionOf, worldOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { repeatGuard } from "../../project/repeat-guard.ts";
import { keyStem, MAKING } from "../../project/tenancy/vocabulary.ts";
import { ownColumnOf } from "../../project/tenant-column.ts";
import {
  armsOfClause,
  type Condition,
  conditionsOf,
  heldColumns,
  isGuard,
  namedColumns,
  needsMore,
} from "../../project/ties.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "WITH CHECK leaves out what USING asks: rows may be written that nobody could have found.",
  why: "USING says which rows there are to change, WITH CHECK what they may become. Where the check forgets the tenant or the owner, a row is handed to another tenant, or made in his name.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || isConcealed(project, table)) return;
    if ((policy.command !== "all" && policy.command !== "update") || !policy.using || !policy.check) return;
    if (!isAsked(project, policy)) return;
    const missing = missingColumns(project, table, policy);
    const guards = missing.length ? [] : missingGuards(project, table, policy);
    if (!missing.length && !guards.length) return;
    const left = missing.length
      ? conditionsOf(project, table, policy.using).filter(({ ties }) =>
          missing.some((column) => ties.has(column)),
        )
      : guards;
    const remedy = repeatGuard(policy, left);
    const soft = policy.command === "update" && missing.length > 0 && isShownByTie(project, table, missing);
    yield {
      at: policy.check.place,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      ...(soft ? { severity: "warning" as const } : {}),
      message: missing.length
        ? `"${policy.name}" finds rows of ${nameOf(table)} by ${listOf(missing)}, and WITH CHECK lets them be written with any other.`
        : `"${policy.name}" on ${nameOf(table)} asks in USING who the caller is, and WITH CHECK does not: anybody may insert such rows.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** Where no client role is known the policy counts whoever it is for. */
const isAsked = (project: Project, policy: Policy): boolean =>
  !project.settings.clientRoles.length || clientsOf(project, policy).length > 0;

/** Columns that USING ties and an arm of WITH CHECK, open to the same callers, does not name at all. */
function missingColumns(
  project: Project,
  table: Table,
  { using, check, command }: Policy,
): readonly string[] {
  const needed = conditionsOf(project, table, using!)
    .flatMap(({ ties }) => [...ties])
    .filter((column) => !isOwnKey(project, table, column));
  if (!needed.length) return [];
  const held = heldColumns(project, table, command);
  for (const arm of armsOfClause(project, table, check!)) {
    if (isPrivileged(project, table, using!, arm) || canBeTrue(arm.formula) === "no") continue;
    const named = namedColumns(arm.formula);
    const missing = needed.filter(
      (column) => !arm.ties.has(column) && !named.has(column) && !held.has(column),
    );
    if (missing.length && !isKept(project, table, arm, missing)) return [...new Set(missing)];
  }
  return [];
}

/** A key of the table's own: no row can take the place of another. One that is somebody's, as a profile's, may be free. */
function isOwnKey(project: Project, table: Table, column: string): boolean {
  const identity = identityOf(project, { table: qualify(table.schema, table.name), column });
  return identity !== undefined && !identity.stated;
}

/** The arm ties the column that says whose the row is, and the missing ones name nobody. */
function isKept(project: Project, table: Table, { ties }: Condition, missing: readonly string[]): boolean {
  const own = ownColumnOf(project, table);
  const key = qualify(table.schema, table.name);
  return (
    own !== undefined &&
    ties.has(own) &&
    missing.every((column) => {
      const isOwner = column === scopeOf(project, table)?.ownerColumn && !MAKING.test(keyStem(column));
      return !isOwner && !identityOf(project, { table: key, column })?.stated;
    })
  );
}

/**
 * An arm for administrators and the like: it ties nothing, and asks more of the caller than that he is signed in, and
 * more than that he finds some row.
 */
const isPrivileged = (
  project: Project,
  table: Table,
  using: PolicyClause,
  { formula, ties }: Condition,
): boolean =>
  !ties.size &&
  needsMore(project, formula) &&
  implies(propositionOf(project, table, using).formula, formula) !== "yes";

/** Conditions on the caller alone that new rows of an ALL policy are free of, while nothing else ties them to him. */
function missingGuards(
  project: Project,
  table: Table,
  { using, check, command }: Policy,
): readonly Condition[] {
  if (command !== "all") return [];
  const guards = conditionsOf(project, table, using!).filter((each) => isGuard(project, each));
  return guards.filter((guard) =>
    armsOfClause(project, table, check!).some(
      (arm) =>
        implies(arm.formula, guard.formula) === "no" &&
        canBeTrue(arm.formula, worldOf(project, "stranger")) === "yes",
    ),
  );
}

/** An UPDATE with a WHERE must leave a row that SELECT policies show: those tie the column as well. */
const isShownByTie = (project: Project, table: Table, missing: readonly string[]): boolean => {
  const shown = admittingPolicies(project, table, "select");
  return (
    shown.length > 0 &&
    shown.every(
      ({ using }) =>
        using &&
        missing.every((column) => conditionsOf(project, table, using).some(({ ties }) => ties.has(column))),
    )
  );
};
