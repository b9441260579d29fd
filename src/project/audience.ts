import { mayDo, privilegesOf, rolesOf } from "../catalog/access.ts";
import type { Policy, Table } from "../catalog/catalog.ts";
import type { PolicyCommand, Privilege } from "../source/sql/statement.ts";
import type { Project } from "./project.ts";

/** The client roles that a policy is for: by name, through PUBLIC, or as members of a role it names. */
export function clientsOf(project: Project, policy: Policy): readonly string[] {
  return project.settings.clientRoles.filter((client) => {
    const roles = rolesOf(project.catalog, client);
    return policy.roles.some((role) => roles.has(role));
  });
}

/** The permissive policies that may let a client run the command, or anybody where no roles are known to be clients; refused ones left out. */
export function admittingPolicies(project: Project, table: Table, command: PolicyCommand): readonly Policy[] {
  return [...table.policies.values()].filter(
    (policy) =>
      policy.permissive &&
      !policy.refused &&
      (policy.command === "all" || policy.command === command) &&
      clauseFor(policy, command) !== undefined &&
      (!project.settings.clientRoles.length || clientsOf(project, policy).length > 0),
  );
}

/** The condition that rows must meet for the command: WITH CHECK for new rows, USING where there is none. */
export const clauseFor = (policy: Policy, command: PolicyCommand) =>
  command === "insert"
    ? (policy.check ?? (policy.command === "all" ? policy.using : undefined))
    : policy.using;

/** The client roles that were granted the privilege on the table or on columns of it. */
export const clientsWith = (project: Project, table: Table, privilege: Privilege): readonly string[] =>
  project.settings.clientRoles.filter((role) => mayDo(privilegesOf(project.catalog, table, role), privilege));
