import { remember } from "../catalog/remember.ts";
import type { Finding } from "../text/finding.ts";

/**
 * Which rule speaks where several see one cause: the more specific. `about` says how far its word reaches: the same
 * subject (a policy, a table, a file), the subject's table with its policies, or the whole project.
 */
export interface Precedence {
  readonly rule: string;
  readonly over: readonly string[];
  readonly about: "subject" | "table" | "project";
  readonly because: string;
}

export const PRECEDENCE: readonly Precedence[] = [
  {
    rule: "project-without-rls",
    over: ["table-without-rls", "rls-not-forced", "connection-bypasses-rls"],
    about: "project",
    because: "nothing is protected anywhere: one finding instead of one a table",
  },
  {
    rule: "policies-without-rls",
    over: ["table-without-rls", "realtime-without-rls", "copied-table-without-rls", "partition-without-rls"],
    about: "table",
    because: "the policies are there, only the switch is off",
  },
  {
    rule: "rls-weakened",
    over: ["table-without-rls", "policies-without-rls", "realtime-without-rls"],
    about: "subject",
    because: "the migration that took the protection away is the cause",
  },
  {
    rule: "copied-table-without-rls",
    over: ["table-without-rls", "realtime-without-rls"],
    about: "table",
    because: "the copy is how the table came to be open",
  },
  {
    rule: "partition-without-rls",
    over: ["table-without-rls", "realtime-without-rls"],
    about: "table",
    because: "the parent is protected and the child is not",
  },
  {
    rule: "table-without-rls",
    over: [
      "realtime-without-rls",
      "sensitive-column-exposed",
      "grant-without-policy",
      "access-not-as-declared",
    ],
    about: "table",
    because: "every row is open, on every way to the table",
  },
  {
    rule: "policy-dropped-by-cascade",
    over: ["rls-without-policies", "rls-weakened"],
    about: "table",
    because: "the cascade took the policies away",
  },
  {
    rule: "rls-without-policies",
    over: ["grant-without-policy"],
    about: "table",
    because: "no policy at all covers any command",
  },
  {
    rule: "realtime-without-select-policy",
    over: ["rls-without-policies"],
    about: "subject",
    because: "code waits for rows that nobody may read: no longer a lock that may be meant",
  },
  {
    rule: "realtime-channel-open",
    over: ["policy-always-true"],
    about: "subject",
    because: "what the policy opens is channels",
  },
  {
    rule: "policies-restrictive-only",
    over: ["grant-without-policy", "realtime-without-select-policy", "policies-without-floor"],
    about: "table",
    because: "no permissive policy covers any command",
  },
  {
    rule: "policy-name-unknown",
    over: ["policy-type-mismatch", "policy-without-role"],
    about: "subject",
    because: "PostgreSQL refuses the policy at the name",
  },
  {
    rule: "policy-target-unknown",
    over: ["policy-name-unknown", "policy-without-role"],
    about: "subject",
    because: "the policy never comes to be",
  },
  {
    rule: "auth-users-exposed",
    over: ["view-bypasses-rls", "materialized-view-exposed", "definer-function-executable"],
    about: "subject",
    because: "every user's e-mail and phone is what is shown",
  },
  {
    rule: "policy-user-metadata",
    over: ["policy-stale-claim"],
    about: "subject",
    because: "what users edit themselves is worse than what is old",
  },
  {
    rule: "policy-correlated-join",
    over: ["policy-function-per-row"],
    about: "subject",
    because: "the sub-select is what is run for every row; turned around, the caller is asked once",
  },
  {
    rule: "policy-trusts-open-table",
    over: [
      "table-without-rls",
      "policy-always-true",
      "policy-unbound",
      "policy-anon-write",
      "policy-without-role",
    ],
    about: "subject",
    because: "what other tables give away by it is the worse half",
  },
  {
    rule: "policy-client-settable",
    over: ["policy-arm-unbound", "policy-unbound"],
    about: "subject",
    because: "that clients set it themselves is how it opens",
  },
  {
    rule: "membership-self-join",
    over: ["role-self-raise"],
    about: "subject",
    because: "whoever may join any tenant needs not change his own row",
  },
  {
    rule: "policy-role-inert",
    over: ["policy-always-true"],
    about: "subject",
    because: "nobody is let through by a policy that is for nobody",
  },
  {
    rule: "policy-column-captured",
    over: [
      "policy-tautology",
      "policy-subquery-unbound",
      "policy-arm-unbound",
      "policy-unbound",
      "policy-open-when-anonymous",
      "policy-anon-write",
      "policy-without-role",
    ],
    about: "subject",
    because: "the name that means another table is the cause",
  },
  {
    rule: "policy-never-true",
    over: [
      "policy-compares-unrelated",
      "policy-without-effect",
      "policy-without-role",
      "update-without-select",
    ],
    about: "subject",
    because: "whatever else it compares, it lets nothing through",
  },
  {
    rule: "policy-duplicate",
    over: ["policy-without-effect", "policies-overlapping"],
    about: "subject",
    because: "the policy of which it is a copy is named for what else it does or does not",
  },
  {
    rule: "policy-overrides-stricter",
    over: ["policies-overlapping"],
    about: "subject",
    because: "of the two one decides nothing",
  },
  {
    rule: "policy-tenant-nullable",
    over: ["policy-arm-unbound", "policy-unbound"],
    about: "subject",
    because: "the rows that are open are those without a tenant",
  },
  {
    rule: "policy-compares-email",
    over: ["policy-pattern-match"],
    about: "subject",
    because: "an address is no identity, however it is compared",
  },
  {
    rule: "policy-tautology",
    over: ["policy-anon-write", "policy-always-true", "policy-without-role"],
    about: "subject",
    because: "the predicate holds for every row, whatever it seems to say",
  },
  {
    rule: "policy-open-when-anonymous",
    over: ["policy-anon-write", "policy-arm-unbound", "policy-unbound", "policy-without-role"],
    about: "subject",
    because: "the condition holds just because nobody is signed in",
  },
  {
    rule: "policy-subquery-unbound",
    over: ["policy-arm-unbound", "policy-unbound", "policy-anon-write", "policy-without-role"],
    about: "subject",
    because: "the sub-select is where the caller is missing",
  },
  {
    rule: "policy-arm-unbound",
    over: ["policy-unbound", "policy-anon-write", "policy-without-role"],
    about: "subject",
    because: "one arm of the condition is the cause, for signed-in callers as well",
  },
  {
    rule: "policy-anon-write",
    over: ["policy-always-true", "policy-unbound", "policy-without-role"],
    about: "subject",
    because: "who may write without signing in is the worse half of it",
  },
  {
    rule: "policy-always-true",
    over: ["policy-check-looser", "policy-without-role"],
    about: "subject",
    because: "the predicate holds for every row, whatever else it says",
  },
];

