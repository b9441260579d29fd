import type { GrantStatement, Privilege } from "../../source/sql/statement.ts";
import { CLARITY } from "../access.ts";
import type { Func, Grant, Table } from "../catalog.ts";
import { everyPrivilege, spellOut } from "./default-privilege.ts";
import { findOverloads, replaceFunction } from "./function.ts";
import { findRelation, reportUnknown, roleName } from "./names.ts";
import { type Draft, markChanged, type Step } from "./state.ts";

type Statement = Extract<GrantStatement, { kind: "grant" }>;

/** One GRANT or REVOKE, ready to be done to each object. */
interface Change {
  readonly step: Step;
  readonly statement: Statement;
  readonly roles: readonly string[];
  readonly whole: readonly Privilege[];
  readonly origin: Grant["origin"];
  /** Objects made alike share their grants; changed alike they share them again. */
  readonly done: Map<readonly Grant[], readonly Grant[]>;
}

/** GRANT and REVOKE on objects, or on all of a schema. */
export function applyGrant(step: Step, statement: Statement) {
  if (statement.grantOptionOnly) return;
  const roles = statement.roles.map(({ name }) => roleName(step.state, name));
  const whole = spellOut(
    statement.privileges.filter(({ columns }) => !columns.length),
    statement.on === "other" ? "other" : statement.on,
  );
  const all = statement.allInSchemas.length > 0 || isEverything(statement);
  const change: Change = { step, statement, roles, whole, origin: originOf(step, all), done: new Map() };
  if (statement.on === "table") return changeTables(change);
  if (statement.on === "schema") return changeSchemas(change);
  if (statement.on === "function") changeFunctions(change);
}

/** GRANT ALL, or all of it spelled out, as pg_dump does. */
function isEverything({ privileges, on }: Statement): boolean {
  const named = new Set(
    privileges.filter(({ columns }) => !columns.length).map(({ privilege }) => privilege),
  );
  const whole = everyPrivilege(on);
  return named.has("all") || (whole.length > 1 && whole.every((privilege) => named.has(privilege)));
}

const originOf = (step: Step, all: boolean): Grant["origin"] => {
  if (step.state.platform) return "assumed";
  return all ? "all" : "explicit";
};

function changeTables(change: Change): void {
  const { step, statement } = change;
  const { tables, views } = step.state.shelves;
  for (const schema of statement.allInSchemas) {
    for (const [key, table] of [...tables]) if (table.schema === schema) changeTable(change, key);
    for (const [key, view] of [...views]) if (view.schema === schema) changeView(change, key);
  }
  for (const { name } of statement.objects) {
    const found = findRelation(step.state, name);
    if (found?.kind === "table") changeTable(change, found.key);
    else if (found?.kind === "view") changeView(change, found.key);
    else if (!found) reportUnknown(step, statement.revoke ? "revoke" : "grant", name, false);
  }
}

function changeTable(change: Change, key: string): void {
  const { step, statement } = change;
  const before = step.state.shelves.tables.get(key)!;
  const grants = changed(change, before.grants, change.whole);
  const ofColumns = changedColumns(change, before);
  if (grants === before.grants && !ofColumns.length) return;
  const table = step.state.edit("tables", key)!;
  table.grants = grants;
  if (ofColumns.length) {
    const columns = step.state.own(table.columns);
    for (const [name, columnGrants] of ofColumns)
      columns.set(name, { ...columns.get(name)!, grants: columnGrants });
    table.columns = columns;
  }
  if (!statement.allInSchemas.length) markChanged(step, table);
}

/** Column grants that the statement changes: those it names, and on REVOKE from the table those it covers. */
function changedColumns(change: Change, table: Table): readonly [string, readonly Grant[]][] {
  const { statement, whole } = change;
  const named = statement.privileges.some(({ columns }) => columns.length);
  if (!named && !statement.revoke) return NO_COLUMNS;
  const byColumn = new Map<string, Privilege[]>();
  for (const { privilege, columns } of statement.privileges) {
    const privileges = privilege === "all" ? COLUMN_PRIVILEGES : [privilege];
    for (const column of columns) byColumn.set(column, [...(byColumn.get(column) ?? []), ...privileges]);
  }
  const found: [string, readonly Grant[]][] = [];
  for (const [name, column] of table.columns) {
    const own = byColumn.get(name) ?? [];
    if (!own.length && !(statement.revoke && column.grants.length)) continue;
    const grants = changed(change, column.grants, statement.revoke ? [...own, ...whole] : own);
    if (grants !== column.grants) found.push([name, grants]);
  }
  return found;
}

