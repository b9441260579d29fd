import { isBypass, mayDo, mayUseSchema, privilegesOf } from "../catalog/access.ts";
import type { Table } from "../catalog/catalog.ts";
import type { Allowed } from "../project/access/audience.ts";
import type { Project } from "../project/project.ts";
import { ROW_COMMANDS } from "../project/row-access.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";

/** The roles that policies are for. */
export interface PolicyRoles {
  /** Whoever is signed in. */
  readonly signedIn: readonly string[];
  /** With the anonymous visitor. */
  readonly everyone: readonly string[];
}

/** The platform's client roles; else the role with which the application connects; else everybody, the owner included. */
export function rolesFor({ platform, settings }: Project): PolicyRoles {
  const clients = settings.clientRoles.length ? settings.clientRoles : ["public"];
  if (platform.signedInRole) return { signedIn: [platform.signedInRole], everyone: clients };
  const own = settings.applicationRole === undefined ? clients : [settings.applicationRole];
  return { signedIn: own, everyone: own };
}

/** Privileges that the declared commands need and that neither grants nor platform give. */
export function grantsFor(project: Project, table: Table, allowed: Allowed, roles: PolicyRoles): string[] {
  const { catalog } = project;
  const statements: string[] = [];
  for (const role of roles.everyone) {
    if (role === "public" || !catalog.roles.has(role)) continue;
    const privileges = privilegesOf(catalog, table, role);
    const missing = ROW_COMMANDS.filter((command) => {
      const isFor = allowed[command].some(({ kind }) => kind === "everyone" || roles.signedIn.includes(role));
      return isFor && !mayDo(privileges, command);
    });
    const name = quoteIdentifier(role);
    if (!missing.length) continue;
    if (!mayUseSchema(catalog, table.schema, role))
      statements.push(`grant usage on schema ${quoteIdentifier(table.schema)} to ${name};`);
    statements.push(`grant ${missing.join(", ")} on ${quoteQualified(table.schema, table.name)} to ${name};`);
  }
  return statements;
}

/**
 * Whether policies may be forced on the owner too. The functions they call run as the owner: that must step around
 * policies, or see the caller's rows by the same settings. An owner apart from the application's role needs no forcing.
 */
export const mayForce = ({ catalog, platform, settings }: Project): boolean =>
  platform.callerId.length
    ? isBypass(catalog, platform.migrationRole)
    : settings.applicationRole === undefined && !settings.clientRoles.length;
