import { derived } from "../catalog/derived.ts";
import { findNear } from "../text/near.ts";
import type { Project } from "./project.ts";
import type { Usage } from "./usage.ts";

export type ModelCall = Extract<Usage, { kind: "prisma-call" }>;

const METHODS = new Set(
  `findUnique findUniqueOrThrow findFirst findFirstOrThrow findMany findRaw create createMany createManyAndReturn update
updateMany updateManyAndReturn upsert delete deleteMany count aggregate aggregateRaw groupBy`.split(/\s+/),
);

/** The name under which Prisma's client offers a model: `AuditLog` is `prisma.auditLog`. */
export const delegateOf = (model: string): string => model.charAt(0).toLowerCase() + model.slice(1);

/** Calls of models that no schema has, by the name in code. Empty where there is no schema to know them from. */
export const unknownModelCalls = derived((project: Project): ReadonlyMap<string, readonly ModelCall[]> => {
  const found = new Map<string, ModelCall[]>();
  if (!project.models.size) return found;
  const known = delegates(project);
  for (const usage of project.usages.get("prisma-call") ?? []) {
    if (usage.kind !== "prisma-call" || known.has(usage.model.value) || !METHODS.has(usage.method)) continue;
    if (usage.role !== "runtime") continue;
    const list = found.get(usage.model.value);
    if (list) list.push(usage);
    else found.set(usage.model.value, [usage]);
  }
  return found;
});

/** The model that was meant, as code names it. */
export const nearDelegate = (project: Project, name: string): string | undefined =>
  findNear(name, delegates(project));

/** The name of the model that code uses, the schema has not, and a table's name (`Notification`, `notifications`) speaks of. */
export function missingModelOf(project: Project, table: string): string | undefined {
  const missing = [...unknownModelCalls(project).keys()].filter(
    (name) => nearDelegate(project, name) === undefined,
  );
  const name = findNear(table, missing);
  return name && modelNamed(name);
}

/** The model behind a name in code: `auditLog` is `AuditLog`. */
export const modelNamed = (delegate: string): string => delegate.charAt(0).toUpperCase() + delegate.slice(1);

const delegates = derived((project: Project): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { model } of project.models.values())
    if (model.kind !== "type") names.add(delegateOf(model.name));
  return names;
});
