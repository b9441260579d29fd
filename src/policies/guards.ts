import type { Table } from "../catalog/catalog.ts";
import { ranksOf } from "../project/access/access.ts";
import { type Audience, includes } from "../project/access/audience.ts";
import { grantsMembership, isKeyTable } from "../project/access/defaults.ts";
import { roleColumnIn, trustedColumns } from "../project/access/ranks.ts";
import type { Project } from "../project/project.ts";
import type { RowCommand } from "../project/row-access.ts";
import type { Scope } from "../project/tenancy.ts";
import { quoteIdentifier, quoteLiteral } from "../text/quote.ts";
import type { Caller } from "./caller.ts";
import type { Conditions } from "./conditions.ts";
import { keyOf } from "./functions.ts";

export interface Guards {
  /** What must hold besides the audience's own condition, or a sentence that says why nothing could. */
  of(table: Table, scope: Scope, command: RowCommand, audience: Audience): Guard | string;
}

export interface Guard {
  readonly and: readonly string[];
  /** It holds for the row as it was, too. */
  readonly onOld?: boolean;
}

/**
 * What keeps a caller from raising himself: roles are handed out by those who have them or stand above, nobody joins a
 * tenant by himself, and of one's own row the columns that others trust stay as they are.
 */
export function createGuards(project: Project, caller: Caller, conditions: Conditions): Guards {
  const { tenancy } = project;
  const [membership] = tenancy.memberships;
  const ranks = ranksOf(membership);

  function of(table: Table, scope: Scope, command: RowCommand, audience: Audience) {
    if (command === "select") return { and: [] };
    const key = keyOf(table);
    // A key of a user's own lets in nobody but him.
    const isOwnKey =
      (scope.kind === "user" || audience.kind === "self") &&
      isKeyTable(table) &&
      roleColumnIn(project, table) === undefined;
    const decides = key === membership?.table || (grantsMembership(table) && !isOwnKey);
    if (audience.kind === "self" && key === tenancy.user?.table)
      return ownRow(table, command, audience.column);
    if (!decides) return audience.kind === "self" ? ownRow(table, command, audience.column) : { and: [] };
    if (audience.kind !== "members" && command !== "delete")
      return "a caller could make himself a member of any tenant";
    return audience.kind === "members" ? handOut(table, scope, audience) : { and: [] };
  }

  /** Only who has a rank, or stands above it, makes, changes or removes one who has it. */
  function handOut(table: Table, scope: Scope, audience: Audience) {
    const column = roleColumnIn(project, table);
    if (column === undefined) return { and: [] };
    if (!membership!.roles.length)
      return `nothing says which roles ${table.name}.${column} may hold: a member could make himself an owner`;
    const above = [ranks.owners, ranks.admins].filter((rank) => rank !== undefined);
    const and = above.flatMap((rank) => {
      if (rank.kind !== "members" || includes(rank, audience)) return [];
      const own = ranks.owners && rank === ranks.admins ? without(rank.roles!, ranks.owners) : rank.roles!;
      const condition = conditions.of(table, scope, rank);
      return own.length
        ? [`(${quoteIdentifier(column)} not in (${own.map(quoteLiteral).join(", ")}) or ${condition})`]
        : [];
    });
    return { and, onOld: true };
  }

  function ownRow(table: Table, command: RowCommand, ownColumn: string) {
    const key = keyOf(table);
    const trusted = trustedColumns(table).filter((name) => name !== ownColumn);
    const tenant = key === membership?.table ? membership.tenantColumn : undefined;
    if (command === "insert" && (trusted.length || tenant !== undefined))
      return `a caller could give himself ${[...trusted, ...(tenant ? [tenant] : [])].join(" and ")}`;
    if (command !== "update") return { and: [] };
    if (trusted.length && !isUnique(table, ownColumn))
      return `a caller could change ${trusted.join(" and ")} of rows of his own`;
    const same = [...trusted, ...(tenant === undefined ? [] : [tenant])].map(
      (name) => `${quoteIdentifier(name)} is not distinct from ${caller.own(table, ownColumn, name)}`,
    );
    return { and: [...new Set(same)] };
  }

  const without = (roles: readonly string[], rank: Audience): readonly string[] =>
    rank.kind === "members" ? roles.filter((role) => !rank.roles?.includes(role)) : roles;

  const isUnique = (table: Table, column: string): boolean =>
    table.columns.get(column)?.primaryKey === true ||
    table.constraints.some(
      ({ kind, columns }) =>
        (kind === "unique" || kind === "primary key") && columns.length === 1 && columns[0] === column,
    ) ||
    table.indexes.some(
      ({ unique, keys, where }) => unique && !where && keys.length === 1 && keys[0]!.column === column,
    );

  return { of };
}