const NO_COLUMNS: readonly [string, readonly Grant[]][] = [];
const COLUMN_PRIVILEGES: readonly Privilege[] = ["select", "insert", "update", "references"];

function changeView(change: Change, key: string): void {
  const before = change.step.state.shelves.views.get(key)!;
  const grants = changed(change, before.grants, change.whole);
  if (grants === before.grants) return;
  const view = change.step.state.edit("views", key)!;
  view.grants = grants;
  if (!change.statement.allInSchemas.length) markChanged(change.step, view);
}

function changeSchemas(change: Change): void {
  const { state } = change.step;
  for (const { name } of change.statement.objects) {
    const schema = state.edit("schemas", name.name);
    if (!schema) continue;
    schema.grants = changed(change, schema.grants, change.whole);
    markChanged(change.step, schema);
  }
}

function changeFunctions(change: Change): void {
  const { step, statement } = change;
  for (const schema of statement.allInSchemas)
    for (const list of [...step.state.shelves.functions.values()])
      for (const func of list) if (func.schema === schema) changeFunction(change, func);
  for (const { name, args } of statement.objects)
    for (const func of findOverloads(step.state, name, args)) changeFunction(change, func);
}

/** PUBLIC's EXECUTE is a mark on the function, since it is there without a grant. */
function changeFunction(change: Change, func: Func): void {
  const { step, statement, roles } = change;
  const grants = changed(change, func.grants, change.whole);
  const toPublic = roles.includes("public") && change.whole.includes("execute");
  const publicExecute = toPublic ? !statement.revoke : func.publicExecute;
  if (grants === func.grants && publicExecute === func.publicExecute) return;
  const draft: Draft<Func> = { ...func, grants, publicExecute };
  if (!statement.allInSchemas.length) markChanged(step, draft);
  replaceFunction(step.state, func, draft);
}

/** The list after the change; the same list where nothing changes. */
function changed(
  change: Change,
  grants: readonly Grant[],
  privileges: readonly Privilege[],
): readonly Grant[] {
  if (!privileges.length) return grants;
  if (privileges !== change.whole) return computed(change, grants, privileges);
  let after = change.done.get(grants);
  if (!after) {
    after = computed(change, grants, privileges);
    change.done.set(grants, after);
  }
  return after;
}

function computed(
  { statement, roles, origin, step }: Change,
  grants: readonly Grant[],
  privileges: readonly Privilege[],
): readonly Grant[] {
  const concerned = (grant: Grant) => roles.includes(grant.role) && privileges.includes(grant.privilege);
  if (statement.revoke) {
    const kept = grants.filter((grant) => !concerned(grant));
    return kept.length === grants.length ? grants : kept;
  }
  const clearer = grants.filter((grant) => concerned(grant) && CLARITY[grant.origin] > CLARITY[origin]);
  const has = (role: string, privilege: Privilege) =>
    clearer.some((grant) => grant.role === role && grant.privilege === privilege);
  const added = roles.flatMap((role) =>
    privileges.flatMap((privilege) =>
      has(role, privilege) ? [] : [{ role, privilege, origin, made: step.place }],
    ),
  );
  const after = [...grants.filter((grant) => !concerned(grant) || clearer.includes(grant)), ...added];
  return origin === "explicit" ? asOne(after, roles, everyPrivilege(statement.on)) : after;
}

/** Each privilege in a statement of its own, as tools that compare two databases write it, is GRANT ALL too. */
function asOne(
  grants: readonly Grant[],
  roles: readonly string[],
  every: readonly Privilege[],
): readonly Grant[] {
  const explicit = (role: string, privilege: Privilege): boolean =>
    grants.some((each) => each.role === role && each.privilege === privilege && each.origin === "explicit");
  const whole = roles.filter((role) => every.length > 1 && every.every((each) => explicit(role, each)));
  if (!whole.length) return grants;
  return grants.map((each) => (whole.includes(each.role) ? { ...each, origin: "all" } : each));
}
