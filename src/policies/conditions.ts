import type { Table } from "../catalog/catalog.ts";
import type { Audience } from "../project/access/audience.ts";
import type { Project } from "../project/project.ts";
import type { Scope, Step } from "../project/tenancy.ts";
import { quoteIdentifier } from "../text/quote.ts";
import { type Caller, type cast, tenantType } from "./caller.ts";
import { type Functions, fromTable, keyOf } from "./functions.ts";
import { spokenOf, typeSql, wordOf } from "./names.ts";

/** Conditions on the rows of tables: the columns bare, or of `r` inside a function. */
export interface Conditions {
  /** Undefined where the way to the tenant or user cannot be written. */
  of(table: Table, scope: Scope, audience: Audience): string | undefined;
  /** A call that gives the keys of the rows of a table that an audience has. */
  rows(table: Table, column: string, scope: Scope, audience: Audience): string | undefined;
}

/**
 * A row's way to its tenant or user, as a comparison with what PostgreSQL asks once for the whole query: an array that
 * an index on the column serves. Tables on the way are read by functions of their own, not through their policies.
 */
export function createConditions(project: Project, caller: Caller, functions: Functions): Conditions {
  const { catalog } = project;

  function of(table: Table, scope: Scope, audience: Audience): string | undefined {
    if (audience.kind === "everyone" || audience.kind === "signed-in") return "true";
    if (audience.kind === "members") return along(table, scope.path, scope, audience, "");
    if (scope.kind !== "tenant") return along(table, scope.path, scope, audience, "");
    const own = `${quoteIdentifier(audience.column)} = ${caller.id(table, audience.column)}`;
    // Whoever left a tenant leaves what he made there.
    if (keyOf(table) === project.tenancy.user?.table) return own;
    const within = along(table, scope.path, scope, { kind: "members", name: "members" }, "");
    return within && `${own} and ${within}`;
  }

  function along(
    table: Table,
    steps: readonly Step[],
    scope: Scope,
    audience: Audience,
    prefix: string,
  ): string | undefined {
    const [step, ...rest] = steps;
    const isLast = !step || (steps.length === 1 && step.column === scope.column && step.by !== "referred to");
    const name = isLast ? (step?.column ?? scope.column) : step.column;
    const column = name === undefined ? undefined : table.columns.get(name);
    if (name === undefined || !column) return undefined;
    const left = prefix + quoteIdentifier(name);
    if (isLast && audience.kind === "members")
      return `${left} = any (array(${selectFrom(caller.tenants(audience), tenantType(project), column.type)}))`;
    if (isLast) return `${left} = ${caller.id(table, name)}`;
    const parent = catalog.tables.get(step.to);
    const key = parent?.columns.get(step.toColumn);
    if (!parent || !key || !along(parent, rest, scope, audience, "r.")) return undefined;
    const call = rowsOf(parent, step, rest, scope, audience);
    return `${left} = any (array(${selectFrom(call, key.type, column.type)}))`;
  }

  /** The function that gives the keys of a parent's rows. */
  function rowsOf(
    parent: Table,
    step: Step,
    rest: readonly Step[],
    scope: Scope,
    audience: Audience,
  ): string {
    const as =
      audience.kind === "members" && audience.roles ? `_as_${wordOf(audience.name).replace(/s$/, "")}` : "";
    // A detail is called after itself: the function of the rows that have it may give their own keys.
    const rows = step.by === "referred to" ? catalog.tables.get(step.table)! : parent;
    const identity = `rows ${step.to}.${step.toColumn} ${rest.map(({ column }) => column).join()} ${audience.kind}${as}`;
    return functions.call(identity, `current_user_${wordOf(rows.name)}${as}`, () => ({
      says: `The ${spokenOf(rows.name)} that the caller ${audience.kind === "self" ? "has" : "works with"}${as.replaceAll("_", " ")}`,
      returns: parent.columns.get(step.toColumn)!.type,
      set: true,
      select: `select r.${quoteIdentifier(step.toColumn)} from ${fromTable(parent)}\n  where ${along(parent, rest, scope, audience, "r.")}`,
      definer: true,
    }));
  }

  function rows(table: Table, column: string, scope: Scope, audience: Audience): string | undefined {
    const key = keyOf(table);
    if (key === project.tenancy.tenant?.table && audience.kind === "members") return caller.tenants(audience);
    if (along(table, scope.path, scope, audience, "r.") === undefined) return undefined;
    const step: Step = { table: key, column, to: key, toColumn: column, by: "foreign key" };
    return rowsOf(table, step, scope.path, scope, audience);
  }

  return { of, rows };
}

/** `select f()`, or with a cast of each where the column has another type. */
const selectFrom = (
  call: string,
  from: Parameters<typeof cast>[1],
  to: Parameters<typeof cast>[2],
): string =>
  from.name === to.name || (TEXTS.has(from.name) && TEXTS.has(to.name))
    ? `select ${call}`
    : `select each::${typeSql(to)} from ${call} as each`;

const TEXTS = new Set(["text", "varchar", "bpchar"]);
