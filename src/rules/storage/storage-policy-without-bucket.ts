import { type Policy, qualify, type Table } from "../../catalog/catalog.ts";
import { clientsOf } from "../../project/audience.ts";
import { mayNameCaller } from "../../project/caller-parts.ts";
import { changeClauses, clausesOf, type WrittenClause } from "../../project/clauses.ts";
import { settledOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { bindsPath, bucketsOf, restrictsBucket } from "../../project/storage.ts";
import { listOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteLiteral } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy on stored objects does not say which bucket it is for.",
  why: "All buckets share one table, `storage.objects`. A policy meant for avatars that does not ask for the bucket opens every other bucket too: attachments, exports, and those made next year.",
  *check({ policy, table }, project) {
    if (qualify(table.schema, table.name) !== project.platform.storageObjects) return;
    if (policy.refused || !policy.permissive || !clientsOf(project, policy).length) return;
    const open = clausesOf(policy).filter((written) => isOpen(project, table, policy, written));
    if (!open.length || isHeldBack(project, policy, [...table.policies.values()])) return;
    const ofCaller = open.every(
      ({ clause }) => mayNameCaller(project, clause.expr) && bindsPath(project, clause.expr, true),
    );
    const remedy = fixFor(project, policy, open);
    yield {
      at: policy.nameSpan,
      subject: `${policy.schema}.${policy.table}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(clientsOf(project, policy))} ${describe(policy)} files of every bucket: it does not ask for bucket_id.`,
      ...(ofCaller ? { severity: "warning" } : {}),
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** Silent for what is true for every row, which `policy-always-true` says, and for a caller's own existing objects. */
function isOpen(project: Project, table: Table, policy: Policy, { word, clause }: WrittenClause): boolean {
  if (restrictsBucket(clause.expr) || settledOf(project, table, clause) !== undefined) return false;
  const newRows = word === "with check" || policy.command === "all";
  return newRows || !bindsPath(project, clause.expr, true) || !mayNameCaller(project, clause.expr);
}

const isHeldBack = (project: Project, policy: Policy, all: readonly Policy[]): boolean =>
  all.some(
    (other) =>
      !other.permissive &&
      (other.command === "all" || other.command === policy.command) &&
      clientsOf(project, policy).every((role) => clientsOf(project, other).includes(role)) &&
      clausesOf(other).some(({ clause }) => restrictsBucket(clause.expr)),
  );

const describe = ({ command }: Policy): string =>
  ({ all: "read and write", select: "read", insert: "add", update: "change", delete: "delete" })[command];

/** The bucket that the policy's name speaks of, or the only one there is. */
function fixFor(project: Project, policy: Policy, open: readonly WrittenClause[]): Remedy | undefined {
  const ids = [...bucketsOf(project).keys()];
  const named = ids.filter((id) => policy.name.toLowerCase().includes(id.toLowerCase().replace(/s$/, "")));
  const id = named.length === 1 ? named[0] : ids.length === 1 ? ids[0] : undefined;
  if (id === undefined) return undefined;
  const changes = open.map((written) => {
    const { text, place, expr } = written.clause;
    const condition = expr.kind === "or" ? `(${text})` : text;
    return { in: written, span: place.span, text: `bucket_id = ${quoteLiteral(id)} and ${condition}` };
  });
  return changeClauses(policy, changes, `Restrict the policy to the bucket ${id}`);
}
