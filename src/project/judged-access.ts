import type { Policy, Table } from "../catalog/catalog.ts";
import { isNeverTrue } from "../catalog/meaning/decide.ts";
import { clauseFor } from "./audience.ts";
import { propositionOf, worldOfRole } from "./meaning.ts";
import { type Cycle, findCycle, looksIntoTables } from "./policy-edges.ts";
import type { Project } from "./project.ts";
import { type RowAccess, type RowCommand, rowAccessOf } from "./row-access.ts";
import { nameOf } from "./words.ts";

/**
 * Which rows a role reaches, with what policies mean: without those that are never true for it, and none where
 * PostgreSQL refuses the query because a policy leads back to its own table.
 */
export function judgedAccessOf(project: Project, table: Table, role: string, command: RowCommand): RowAccess {
  const access = rowAccessOf(project, table, role, command);
  if (access.rows !== "some") return access;
  const cycle = looksIntoTables(project, table) ? findCycle(project, table, command, role, true) : undefined;
  if (cycle) return { rows: "none", why: `${cycleWords(table, cycle)}, and PostgreSQL refuses the query` };
  const opens = (policy: Policy) => mayLetThrough(project, table, policy, role, command);
  const shut = access.restrictive.find((policy) => !opens(policy));
  if (shut) return { rows: "none", why: `"${shut.name}" lets none through` };
  const permissive = access.permissive.filter(opens);
  return permissive.length ? { ...access, permissive } : { rows: "none", why: "no policy lets one through" };
}

function mayLetThrough(
  project: Project,
  table: Table,
  policy: Policy,
  role: string,
  command: RowCommand,
): boolean {
  const clause = clauseFor(policy, command);
  if (!clause) return false;
  const { formula } = propositionOf(project, table, clause, role);
  return isNeverTrue(formula, worldOfRole(project, role)) !== "yes";
}

/** "participants_visible" leads back to participants, or to another table that leads back to itself. */
function cycleWords(table: Table, cycle: Cycle): string {
  const [first] = cycle;
  const looped = cycle.at(-1)!.to;
  if (looped === table) return `"${first!.by.name}" leads back to ${nameOf(table)}`;
  const into = cycle.findIndex(({ to }) => to === looped);
  return `"${first!.by.name}" leads to ${nameOf(looped)}, whose "${cycle[into + 1]!.by.name}" leads back to it`;
}
