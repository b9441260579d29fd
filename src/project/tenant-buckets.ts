import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import { isRange, visit } from "../catalog/meaning/formula.ts";
import { containsExpr } from "../catalog/walk.ts";
import { type AnyMembership, anyMembershipIn } from "./any-member.ts";
import { clientsOf } from "./audience.ts";
import { clausesOf } from "./clauses.ts";
import { saysAnyone } from "./judge.ts";
import { propositionOf, settledOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import {
  bindsPath,
  bucketsNamedIn,
  bucketsOf,
  isBroad,
  isPathColumn,
  restrictsBucket,
  storagePolicies,
} from "./storage.ts";
import { folderOwnerOf, isFiledFixed } from "./storage-folders.ts";

/** A bucket that is private, and neither says nor is filed as if it were one for all. */
export const isOfTenants = (project: Project, policy: Policy, id: string): boolean =>
  bucketsOf(project).get(id)?.public === false &&
  !saysAnyone(id) &&
  !saysAnyone(policy.name) &&
  !isFiledFixed(project, id);

/** Code files its objects under tenants. */
export function ownsFolder(project: Project, id: string): boolean {
  const owner = folderOwnerOf(project, id);
  return typeof owner === "object" && owner.of === "tenant";
}

export const isHeldBack = (project: Project, policy: Policy): boolean =>
  storagePolicies(project).some(
    (other) =>
      !other.permissive &&
      (other.command === "all" || other.command === policy.command) &&
      clausesOf(other).every(({ clause }) => bindsPath(project, clause.expr, false)),
  );

/** What a policy lets whoever is signed in read, or whoever is a member at all: files in the folders of all tenants. */
export interface OpenReading {
  readonly buckets: readonly string[];
  /** The table of which any row of the caller's is enough, or the claim of which any value is. */
  readonly by?: AnyMembership["by"];
}

export function openReadingOf(project: Project, table: Table, policy: Policy): OpenReading | undefined {
  const { using } = policy;
  if (qualify(table.schema, table.name) !== project.platform.storageObjects) return undefined;
  if (policy.refused || !policy.permissive || policy.command !== "select" || !using) return undefined;
  if (!clientsOf(project, policy).length || !restrictsBucket(using.expr)) return undefined;
  const buckets = [...new Set(bucketsNamedIn(policy).map(({ id }) => id))];
  const isTheirs = (id: string) =>
    isOfTenants(project, policy, id) && !SHOWN.test(id) && hasTenantFolders(project, table, id);
  if (!buckets.length || !buckets.every(isTheirs)) return undefined;
  if (settledOf(project, table, using) !== undefined || isHeldBack(project, policy)) return undefined;
  if (isBroad(project, using.expr)) return { buckets };
  let by: AnyMembership["by"] | undefined;
  const isBound = bindsPath(project, using.expr, true, (part) => {
    const asked = anyMembershipIn(project, table, using, part);
    by ??= asked?.by;
    return !asked;
  });
  return isBound || by === undefined ? undefined : { buckets, by };
}

/** What is put up by one and made to be seen by all. */
const SHOWN = /avatar|logo|icon|banner|cover|brand|badge|thumb|picture|profile/i;

/** Code files the bucket's objects under tenants, or a policy of it looks for the path among what members belong to. */
const hasTenantFolders = (project: Project, table: Table, id: string): boolean =>
  ownsFolder(project, id) ||
  storagePolicies(project).some(
    (policy) =>
      bucketsNamedIn(policy).some((named) => named.id === id) &&
      clausesOf(policy).some(
        ({ clause }) =>
          containsExpr(clause.expr, isPathColumn) &&
          bindsPath(project, clause.expr, false) &&
          asksMembers(project, propositionOf(project, table, clause).formula),
      ),
  );

function asksMembers({ tenancy }: Project, formula: Parameters<typeof visit>[0]): boolean {
  const members = new Set(tenancy.memberships.map(({ table }) => table));
  let found = false;
  visit(formula, (part) => {
    found ||= isRange(part) && part.rows.some(({ table }) => table !== undefined && members.has(table));
    return !found;
  });
  return found;
}
