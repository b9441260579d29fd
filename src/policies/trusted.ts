import type { Project } from "../project/project.ts";
import type { Tenancy } from "../project/tenancy.ts";
import { bucketOwner } from "./buckets.ts";
import { topicOwner } from "./channels.ts";
import { keyOf } from "./functions.ts";
import { type GenerateRequest, isOpen } from "./generate.ts";

/**
 * A request with the open tables that its policies will go by: who belongs to which tenant, and the tables on the way to
 * it. Whoever may write those lets himself in, so that nothing is protected before they are.
 */
export function withTrusted(project: Project, request: GenerateRequest): GenerateRequest {
  const asked = [
    ...request.buckets.flatMap((id) => readByBucket(project, id)),
    ...(request.channels ?? []).flatMap((topic) => readByTopic(project, topic)),
  ];
  const tables = new Set([...request.tables, ...asked.filter((key) => isWritable(project, key))]);
  for (const key of tables)
    for (const read of readBy(project, key)) if (isWritable(project, read)) tables.add(read);
  return { ...request, tables: [...tables] };
}

const isWritable = (project: Project, key: string): boolean => {
  const table = project.catalog.tables.get(key);
  return table !== undefined && !table.platform && isOpen(project, table);
};

function readBy({ tenancy }: Project, key: string): string[] {
  const scope = tenancy.scopes.get(key);
  if (scope?.kind !== "tenant" && scope?.kind !== "user") return [];
  const onTheWay = scope.path.filter(({ by }, i) => by === "referred to" || i < scope.path.length - 1);
  return [...onTheWay.map(({ to }) => to), ...whoBelongs(tenancy, scope.kind)];
}

function readByBucket(project: Project, id: string): string[] {
  const owner = bucketOwner(project, id);
  return typeof owner === "string" ? [] : whoBelongs(project.tenancy, owner.of);
}

function readByTopic(project: Project, topic: string): string[] {
  const owner = topicOwner(project, topic);
  if (typeof owner === "string" || owner.of === "user") return [];
  if (owner.of === "tenant") return whoBelongs(project.tenancy, owner.of);
  const key = keyOf(owner.table);
  return [key, ...readBy(project, key)];
}

/** The tables that say who the caller is, and to which tenant he belongs. */
function whoBelongs({ style, memberships, user }: Tenancy, of: "tenant" | "user"): string[] {
  const members = of === "tenant" && (style.kind === "membership" || style.kind === "column");
  return [
    ...(members ? memberships.slice(0, 1).map(({ table }) => table) : []),
    ...(user?.identityColumn === undefined ? [] : [user.table]),
  ];
}
