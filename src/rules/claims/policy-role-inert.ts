import { isBypass, rolesOf } from "../../catalog/access.ts";
import type { Policy, Table } from "../../catalog/catalog.ts";
import { clausesOf } from "../../project/clauses.ts";
import { settledOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy is for a role to which policies do not apply, or that nobody has.",
  why: "PostgreSQL never asks a policy about a superuser or BYPASSRLS role, and one for a role that nobody can log in as or become is never asked at all: the rows stay as open or as closed as they were.",
  *check({ policy, table }, project) {
    if (policy.refused || !policy.rolesStated || isConcealed(project, table)) return;
    const why = policy.roles.every((role) => bypasses(project, role))
      ? "policies do not apply to"
      : policy.roles.every((role) => isNobodys(project, role))
        ? "nobody can log in as or become"
        : undefined;
    if (!why || (why.startsWith("policies") && saysNothing(project, table, policy))) return;
    yield {
      at: policy.nameSpan,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" on ${nameOf(table)} is for ${listOf(policy.roles)}, which ${why}.`,
    };
  },
});

const bypasses = (project: Project, role: string): boolean =>
  project.platform.bypassRoles.includes(role) || isBypass(project.catalog, role);

/** `to service_role using (true)` only says what is so anyway. */
const saysNothing = (project: Project, table: Table, policy: Policy): boolean =>
  clausesOf(policy).every(({ clause }) => settledOf(project, table, clause) === true);

/** A role of the sources' own without login, that no login has or may become. Behind an API all logins are known. */
function isNobodys(project: Project, name: string): boolean {
  const { catalog, platform, settings } = project;
  const role = catalog.roles.get(name);
  if (!platform.clientsUseApi || !role || role.platform || role.conditional || role.options.login)
    return false;
  if (settings.clientRoles.includes(name)) return false;
  return ![...catalog.roles.values()].some(
    (other) =>
      other.name !== name &&
      (other.memberOf.some((each) => each.role === name) || rolesOf(catalog, other.name).has(name)),
  );
}
