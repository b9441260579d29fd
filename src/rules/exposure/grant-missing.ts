import { isBypass, mayDo, privilegesOf } from "../../catalog/access.ts";
import type { Policy, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { remember } from "../../catalog/remember.ts";
import { isShut } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

const COMMANDS = ["select", "insert", "update", "delete"] as const;

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy lets a role do what the project's grants do not.",
  why: 'A policy narrows what a grant allows. Without the privilege the role gets "permission denied" whatever the policy says.',
  *check({ policy, table }, project) {
    if (policy.refused || !policy.permissive || isShut(policy) || isConcealed(project, table)) return;
    for (const [missing, roles] of missingPrivileges(project, table, policy)) {
      const were = roles.length > 1 ? "were" : "was";
      yield {
        at: policy.nameSpan,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" lets ${listOf(roles)} ${policy.command === "all" ? "do everything" : policy.command} on ${nameOf(table)}, but ${listOf(roles)} ${were} not granted ${missing}.`,
        remedy: {
          kind: "statements",
          title: `Grant ${missing} on ${nameOf(table)} to ${listOf(roles)}`,
          statements: [
            `grant ${missing} on ${quoteQualified(table.schema, table.name)} to ${roles.map(quoteIdentifier).join(", ")};`,
          ],
        },
      };
    }
  },
});

/** What roles of a policy were not granted, in words, and which roles they are. */
function missingPrivileges(project: Project, table: Table, policy: Policy): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const role of policy.roles) {
    if (role === "public" || !grantsAreStated(project, role) || bypasses(project, role)) continue;
    const privileges = privilegesOf(project.catalog, table, role);
    const missing = commandsOf(policy).filter((command) => !mayDo(privileges, command));
    if (!missing.length || (policy.command === "all" && missing.length < COMMANDS.length)) continue;
    remember(found, missing.join(", "), (): string[] => []).push(role);
  }
  return found;
}

const commandsOf = (policy: Policy) => (policy.command === "all" ? COMMANDS : ([policy.command] as const));

/** Only where the sources state grants to the role is their absence known to be one. */
const grantsAreStated = derived((project: Project, role: string): boolean => {
  if (!project.catalog.roles.has(role)) return false;
  for (const table of project.catalog.tables.values())
    for (const grant of table.grants) if (grant.role === role && !table.platform) return true;
  return false;
});

const bypasses = (project: Project, role: string): boolean =>
  project.platform.bypassRoles.includes(role) || isBypass(project.catalog, role);
