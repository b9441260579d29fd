import { isBypass, mayDo, privilegesOf } from "../../catalog/access.ts";
import type { Policy } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { isShut } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
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
    for (const role of policy.roles) {
      if (role === "public" || !grantsAreStated(project, role) || bypasses(project, role)) continue;
      const privileges = privilegesOf(project.catalog, table, role);
      const missing = commandsOf(policy).filter((command) => !mayDo(privileges, command));
      if (!missing.length || (policy.command === "all" && missing.length < COMMANDS.length)) continue;
      yield {
        at: policy.nameSpan,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" lets ${role} ${policy.command === "all" ? "do everything" : policy.command} on ${nameOf(table)}, but ${role} was not granted ${missing.join(", ")}.`,
        remedy: {
          kind: "statements",
          title: `Grant ${missing.join(", ")} on ${nameOf(table)} to ${role}`,
          statements: [
            `grant ${missing.join(", ")} on ${quoteQualified(table.schema, table.name)} to ${quoteIdentifier(role)};`,
          ],
        },
      };
    }
  },
});

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
