import { qualify, type Table } from "../catalog/catalog.ts";
import { type Access, ranksOf } from "../project/access/access.ts";
import type { Audience } from "../project/access/audience.ts";
import { grantsMembership } from "../project/access/defaults.ts";
import { roleColumnIn } from "../project/access/ranks.ts";
import type { Project } from "../project/project.ts";
import type { RowCommand } from "../project/row-access.ts";
import type { Person } from "./people.ts";
import type { Maker } from "./values.ts";

/** Whether a person may run a command on a maker's row, by what is declared. Undefined is a visitor. */
export function isExpected(
  project: Project,
  table: Table,
  access: Access,
  command: RowCommand,
  person: Person | undefined,
  maker: Maker,
): boolean {
  const open = access.allowed[command].some((audience) => isIn(access, audience, person, maker));
  return open && (command === "select" || !person || mayHandOut(project, table, person, maker));
}

/** Whether somebody is one of those to whom a maker's row is open. */
export function isIn(
  { scope }: Pick<Access, "scope">,
  audience: Audience,
  person: Person | undefined,
  maker: Maker,
): boolean {
  if (audience.kind === "everyone") return true;
  if (!person) return false;
  if (audience.kind === "signed-in") return true;
  const sameTenant = person.tenant !== undefined && person.tenant === maker.tenant;
  if (audience.kind === "self")
    return person.index === maker.user && (scope.kind === "user" || sameTenant || maker.tenant === undefined);
  return sameTenant && (audience.roles?.includes(person.role ?? "") ?? true);
}

/** A rank is handed out, changed and taken by who has it or stands above it. */
function mayHandOut(project: Project, table: Table, person: Person, maker: Maker): boolean {
  const { tenancy } = project;
  const [membership] = tenancy.memberships;
  const key = qualify(table.schema, table.name);
  if (key !== membership?.table && !grantsMembership(table)) return true;
  if (roleColumnIn(project, table) === undefined) return true;
  const { owners, admins } = ranksOf(membership);
  const needs = [owners, admins].find((rank) => has(rank, maker.role));
  if (key === tenancy.user?.table && person.index === maker.user) return true;
  return needs === undefined || has(needs, person.role) || has(owners, person.role);
}

const has = (rank: Audience | undefined, role: string | undefined): boolean =>
  rank?.kind === "members" && role !== undefined && (rank.roles?.includes(role) ?? false);
