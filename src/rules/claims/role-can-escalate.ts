import { isBypass, rolesOf, rolesOpenTo } from "../../catalog/access.ts";
import type { Membership } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { ownerOf } from "../../project/relations.ts";
import { nameOf } from "../../project/words.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A role that clients come in as may become one to which policies do not apply.",
  why: "`SET ROLE` is all it takes; and a member of a table's owner steps around its policies without even that.",
  *check(project) {
    for (const client of project.settings.clientRoles) {
      if (isBypass(project.catalog, client)) continue;
      for (const membership of project.catalog.roles.get(client)?.memberOf ?? []) {
        const gained = findGain(project, client, membership);
        if (!gained) continue;
        yield {
          at: membership.made,
          subject: `role ${client}`,
          message: `${client} may become ${gained.role}, ${gained.reason}.`,
          remedy: {
            kind: "statements",
            title: `Revoke ${membership.role} from ${client}`,
            statements: [`revoke ${quoteIdentifier(membership.role)} from ${quoteIdentifier(client)};`],
          },
        };
      }
    }
  },
});

/** The first role that the membership opens, directly or further on, and that stands above policies. */
function findGain(project: Project, client: string, membership: Membership) {
  const { catalog } = project;
  if (!membership.set && !membership.inherit) return undefined;
  const open = [
    membership.role,
    ...rolesOpenTo(catalog, membership.role),
    ...rolesOf(catalog, membership.role),
  ];
  for (const role of new Set(open)) {
    if (role === client || role === "public") continue;
    const options = catalog.roles.get(role)?.options;
    if (membership.set && options?.superuser) return { role, reason: "a superuser" };
    if (membership.set && options?.bypassRls) return { role, reason: "which has BYPASSRLS" };
    const owned = ownedTable(project, role);
    if (owned) return { role, reason: `which owns ${nameOf(owned)} and steps around its policies` };
  }
  return undefined;
}

const ownedTable = (project: Project, role: string) =>
  [...project.catalog.tables.values()].find(
    (table) =>
      table.rowSecurity && !table.forced && !isConcealed(project, table) && ownerOf(project, table) === role,
  );
