import { connectionVariables } from "../../project/connection.ts";
import { placeOfDatabase } from "../../project/place.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { isIdentitySetting } from "../../project/trusted-settings.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "info",
  summary: "The role with which the application connects steps around row-level security.",
  why: "A superuser, a BYPASSRLS role and the owner of the tables see every row whatever the policies say. That is fine for a server that filters itself, and wrong where the code sets an identity and trusts the policies.",
  *check(project) {
    const connection = findConnection(project);
    if (!connection) return;
    const guarded = project.settings.policiesGuardPrisma ?? setsIdentity(project);
    if (!guarded && !hasPolicies(project)) return;
    yield {
      at: connection.at,
      subject: "connection",
      severity: guarded ? "error" : "info",
      message: guarded
        ? `${connection.variable} connects as ${connection.role}, ${connection.reason}: the identity that the code sets is never checked by a policy.`
        : `${connection.variable} connects as ${connection.role}, ${connection.reason}: policies do not apply to what the application asks through it.`,
    };
  },
});

interface Connection {
  readonly at: Place;
  readonly variable: string;
  readonly role: string;
  readonly reason: string;
}

/** The first URL that the application connects with and whose role is known to step around policies. */
function findConnection(project: Project): Connection | undefined {
  for (const { name, url, place } of connectionVariables(project)) {
    const role = url.user?.split(".")[0];
    const reason = role === undefined ? undefined : bypassReason(project, role);
    if (role === undefined || reason === undefined) continue;
    return { at: placeOfDatabase(project) ?? place, variable: name, role, reason };
  }
  return undefined;
}

function bypassReason(project: Project, role: string): string | undefined {
  const options = project.catalog.roles.get(role)?.options;
  if (options?.superuser) return "a superuser";
  if (options?.bypassRls || project.platform.bypassRoles.includes(role)) return "which has BYPASSRLS";
  return ownsUnforced(project, role) ? "which owns the tables, and they are not forced" : undefined;
}

const ownsUnforced = (project: Project, role: string): boolean =>
  [...project.catalog.tables.values()].some(
    (table) => table.owner === role && table.rowSecurity && !table.forced && !isConcealed(project, table),
  );

const setsIdentity = (project: Project): boolean =>
  (project.usages.get("setting") ?? []).some(
    (usage) =>
      usage.kind === "setting" && usage.role === "runtime" && isIdentitySetting(project, usage.setting),
  );

const hasPolicies = (project: Project): boolean =>
  [...project.catalog.tables.values()].some((table) => table.policies.size && !isConcealed(project, table));
