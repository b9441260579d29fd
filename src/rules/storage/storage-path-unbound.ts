import { type Policy, type PolicyClause, qualify, type Table } from "../../catalog/catalog.ts";
import { containsExpr } from "../../catalog/walk.ts";
import { type AnyMembership, anyMembershipIn } from "../../project/any-member.ts";
import { clientsOf } from "../../project/audience.ts";
import { clausesOf } from "../../project/clauses.ts";
import { protectBucket } from "../../project/drafts.ts";
import { settledOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import {
  bindsPath,
  bucketsNamedIn,
  isPathColumn,
  restrictsBucket,
  storagePolicies,
} from "../../project/storage.ts";
import { isHeldBack, isOfTenants, ownsFolder } from "../../project/tenant-buckets.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy lets a user write files into the folders of others.",
  why: "An object's path is chosen by whoever uploads it. Where the policy asks for the bucket alone, or for a membership of any tenant, a signed-in user can place, replace or delete files under another tenant's folder; `(storage.foldername(name))[1]` is what ties the path to the caller.",
  *check({ policy, table }, project) {
    if (qualify(table.schema, table.name) !== project.platform.storageObjects) return;
    if (policy.refused || !policy.permissive || policy.command === "select") return;
    const clients = clientsOf(project, policy);
    if (!clients.length) return;
    const open = findOpen(project, table, policy);
    if (!open || isHeldBack(project, policy)) return;
    const { commands, by } = open;
    const buckets = [...new Set(bucketsNamedIn(policy).map(({ id }) => id))];
    const where = `in any folder${buckets.length ? ` of ${listOf(buckets)}` : ""}`;
    const who =
      by === undefined
        ? listOf(clients)
        : `whoever ${typeof by === "string" ? `has ${by}` : `is in ${nameOf(by)}`}, of any tenant,`;
    yield {
      at: policy.nameSpan,
      subject: `${policy.schema}.${policy.table}/${policy.name}`,
      message: `"${policy.name}" lets ${who} ${listOf(commands)} files ${where}.`,
      ...(buckets.length ? { remedy: protectBucket(buckets[0]!) } : {}),
    };
  },
});

const WRITES = ["insert", "update", "delete"] as const;
type Write = (typeof WRITES)[number];

interface Open {
  readonly commands: readonly Write[];
  /** The table of which any row of the caller's is enough, or the claim of which any value is. */
  readonly by?: AnyMembership["by"];
}

function findOpen(project: Project, table: Table, policy: Policy): Open | undefined {
  const unbound = (isEnough: IsEnough) =>
    WRITES.filter((command) => isUnbound(project, table, policy, command, isEnough));
  const commands = unbound(() => true);
  if (commands.length) return { commands };
  const ids = [...new Set(bucketsNamedIn(policy).map(({ id }) => id))];
  if (!ids.length || !ids.every((id) => isOfTenants(project, policy, id))) return undefined;
  // As what someone belongs to a tenant may be what lets him into all folders, where nothing says that they are the tenants'.
  const anyRole = hasFolders(project, policy) || ids.some((id) => ownsFolder(project, id));
  let by: Open["by"];
  const forMembers = unbound((clause, part) => {
    const asked = anyMembershipIn(project, table, clause, part);
    if (!asked || (asked.asRole && !anyRole)) return true;
    by = asked.by;
    return false;
  });
  return forMembers.length && by !== undefined ? { commands: forMembers, by } : undefined;
}

type IsEnough = (clause: PolicyClause, part: Expr) => boolean;

/** Who owns a file says something of files that exist; of a new one it says nothing where folders belong to someone. */
function isUnbound(
  project: Project,
  table: Table,
  policy: Policy,
  command: Write,
  isEnough: IsEnough,
): boolean {
  if (policy.command !== "all" && policy.command !== command) return false;
  const owners = !hasFolders(project, policy);
  const before = command === "insert" ? undefined : policy.using;
  const after = command === "delete" ? undefined : (policy.check ?? policy.using);
  return (
    isOpen(project, table, before, true, isEnough) ||
    isOpen(project, table, after, command === "update" || owners, isEnough)
  );
}

/** What does not even ask for the bucket, or is true for every row, is for the rules that say so. */
function isOpen(
  project: Project,
  table: Table,
  clause: PolicyClause | undefined,
  owners: boolean,
  isEnough: IsEnough,
): boolean {
  if (!clause || !restrictsBucket(clause.expr)) return false;
  if (bindsPath(project, clause.expr, owners, (part) => isEnough(clause, part))) return false;
  return settledOf(project, table, clause) === undefined;
}

/** Another policy of the same bucket goes by the path: its folders belong to someone. */
function hasFolders(project: Project, policy: Policy): boolean {
  const ids = new Set(bucketsNamedIn(policy).map(({ id }) => id));
  return storagePolicies(project).some(
    (other) =>
      other !== policy &&
      bucketsNamedIn(other).some(({ id }) => ids.has(id)) &&
      clausesOf(other).some(({ clause }) => containsExpr(clause.expr, isPathColumn)),
  );
}
