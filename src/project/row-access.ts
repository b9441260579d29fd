import { isBypass, mayDo, privilegesOf, rolesOf } from "../catalog/access.ts";
import type { Policy, Table } from "../catalog/catalog.ts";
import type { Project } from "./project.ts";
import { listOf } from "./words.ts";

export const ROW_COMMANDS = ["select", "insert", "update", "delete"] as const;
export type RowCommand = (typeof ROW_COMMANDS)[number];

/** Which rows of a table a role reaches with a command, as grants, switch and policies decide together. */
export type RowAccess =
  | { readonly rows: "denied"; readonly why: "not granted" }
  | { readonly rows: "every"; readonly why: "row-level security is off" | "the role steps around policies" }
  | { readonly rows: "none"; readonly why: string }
  /** Rows that one of `permissive` lets through and all of `restrictive`. */
  | {
      readonly rows: "some";
      readonly permissive: readonly Policy[];
      readonly restrictive: readonly Policy[];
    };

/** Reads grants, the switch and the table's policies; what a policy's expression means is not judged here. */
export function rowAccessOf(
  { catalog }: Project,
  table: Table,
  role: string,
  command: RowCommand,
): RowAccess {
  if (!mayDo(privilegesOf(catalog, table, role), command)) return { rows: "denied", why: "not granted" };
  if (!table.rowSecurity) return { rows: "every", why: "row-level security is off" };
  if (isBypass(catalog, role)) return { rows: "every", why: "the role steps around policies" };
  const fitting = policiesFor(table, rolesOf(catalog, role), command);
  const permissive = fitting.filter((policy) => policy.permissive);
  if (!permissive.length) return { rows: "none", why: "no policy lets one through" };
  return { rows: "some", permissive, restrictive: fitting.filter((policy) => !policy.permissive) };
}

/** The policies that PostgreSQL applies for these roles and this command. */
export const policiesFor = (table: Table, roles: ReadonlySet<string>, command: RowCommand): Policy[] =>
  [...table.policies.values()].filter(
    (policy) =>
      !policy.refused &&
      (policy.command === "all" || policy.command === command) &&
      policy.roles.some((each) => roles.has(each)),
  );

/** "every row: row-level security is off", 'rows that "own tasks" or "shared" lets through, within "floor"'. */
export function describeRowAccess(access: RowAccess): string {
  if (access.rows === "denied") return access.why;
  if (access.rows === "every") return `every row: ${access.why}`;
  if (access.rows === "none") return `no row: ${access.why}`;
  const names = (policies: readonly Policy[], word: "and" | "or") =>
    listOf(
      policies.map(({ name }) => `"${name}"`),
      word,
    );
  const within = access.restrictive.length ? `, within ${names(access.restrictive, "and")}` : "";
  return `rows that ${names(access.permissive, "or")} lets through${within}`;
}
