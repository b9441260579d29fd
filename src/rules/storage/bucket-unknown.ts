import type { Policy } from "../../catalog/catalog.ts";
import { changeClauses } from "../../project/clauses.ts";
import { renameName } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import {
  bucketsNamedIn,
  bucketsOf,
  type NamedBucket,
  type StorageUse,
  storagePolicies,
  storageUses,
} from "../../project/storage.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import type { NamedAt } from "../../project/usage.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import { findAlike, findNear } from "../../text/near.ts";
import { quoteLiteral } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

type Named = StorageUse & { readonly bucket: NamedAt };

export default defineRule({
  on: "project",
  severity: "error",
  summary: "Code or a policy names a storage bucket that nothing creates.",
  why: "Storage answers `Bucket not found`, or, where a policy has the wrong name, refuses every file of the bucket that was meant.",
  *check(project) {
    if (!project.platform.storageObjects) return;
    const known = bucketsOf(project);
    const managed = managesBuckets(project);
    const near = (id: string) => (managed ? findNear : findAlike)(id, known.keys());
    const missing = new Map<string, Named[]>();
    for (const use of storageUses(project)) {
      if (!isNamed(use) || known.has(use.bucket.value)) continue;
      const meant = near(use.bucket.value);
      if (meant !== undefined) yield misspelt(project, use.bucket, meant);
      else if (managed) missing.set(use.bucket.value, [...(missing.get(use.bucket.value) ?? []), use]);
    }
    for (const [id, uses] of missing) yield notCreated(id, uses);
    for (const policy of storagePolicies(project))
      for (const [id, names] of unknownIn(policy, known)) {
        const meant = near(id);
        if (meant !== undefined || (managed && !missing.has(id))) yield inPolicy(policy, id, names, meant);
      }
  },
});

/** Where some buckets are made by SQL or code whose names could not be read, any bucket may be one of them. */
function managesBuckets(project: Project): boolean {
  const { manages, queried, supabase } = project;
  if (!queried || (!manages.buckets && !supabase?.buckets.length)) return false;
  const unread = [...storageUses(project)].some((use) => use.method === "createBucket" && !use.bucket);
  return !unread && !unfollowed(project, /\bbuckets\b/i);
}

const isNamed = (use: StorageUse): use is Named =>
  use.bucket !== undefined && use.method !== "createBucket" && use.role === "runtime";

const misspelt = (project: Project, bucket: NamedAt, meant: string): RawFinding => ({
  at: { path: bucket.path, span: bucket.span },
  subject: `code ${bucket.path}`,
  message: `The code names the bucket "${bucket.value}", and the bucket is called ${meant}.`,
  ...renameName(project, bucket, meant, `Use the bucket ${meant}`),
});

function notCreated(id: string, [first, ...others]: readonly Named[]): RawFinding {
  const { path, span } = first!.bucket;
  return {
    at: { path, span },
    subject: `bucket ${id}`,
    message: `The code uses the bucket "${id}", and nothing creates it.`,
    related: others.slice(0, 20).map(({ bucket }) => ({
      place: { path: bucket.path, span: bucket.span },
      message: "It is used here as well.",
    })),
    remedy: createBucket(id),
  };
}

function unknownIn(policy: Policy, known: ReadonlyMap<string, unknown>): Map<string, NamedBucket[]> {
  const found = new Map<string, NamedBucket[]>();
  for (const named of bucketsNamedIn(policy))
    if (!known.has(named.id)) found.set(named.id, [...(found.get(named.id) ?? []), named]);
  return found;
}

function inPolicy(
  policy: Policy,
  id: string,
  names: readonly NamedBucket[],
  meant: string | undefined,
): RawFinding {
  const first = names[0]!;
  const common = {
    at: { path: first.in.clause.place.path, span: first.span },
    subject: `${policy.schema}.${policy.table}/${policy.name}`,
  };
  if (meant === undefined)
    return {
      ...common,
      message: `"${policy.name}" is about the bucket "${id}", and nothing creates it.`,
      remedy: createBucket(id),
    };
  const changes = names.map(({ in: clause, span }) => ({ in: clause, span, text: quoteLiteral(meant) }));
  const remedy = changeClauses(policy, changes, `Name the bucket ${meant}`);
  return {
    ...common,
    message: `"${policy.name}" is about the bucket "${id}", and the bucket is called ${meant}.`,
    ...(remedy ? { remedy } : {}),
  };
}

const createBucket = (id: string): Remedy => ({
  kind: "statements",
  title: `Create the private bucket ${id}`,
  statements: [
    `insert into storage.buckets (id, name, public) values (${quoteLiteral(id)}, ${quoteLiteral(id)}, false) on conflict (id) do nothing;`,
  ],
});
