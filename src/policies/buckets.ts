import type { Project } from "../project/project.ts";
import { type FolderOwner, folderOwnerOf } from "../project/storage-folders.ts";
import type { Style } from "../project/tenancy.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../text/quote.ts";
import { type Caller, whyNoCaller } from "./caller.ts";
import type { PolicyRoles } from "./grants.ts";
import { fitName } from "./names.ts";

/** Private buckets that no policy of stored objects names. */
export function unmentionedBuckets(project: Project): string[] {
  const objects =
    project.platform.storageObjects && project.catalog.tables.get(project.platform.storageObjects);
  const text = objects
    ? [...objects.policies.values()].map(({ using, check }) => `${using?.text} ${check?.text}`).join(" ")
    : "";
  return [...project.catalog.buckets.values()]
    .filter((bucket) => bucket.public === false && !text.includes(quoteLiteral(bucket.id)))
    .map(({ id }) => id);
}

/**
 * Who may use a private bucket goes by one folder of its objects' paths: a tenant's or a user's, as code files them; where
 * code does not say, the first folder is the tenant's, or, without tenants, the user's. A sentence where nothing says whose
 * it could be.
 */
export function protectBucket(
  project: Project,
  id: string,
  { signedIn }: PolicyRoles,
  caller: Caller,
): readonly string[] | string {
  const { platform } = project;
  const [callerFunction] = platform.callerId;
  if (!platform.storageObjects || !callerFunction) return `${platform.name} stores no files`;
  const owner = bucketOwner(project, id);
  if (typeof owner === "string") return owner;
  const byTenant = owner.of === "tenant";
  const why = (byTenant ? whyNoCaller(project, "tenant") : undefined) ?? whyNoCaller(project, "user");
  if (why !== undefined) return why;
  const folder = `(storage.foldername(name))[${owner.at}]`;
  const own = byTenant
    ? `${folder} = any (array(select each::text from ${caller.tenants({ kind: "members", name: "members" })} as each))`
    : `${folder} = ${callerText(project, caller, callerFunction)}`;
  const condition = `bucket_id = ${quoteLiteral(id)}\n    and ${own}`;
  const [schema, table] = platform.storageObjects.split(".") as [string, string];
  const make = (command: string, clauses: string) =>
    `create policy ${quoteIdentifier(fitName(id, `_${command}_${byTenant ? "members" : "own"}`))} on ${quoteQualified(schema, table)}\n  for ${command} to ${signedIn.map(quoteIdentifier).join(", ")}\n  ${clauses};`;
  return [
    make("select", `using (${condition})`),
    make("insert", `with check (${condition})`),
    make("update", `using (${condition})\n  with check (${condition})`),
    make("delete", `using (${condition})`),
  ];
}

/** Whose the folders of a bucket are; a sentence where that cannot be told. */
export const bucketOwner = (project: Project, id: string): FolderOwner | string =>
  folderOwnerOf(project, id) ?? usualOwner(project.tenancy.style.kind);

const usualOwner = (style: Style["kind"]): FolderOwner => ({
  of: style === "personal" || style === "none" ? "user" : "tenant",
  at: 1,
});

/** The caller's id as code writes it into a path: the key of the project's own users, else what the platform knows. */
function callerText({ tenancy, catalog }: Project, caller: Caller, callerFunction: string): string {
  const { user } = tenancy;
  const table = user?.identityColumn === undefined ? undefined : catalog.tables.get(user.table);
  return table ? `(${caller.id(table, user!.column)})::text` : `(select ${callerFunction}())::text`;
}
