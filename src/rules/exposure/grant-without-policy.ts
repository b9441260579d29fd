import { rolesOf } from "../../catalog/access.ts";
import type { Grant, Table } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

const COMMANDS = new Set(["select", "insert", "update", "delete"]);

export default defineRule({
  on: "table",
  severity: "info",
  summary: "A privilege was granted for a command that no policy covers.",
  why: "The role may issue the command and touches no row, in silence: either a policy is missing, or the grant is not meant.",
  *check(table, project) {
    if (!table.rowSecurity || table.uncertain || !table.policies.size || isConcealed(project, table)) return;
    for (const [key, grants] of groupByStatement(project, table)) {
      const commands = [...new Set(grants.map((grant) => grant.privilege))];
      const role = grants[0]!.role;
      yield {
        at: grants[0]!.made,
        subject: `${table.schema}.${table.name}/grant ${key}`,
        message: `${role} was granted ${listOf(commands)} on ${nameOf(table)}, and no policy lets it touch a row.`,
        remedy: {
          kind: "statements",
          title: `Revoke ${listOf(commands)} from ${role}`,
          statements: [
            `revoke ${commands.join(", ")} on ${quoteQualified(table.schema, table.name)} from ${quoteIdentifier(role)};`,
          ],
        },
      };
    }
  },
});

/** Explicit grants to client roles without a policy, by role. */
function groupByStatement(project: Project, table: Table): Map<string, Grant[]> {
  const groups = new Map<string, Grant[]>();
  for (const grant of table.grants) {
    if (grant.origin !== "explicit" || !COMMANDS.has(grant.privilege)) continue;
    if (!project.settings.clientRoles.includes(grant.role) || isCovered(project, table, grant)) continue;
    groups.set(grant.role, [...(groups.get(grant.role) ?? []), grant]);
  }
  return groups;
}

function isCovered(project: Project, table: Table, grant: Grant): boolean {
  const roles = rolesOf(project.catalog, grant.role);
  return [...table.policies.values()].some(
    (policy) =>
      policy.permissive &&
      (policy.command === "all" || policy.command === grant.privilege) &&
      policy.roles.some((role) => roles.has(role)),
  );
}
