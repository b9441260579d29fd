import {
  type ColumnTerm,
  type Comparison,
  equalitiesIn,
  isCallerId,
  plainClausesOf,
} from "../../project/atoms.ts";
import { type Identity, identityOf, isUserIdentity } from "../../project/identity.ts";
import { placeIn } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { isMadeOnSignUp } from "../../project/sign-up.ts";
import { holdsCallers } from "../../project/tenancy/callers.ts";
import { spelled, stem, TENANT_NAMES } from "../../project/tenancy/vocabulary.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy compares ids that mean different things.",
  why: "An organization's id never equals a user's: `organization_id = auth.uid()` hides every row from everybody, or, where ids are numbers, hands out rows by coincidence. What was meant is a membership that ties the two.",
  *check({ policy, table }, project) {
    for (const { written, formula } of plainClausesOf(project, table, policy))
      for (const { part, sides } of equalitiesIn(formula)) {
        const what = unrelated(project, sides);
        if (!what) continue;
        yield {
          at: placeIn(written, part.at),
          subject: `${table.schema}.${table.name}/${policy.name}`,
          message: `"${policy.name}" on ${nameOf(table)} compares ${what}, which never mean the same.`,
        };
        return;
      }
  },
});

/** What the two sides are, where foreign keys say that they are ids of different things. */
function unrelated(
  project: Project,
  [a, b]: readonly [Comparison["left"], Comparison["right"]],
): string | undefined {
  if (a.kind !== "column") return undefined;
  const left = identityOf(project, a);
  if (!left) return undefined;
  if (isCallerId(project, b)) {
    const isTenant = left.of === project.tenancy.tenant?.table;
    if (isUserIdentity(left) || !(left.stated || isTenant) || mayBePeople(project, left.of)) return undefined;
    return `${wordsFor(a)}, the id of ${left.of.replace(/^public\./, "")}, with the caller's own id`;
  }
  const right = b.kind === "column" ? identityOf(project, b) : undefined;
  if (b.kind !== "column" || !right || right.of === left.of || !left.stated) return undefined;
  if (isPeoples(project, left) && isPeoples(project, right)) return undefined;
  // Two keys may be shared by convention; a foreign key says whose it is.
  if (!right.stated && isShared(project, b)) return undefined;
  return `${wordsFor(a)} with ${wordsFor(b)}`;
}

function isPeoples(project: Project, identity: Identity): boolean {
  const table = project.catalog.tables.get(identity.of);
  return isUserIdentity(identity) || (table !== undefined && isMadeOnSignUp(project, table));
}

/** By a policy of their own that finds the caller there, or by what signing up makes; and what no source makes may be people, whatever it is called. */
function mayBePeople(project: Project, key: string): boolean {
  const { catalog, tenancy, platform } = project;
  const table = catalog.tables.get(key);
  if (!table) return !TENANT_NAMES.has(spelled(stem(key.slice(key.indexOf(".") + 1))));
  if (isMadeOnSignUp(project, table)) return true;
  return key !== tenancy.tenant?.table && holdsCallers(table, platform);
}

/** A key that belongs to another table's rows one to one, though nothing says so. */
const isShared = (project: Project, { table }: ColumnTerm): boolean =>
  project.tenancy.scopes.get(table ?? "")?.kind === "user";

const wordsFor = ({ table, column }: ColumnTerm): string =>
  table === undefined ? column : `${table.replace(/^public\./, "")}.${column}`;
