import type { Project } from "../project/project.ts";
import { type GenerateRequest, isOpen } from "./generate.ts";

/**
 * A request with the open tables that its policies will go by: who belongs to which tenant, and the tables on the way to
 * it. Whoever may write those lets himself in, so that a table is not protected before they are.
 */
export function withTrusted(project: Project, request: GenerateRequest): GenerateRequest {
  const tables = new Set(request.tables);
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
  const { kind } = tenancy.style;
  const members = scope.kind === "tenant" && (kind === "membership" || kind === "column");
  const identity = tenancy.user?.identityColumn === undefined ? [] : [tenancy.user.table];
  return [
    ...onTheWay.map(({ to }) => to),
    ...(members ? tenancy.memberships.slice(0, 1).map(({ table }) => table) : []),
    ...identity,
  ];
}
