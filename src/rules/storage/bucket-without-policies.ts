import { protectBucket } from "../../project/drafts.ts";
import type { Project } from "../../project/project.ts";
import { bucketsOf, mayCoverBucket, storageUses } from "../../project/storage.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A private bucket that no policy of the stored objects mentions.",
  why: "Objects of a private bucket are rows of `storage.objects`, and row-level security is on there. Without a policy for the bucket every upload, list and download of a signed-in user is refused, which tempts people to make the bucket public or to use the service key.",
  *check(project) {
    const objects = project.catalog.tables.get(project.platform.storageObjects ?? "");
    if (!objects || objects.uncertain || unfollowed(project, /\b(policy|objects)\b/i)) return;
    const policies = [...objects.policies.values()].filter((policy) => !policy.refused);
    for (const bucket of bucketsOf(project).values()) {
      if (bucket.public !== false || policies.some((policy) => mayCoverBucket(policy, bucket.id))) continue;
      if (isServersOwn(project, bucket.id)) continue;
      yield {
        at: bucket.place,
        subject: `bucket ${bucket.id}`,
        message: `No policy of storage.objects mentions the private bucket "${bucket.id}": clients can neither read nor write its files.`,
        remedy: protectBucket(bucket.id),
      };
    }
  },
});

/** Code uses the bucket, and only with the service key, which needs no policies. */
function isServersOwn(project: Project, bucket: string): boolean {
  const uses = [...storageUses(project)].filter((use) => use.bucket?.value === bucket);
  return uses.length > 0 && uses.every((use) => use.client === "service");
}
