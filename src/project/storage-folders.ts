import type { Project } from "./project.ts";
import { keyStem, spelled, stem, TENANT_NAMES } from "./tenancy/vocabulary.ts";

/** Whose a folder of a bucket is, and which one of a path it is, from 1 on. */
export interface FolderOwner {
  readonly of: "tenant" | "user";
  readonly at: number;
}

/**
 * Whose folders a bucket has, going by the paths under which code puts and fetches its objects: `${orgId}/a.pdf` is in
 * the folder of a tenant. Undefined where no path says so; a sentence where two of them say different things.
 */
export function folderOwnerOf(project: Project, bucket: string): FolderOwner | string | undefined {
  const found = new Map<string, { readonly owner: FolderOwner; readonly path: string }>();
  for (const usage of project.usages.get("storage") ?? []) {
    if (usage.kind !== "storage" || usage.bucket?.value !== bucket || usage.role !== "runtime") continue;
    for (const path of usage.paths ?? []) {
      const owner = ownerIn(project, path);
      if (owner) found.set(`${owner.of} ${owner.at}`, { owner, path });
    }
  }
  const [first, ...others] = [...found.values()];
  if (!first || !others.length) return first?.owner;
  return `code files its objects under "${first.path}" and under "${others[0]!.path}": whose a folder is cannot be told`;
}

/** Code files its objects, and all of them in folders with fixed names: nobody's in particular. */
export function isFiledFixed(project: Project, bucket: string): boolean {
  const paths = (project.usages.get("storage") ?? []).flatMap((usage) =>
    usage.kind === "storage" && usage.bucket?.value === bucket && usage.role === "runtime"
      ? (usage.paths ?? [])
      : [],
  );
  return paths.length > 0 && paths.every((path) => /^[^/{]+\//.test(path));
}

/** The first folder that is called after a tenant or a user; what stands before it must be fixed. */
function ownerIn(project: Project, path: string): FolderOwner | undefined {
  const folders = path.split("/").slice(0, -1);
  for (const [index, folder] of folders.entries()) {
    const name = /^\{(.*)\}$/.exec(folder)?.[1];
    if (name === undefined && folder.includes("{")) return undefined;
    if (name === undefined) continue;
    const of = kindOf(project, name);
    return of && { of, at: index + 1 };
  }
  return undefined;
}

/** A name that is a tenant's, or of a column that holds one's key: `org_id`. */
export const isCalledTenant = (project: Project, name: string): boolean => kindOf(project, name) === "tenant";

/** `organizationId`, `org.id`, `session.user.id`, `uid`. */
function kindOf({ tenancy }: Project, name: string): FolderOwner["of"] | undefined {
  const words = name.split(".");
  const last = words.at(-1)!;
  const called = last === "id" || last === "slug" ? (words.at(-2) ?? "") : last;
  const key = spelled(keyStem(called));
  const own = (table: string | undefined) => table && spelled(stem(table.split(".").at(-1)!));
  if (key === own(tenancy.tenant?.table) || TENANT_NAMES.has(key)) return "tenant";
  return key === own(tenancy.user?.table) || USERS.test(key) ? "user" : undefined;
}

/** Of a variable in a path, its name is all there is; the project's own tables come first. */
const USERS = /^(user|current_user|auth_user|profile|owner|uid|me)$/;
