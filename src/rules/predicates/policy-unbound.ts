import type { Policy, Table } from "../../catalog/catalog.ts";
import { type Arm, armsOf } from "../../catalog/meaning/arms.ts";
import { type Formula, someTerm, visit } from "../../catalog/meaning/formula.ts";
import { type Judged, judge, openFor, placeIn, scopeOf } from "../../project/judge.ts";
import { propositionOf } from "../../project/meaning.ts";
import { openingsOf } from "../../project/openings.ts";
import { isHeldElsewhere, plantedBy, worldApart } from "../../project/planted.ts";
import type { Project } from "../../project/project.ts";
import { replacePolicies } from "../../project/remedies.ts";
import type { Membership } from "../../project/tenancy.ts";
import { ownColumnOf } from "../../project/tenant-column.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy asks whether someone is signed in, or a member at all, and never which rows are his.",
  why: "Anyone can sign up. A policy that is content with that gives every customer the rows of all the others.",
  *check({ policy, table }, project) {
    const finding =
      findOpen(project, table, policy) ??
      findUntied(project, table, policy) ??
      findPlanted(project, table, policy);
    if (!finding) return;
    yield {
      ...finding,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      remedy: replacePolicies(table),
    };
  },
});

type Part = Pick<RawFinding, "at" | "message" | "severity">;

function findOpen(project: Project, table: Table, policy: Policy): Part | undefined {
  const opening = openingsOf(project, table, policy).find(
    ({ alone, cause }) => !alone && (cause === "signed in" || cause === "row"),
  );
  if (!opening) return undefined;
  const { written, arm, commands, roles, cause } = opening;
  const reads = commands.every((command) => command === "select");
  const { anonymousRole } = project.platform;
  const isForVisitors = roles.every((role) => role === anonymousRole);
  const whoever = cause === "row" || isForVisitors ? listOf(roles) : "whoever is signed in";
  return {
    at: placeIn(written, arm.at),
    severity: reads && scopeOf(project, table)?.kind === "user" ? "warning" : "error",
    message: `"${policy.name}" lets ${whoever} ${listOf(commands)} rows of ${nameOf(table)}, whoever they belong to.`,
  };
}

/** A member of some tenant may reach the rows of any: the membership is asked for, its tenant is not. */
function findUntied(project: Project, table: Table, policy: Policy): Part | undefined {
  if (scopeOf(project, table)?.kind !== "tenant") return undefined;
  for (const judged of judge(project, table, policy))
    for (const arm of judged.arms) {
      const members = untiedMembership(project, table, judged, arm);
      if (members === undefined) continue;
      return {
        at: placeIn(judged.written, arm.at),
        severity: "error",
        message: `"${policy.name}" asks whether the caller is in ${members}, and never whether the row of ${nameOf(table)} is of the same tenant.`,
      };
    }
  return undefined;
}

/** The membership table that the arm asks, where it holds for rows that have nothing to do with it. */
function untiedMembership(project: Project, table: Table, judged: Judged, arm: Arm): string | undefined {
  const { memberships } = project.tenancy;
  let found: string | undefined;
  const written = asWritten(project, table, judged, arm);
  visit(written, (part) => {
    if (part.kind !== "exists" && part.kind !== "some" && part.kind !== "one") return;
    const key = part.rows
      .map(({ table }) => table)
      .find((each) => memberships.some(({ table }) => table === each));
    found ??= key;
  });
  if (found === undefined || openFor(project, judged, arm.formula, "stranger").length) return undefined;
  const membership = memberships.find(({ table }) => table === found)!;
  // A user row that holds its one tenant also says who runs the platform.
  if (membership.table === project.tenancy.user?.table && !namesTenant(written, membership)) return undefined;
  const members = project.catalog.tables.get(found);
  const own = ownColumnOf(project, table);
  const isUntied =
    openFor(project, judged, arm.formula, "elsewhere").length > 0 ||
    (own !== undefined &&
      !isHeldElsewhere(project, table, own, arm.formula) &&
      openFor(project, judged, arm.formula, worldApart(own)).includes("insert"));
  return members && isUntied ? nameOf(members) : undefined;
}

/** The arm without what the policies of the tables that it reads ask: those may look for members of their own. */
function asWritten(project: Project, table: Table, { written }: Judged, { formula, at }: Arm): Formula {
  const plain = armsOf(propositionOf(project, table, written.clause).formula);
  return plain.find((each) => each.at?.start === at?.start && each.at?.end === at?.end)?.formula ?? formula;
}

const namesTenant = (formula: Formula, { table, tenantColumn }: Membership): boolean =>
  someTerm(formula, (term) => term.kind === "column" && term.table === table && term.column === tenantColumn);

/** New rows that name a tenant nobody asked about: they are put under its own people's eyes. */
function findPlanted(project: Project, table: Table, policy: Policy): Part | undefined {
  const planted = plantedBy(project, table, policy);
  if (!planted) return undefined;
  const { written, arm, role, column } = planted;
  return {
    at: placeIn(written, arm.at),
    severity: "error",
    message: `"${policy.name}" lets ${role} insert rows of ${nameOf(table)} with any ${column}: nothing in it says that it is the caller's.`,
  };
}
