import type { Policy, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { remember } from "../../catalog/remember.ts";
import { claimPath, isEverybodys } from "../../project/claims.ts";
import { clausesOf } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { visitThrough } from "../../project/through.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { nameOf } from "../../project/words.ts";
import type { Place, Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "info",
  summary: "Policies take membership or role from the token alone.",
  why: "A token says what was true when it was issued: somebody removed from a tenant keeps its rows until his token expires. A helper function that looks into the membership table knows at once.",
  *check(project) {
    for (const [claim, [first, ...others]] of usersOfClaims(project)) {
      const { table, policy, at } = first!;
      yield {
        at,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} takes ${claim} from the token alone${alsoSaid(others.length)}: it stays as it was until the token is renewed.`,
        related: others.slice(0, MOST_RELATED).map((other) => ({
          place: other.at,
          message: `"${other.policy.name}" on ${nameOf(other.table)} takes it as well.`,
        })),
      };
    }
  },
});

const MOST_RELATED = 50;

const alsoSaid = (others: number): string =>
  others === 0 ? "" : others === 1 ? ", as 1 other policy does" : `, as ${others} other policies do`;

interface User {
  readonly table: Table;
  readonly policy: Policy;
  readonly at: Place;
}

/** A claim is one decision, however many policies rest on it. */
function usersOfClaims(project: Project): Map<string, User[]> {
  const users = new Map<string, User[]>();
  for (const table of project.catalog.tables.values())
    for (const { claim, user } of claimsOn(project, table)) remember(users, claim, () => []).push(user);
  return users;
}

const claimsOn = derived((project: Project, table: Table): readonly { claim: string; user: User }[] =>
  [...table.policies.values()].flatMap((policy) => {
    const found = claimOf(project, table, policy);
    return found ? { claim: found.claim, user: { table, policy, at: found.at } } : [];
  }),
);

function claimOf(
  project: Project,
  table: Table,
  policy: Policy,
): { readonly at: Place; readonly claim: string } | undefined {
  if (policy.refused || (isConcealed(project, table) && policy.platform)) return undefined;
  for (const { clause } of clausesOf(policy)) {
    const found = findClaim(project, wordingOf(clause));
    if (found) return { at: placeIn(clause, found.span), claim: found.claim };
  }
  return undefined;
}

/** The first claim about membership, where nothing else in the condition looks into a table. */
const findClaim = derived((project: Project, wording: Wording): { span: Span; claim: string } | undefined => {
  let found: { span: Span; claim: string } | undefined;
  let looksUp = false;
  visitThrough(project, wording.expr, {
    from: (item) => {
      if (item.kind === "table") looksUp = true;
    },
    expr: (expr, way) => {
      const claim = claimPath(project, expr)?.join(".");
      if (!claim) return true;
      if (!found && !isEverybodys(claim)) found = { span: (way.call ?? expr).span, claim };
      return false;
    },
  });
  return looksUp ? undefined : found;
});
