import type { Policy, Table } from "../../catalog/catalog.ts";
import { protectBucket } from "../../project/drafts.ts";
import { isLookup, judge, placeIn, scopeOf } from "../../project/judge.ts";
import { neededClaims } from "../../project/needed-claims.ts";
import { openingsOf } from "../../project/openings.ts";
import { type Planted, plantedBy } from "../../project/planted.ts";
import type { Project } from "../../project/project.ts";
import { replacePolicies } from "../../project/remedies.ts";
import { openReadingOf } from "../../project/tenant-buckets.ts";
import { freeTenantColumn, untiedHold, untiedMembership } from "../../project/untied.ts";
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
      findAnyOf(project, table, policy) ??
      findPlanted(project, table, policy) ??
      findInFolders(project, table, policy);
    if (!finding) return;
    yield {
      remedy: replacePolicies(table),
      ...finding,
      subject: `${table.schema}.${table.name}/${policy.name}`,
    };
  },
});

type Part = Pick<RawFinding, "at" | "message" | "severity" | "remedy">;

function findOpen(project: Project, table: Table, policy: Policy): Part | undefined {
  const opening = openingsOf(project, table, policy).find(
    ({ alone, cause }) => !alone && (cause === "signed in" || cause === "row"),
  );
  if (!opening) return undefined;
  const { written, arm, commands, roles, cause } = opening;
  const reads = commands.every((command) => command === "select");
  const { anonymousRole } = project.platform;
  const isForVisitors = roles.every((role) => role === anonymousRole);
  const [claim] = neededClaims(project, arm.formula);
  const signedIn = claim === undefined ? "whoever is signed in" : `whoever has ${claim}`;
  const whoever = cause === "row" || isForVisitors ? listOf(roles) : signedIn;
  return {
    at: placeIn(written, arm.at),
    severity: reads && scopeOf(project, table)?.kind === "user" ? "warning" : "error",
    message: `"${policy.name}" lets ${whoever} ${listOf(commands)} rows of ${nameOf(table)}, whoever they belong to.`,
  };
}

/** A member of some tenant may reach the rows of any: the membership is asked for, its tenant is not. */
function findUntied(project: Project, table: Table, policy: Policy): Part | undefined {
  if (scopeOf(project, table)?.kind !== "tenant") return undefined;
  return findInArms(project, table, policy, untiedMembership, (members) => [
    `is in ${nameOf(members)}`,
    "is of the same tenant",
  ]);
}

/** Whoever has some row of a table that the rows hang on may reach all that hang on others: which one is not asked. */
function findAnyOf(project: Project, table: Table, policy: Policy): Part | undefined {
  if (isLookup(project, table)) return undefined;
  return findInArms(project, table, policy, untiedHold, (held) => [
    `has some row of ${nameOf(held)}`,
    "hangs on it",
  ]);
}

/** The first arm that asks something of the caller, and not what ties the row to that. */
function findInArms(
  project: Project,
  table: Table,
  policy: Policy,
  find: typeof untiedHold,
  words: (found: Table) => readonly [asked: string, left: string],
): Part | undefined {
  for (const judged of judge(project, table, policy))
    for (const arm of judged.arms) {
      const found = find(project, table, judged, arm);
      if (!found) continue;
      const [asked, left] = words(found);
      return {
        at: placeIn(judged.written, arm.at),
        severity: "error",
        message: `"${policy.name}" asks whether the caller ${asked}, and never whether the row of ${nameOf(table)} ${left}.`,
      };
    }
  return undefined;
}

/** New rows that name a tenant nobody asked about: they are put under its own people's eyes. */
function findPlanted(project: Project, table: Table, policy: Policy): Part | undefined {
  const planted = freelyNamed(project, table, policy) ?? plantedBy(project, table, policy);
  if (!planted) return undefined;
  const { written, arm, role, column } = planted;
  return {
    at: placeIn(written, arm.at),
    severity: "error",
    message: `"${policy.name}" lets ${role} insert rows of ${nameOf(table)} with any ${column}: nothing in it says that it is the caller's.`,
  };
}

/** A membership is asked for that another column names: the row may say another tenant all the same. */
function freelyNamed(project: Project, table: Table, policy: Policy): Planted | undefined {
  if (scopeOf(project, table)?.kind !== "tenant") return undefined;
  for (const judged of judge(project, table, policy)) {
    const { written, role, arms } = judged;
    // Nobody who has not signed in is a member.
    if (role === project.platform.anonymousRole) continue;
    for (const arm of arms) {
      const column = freeTenantColumn(project, table, judged, arm);
      if (column !== undefined) return { written, arm, role, column };
    }
  }
  return undefined;
}

/** Files in the folders of all tenants: the bucket is asked for, or a membership of any tenant, and never the folder. */
function findInFolders(project: Project, table: Table, policy: Policy): Part | undefined {
  const open = openReadingOf(project, table, policy);
  if (!open) return undefined;
  const { buckets, by } = open;
  const who =
    by === undefined
      ? "whoever is signed in"
      : `whoever ${typeof by === "string" ? `has ${by}` : `is in ${nameOf(by)}`}, of any tenant,`;
  return {
    at: policy.using!.place,
    severity: "error",
    message: `"${policy.name}" lets ${who} read files in any folder of ${listOf(buckets)}, whichever tenant's it is.`,
    remedy: protectBucket(buckets[0]!),
  };
}