/** A finding and the project it was made in; findings of several databases never silence each other. */
export interface Located {
  readonly finding: Finding;
  readonly folder: string;
}

/** Leaves out the findings about whose cause a more specific rule speaks. Linear in the findings. */
export function applyPrecedence(
  located: readonly Located[],
  table: readonly Precedence[] = PRECEDENCE,
): Located[] {
  const silenced = new Map<string, Precedence[]>();
  const reaches = new Map<string, Set<Precedence["about"]>>();
  for (const entry of table) {
    remember(reaches, entry.rule, () => new Set<Precedence["about"]>()).add(entry.about);
    for (const general of entry.over) remember(silenced, general, (): Precedence[] => []).push(entry);
  }
  const spoken = new Set<string>();
  const speakers = new Set(located.map(({ finding }) => finding.rule));
  for (const { finding, folder } of located)
    for (const about of reaches.get(finding.rule) ?? [])
      spoken.add(keyOf(finding, folder, finding.rule, about));
  return located.filter(
    ({ finding, folder }) =>
      !silenced
        .get(finding.rule)
        ?.some(({ rule, about }) => speakers.has(rule) && spoken.has(keyOf(finding, folder, rule, about))),
  );
}

/** What a rule's word reaches, as a key. */
function keyOf({ subject }: Finding, folder: string, rule: string, about: Precedence["about"]): string {
  if (about === "project") return `${rule}\n${folder}`;
  if (about === "table") return `${rule}\n${folder}\n${subject.replace(/\/.*/s, "")}`;
  return `${rule}\n${folder}\n${subject}`;
}
