import { type Policy, qualify } from "../../catalog/catalog.ts";
import { clientsOf } from "../../project/audience.ts";
import type { Project } from "../../project/project.ts";
import { bucketsNamedIn, bucketsOf, isBroad, storageUses } from "../../project/storage.ts";
import { listOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A SELECT policy lets clients list every file of a public bucket.",
  why: "Files of a public bucket are served by their address to whoever knows it, without any policy. A SELECT policy on the whole bucket adds one thing only: the list of all addresses.",
  *check({ policy, table }, project) {
    if (qualify(table.schema, table.name) !== project.platform.storageObjects) return;
    if (policy.refused || !policy.permissive || policy.command !== "select" || !policy.using) return;
    const clients = clientsOf(project, policy);
    if (!clients.length || !isBroad(project, policy.using.expr)) return;
    const ids = [...new Set(bucketsNamedIn(policy).map(({ id }) => id))];
    const known = bucketsOf(project);
    const listed = ids.filter(
      (id) => known.get(id)?.public === true && !usesOf(project, id).includes("list"),
    );
    if (!listed.length) return;
    const remedy = listed.length === ids.length && dropPolicy(project, policy, listed);
    yield {
      at: policy.nameSpan,
      subject: `${policy.schema}.${policy.table}/${policy.name}`,
      message: `"${policy.name}" lets ${listOf(clients)} list every file of the public bucket ${listOf(listed.map((id) => `"${id}"`))}, which is served without it.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** What code asks of the bucket. */
const usesOf = (project: Project, bucket: string): readonly string[] =>
  [...storageUses(project)].flatMap((use) =>
    use.bucket?.value === bucket && use.method ? [use.method] : [],
  );

/** Replacing, moving and removing files reads them first: there the policy is needed, if a narrower one. */
function dropPolicy(project: Project, policy: Policy, buckets: readonly string[]): Remedy | undefined {
  const reading = new Set([
    "remove",
    "move",
    "copy",
    "update",
    "download",
    "createSignedUrl",
    "createSignedUrls",
    "info",
  ]);
  if (buckets.some((id) => usesOf(project, id).some((method) => reading.has(method)))) return undefined;
  const table = quoteQualified(policy.schema, policy.table);
  return {
    kind: "statements",
    title: "Drop the policy",
    statements: [`drop policy ${quoteIdentifier(policy.name)} on ${table};`],
  };
}
