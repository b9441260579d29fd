import { type Policy, type PolicyClause, qualify, type Table } from "../../catalog/catalog.ts";
import { containsExpr } from "../../catalog/walk.ts";
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
import { listOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy lets a user write files into the folders of others.",
  why: "An object's path is chosen by whoever uploads it. Where the policy asks for the bucket alone, a signed-in user can place, replace or delete files under another tenant's folder; `(storage.foldername(name))[1]` is what ties the path to the caller.",
  *check({ policy, table }, project) {
    if (qualify(table.schema, table.name) !== project.platform.storageObjects) return;
    if (policy.refused || !policy.permissive || policy.command === "select") return;
    const clients = clientsOf(project, policy);
    if (!clients.length) return;
    const commands = WRITES.filter((command) => isUnbound(project, table, policy, command));
    if (!commands.length || isHeldBack(project, policy)) return;
    const buckets = [...new Set(bucketsNamedIn(policy).map(({ id }) => id))];
    yield {
      at: policy.nameSpan,
      subject: `${policy.schema}.${policy.table}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(clients)} ${listOf(commands)} files in any folder${buckets.length ? ` of ${listOf(buckets)}` : ""}.`,
      ...(buckets.length ? { remedy: protectBucket(buckets[0]!) } : {}),
    };
  },
});

const WRITES = ["insert", "update", "delete"] as const;

/** Who owns a file says something of files that exist; of a new one it says nothing where folders belong to someone. */
function isUnbound(
  project: Project,
  table: Table,
  policy: Policy,
  command: (typeof WRITES)[number],
): boolean {
  if (policy.command !== "all" && policy.command !== command) return false;
  const owners = !hasFolders(project, policy);
  const before = command === "insert" ? undefined : policy.using;
  const after = command === "delete" ? undefined : (policy.check ?? policy.using);
  return (
    isOpen(project, table, before, true) || isOpen(project, table, after, command === "update" || owners)
  );
}

/** What does not even ask for the bucket, or is true for every row, is for the rules that say so. */
function isOpen(project: Project, table: Table, clause: PolicyClause | undefined, owners: boolean): boolean {
  if (!clause || !restrictsBucket(clause.expr) || bindsPath(project, clause.expr, owners)) return false;
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

const isHeldBack = (project: Project, policy: Policy): boolean =>
  storagePolicies(project).some(
    (other) =>
      !other.permissive &&
      (other.command === "all" || other.command === policy.command) &&
      clausesOf(other).every(({ clause }) => bindsPath(project, clause.expr, false)),
  );
