import type { Project } from "../project/project.ts";
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

/** A private bucket's first folder is the tenant, or, without tenants, the user: `<tenant>/...`. A sentence where nothing says whose it could be. */
export function protectBucket(
  project: Project,
  id: string,
  { signedIn }: PolicyRoles,
  caller: Caller,
): readonly string[] | string {
  const { platform, tenancy } = project;
  const [callerFunction] = platform.callerId;
  if (!platform.storageObjects || !callerFunction) return `${platform.name} stores no files`;
  const { kind } = tenancy.style;
  const byTenant = kind !== "personal" && kind !== "none";
  if (byTenant) {
    const why = whyNoCaller(project, "tenant") ?? whyNoCaller(project, "user");
    if (why !== undefined) return why;
  }
  const folder = "(storage.foldername(name))[1]";
  const own = byTenant
    ? `${folder} = any (array(select each::text from ${caller.tenants({ kind: "members", name: "members" })} as each))`
    : `${folder} = (select ${callerFunction}())::text`;
  const condition = `bucket_id = ${quoteLiteral(id)}\n    and ${own}`;
  const [schema, table] = platform.storageObjects.split(".") as [string, string];
  const make = (command: string, clauses: string) =>
    `create policy ${quoteIdentifier(fitName(`${id}_${command}_${byTenant ? "members" : "own"}`))} on ${quoteQualified(schema, table)}\n  for ${command} to ${signedIn.map(quoteIdentifier).join(", ")}\n  ${clauses};`;
  return [
    make("select", `using (${condition})`),
    make("insert", `with check (${condition})`),
    make("update", `using (${condition})\n  with check (${condition})`),
    make("delete", `using (${condition})`),
  ];
}
