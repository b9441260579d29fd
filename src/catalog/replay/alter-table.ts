import type { QualifiedName } from "../../source/sql/expression.ts";
import type { AlterTableAction, ConstraintDefinition, TableStatement } from "../../source/sql/statement.ts";
import type { Grant, Table } from "../catalog.ts";
import { changeColumn, makeColumn, noteType, statedDefault } from "./column.ts";
import { addConstraint, removeConstraint } from "./constraint.ts";
import { dependentPolicies, droppedColumn, referencingTables } from "./dependents.ts";
import { dropColumn } from "./drop.ts";
import { addChild, cloneStructure, removeChild, withDescendants } from "./inheritance.ts";
import { findRelation, findTableKey, reportUnknown, roleName, typeIn } from "./names.ts";
import { type Draft, markChanged, type Step } from "./state.ts";
import { alterViewOptions } from "./view.ts";

type AlterTable = Extract<TableStatement, { kind: "alter-table" }>;
type Of<Do extends AlterTableAction["do"]> = Extract<AlterTableAction, { do: Do }>;

/** ALTER TABLE, and ALTER VIEW where it does the same. */
export function alterTable(step: Step, statement: AlterTable) {
  const { state } = step;
  const { objectKind } = statement;
  if (objectKind === "index" || objectKind === "sequence" || objectKind === "type") return;
  const found = findRelation(state, statement.name);
  if (!found) return reportUnknown(step, `alter ${objectKind}`, statement.name, statement.ifExists);
  if (found.kind === "view") return alterView(step, found.key, statement.actions);
  if (found.kind !== "table") return;
  for (const action of statement.actions) alter(step, found.key, action);
  const table = state.edit("tables", found.key);
  if (table) markChanged(step, table);
}

function alterView(step: Step, key: string, actions: AlterTable["actions"]) {
  for (const action of actions) {
    if (action.do === "options") alterViewOptions(step, key, action.options, action.reset);
    if (action.do === "owner") setOwner(step, key, action.to);
  }
}

/** The owner of a table or view. */
export function setOwner(step: Step, key: string, to: string) {
  const object = step.state.edit("tables", key) ?? step.state.edit("views", key);
  if (!object) return;
  changeOwner(object, roleName(step.state, to));
  markChanged(step, object);
}

/** What the former owner was granted by name, the new one has. */
export function changeOwner(object: { owner?: string; grants: readonly Grant[] }, to: string): void {
  const from = object.owner;
  object.owner = to;
  if (from === undefined || !object.grants.some(({ role }) => role === from)) return;
  const has = new Set(object.grants.flatMap(({ role, privilege }) => (role === to ? [privilege] : [])));
  object.grants = object.grants.flatMap((grant) => {
    if (grant.role !== from) return [grant];
    return has.has(grant.privilege) ? [] : [{ ...grant, role: to }];
  });
}

function alter(step: Step, key: string, action: AlterTableAction) {
  switch (action.do) {
    case "add-column":
      return addColumn(step, key, action);
    case "drop-column":
      return dropColumn(step, key, action.name, action.cascade);
    case "column-type":
      return changeType(step, key, action);
    case "column-default":
    case "column-not-null":
      for (const each of withDescendants(step, key)) changeAttribute(step, each, action);
      return;
    case "add-constraint":
      for (const each of heirsOf(step, key, action))
        addConstraint(step, step.state.edit("tables", each)!, inheritedAs(action.constraint, each === key));
      return;
    case "drop-constraint":
      return dropConstraint(step, key, action);
    default:
      return alterWhole(step, key, step.state.edit("tables", key)!, action);
  }
}

function alterWhole(step: Step, key: string, table: Draft<Table>, action: AlterTableAction) {
  switch (action.do) {
    case "row-security":
      return switchRowSecurity(step, key, table, action.enabled);
    case "force-row-security":
      table.forced = action.forced;
      table.forcedPlace = step.place;
      return;
    case "attach-partition":
      return attach(step, key, action.partition);
    case "detach-partition":
      return detach(step, key, action.partition);
    case "inherit":
    case "no-inherit":
      return changeParent(step, key, table, action);
    case "replica-identity":
      table.replicaIdentity = action.identity;
      return;
    case "owner":
      changeOwner(table, roleName(step.state, action.to));
  }
}

function switchRowSecurity(step: Step, key: string, table: Draft<Table>, enabled: boolean): void {
  if (table.rowSecurity && !enabled)
    step.state.add("events", { kind: "row-security-disabled", table: key, place: step.place });
  table.rowSecurity = enabled;
  table.rowSecurityPlace = step.place;
}

function addColumn(step: Step, key: string, { column, constraints }: Of<"add-column">): void {
  for (const each of withDescendants(step, key)) {
    const table = step.state.edit("tables", each);
    if (!table || table.columns.has(column.name)) continue;
    const columns = step.state.own(table.columns);
    columns.set(column.name, makeColumn(step, table, column));
    table.columns = columns;
    const inherited = each !== key && table.partitionOf === undefined;
    for (const constraint of constraints)
      if (!inherited || constraint.kind === "check") addConstraint(step, table, constraint);
  }
}

/** ALTER COLUMN TYPE, which PostgreSQL refuses for a column that a policy uses. */
function changeType(step: Step, key: string, { name, type }: Of<"column-type">): void {
  const { state } = step;
  const dropped = droppedColumn(key, name);
  const blocking = dependentPolicies(state, dropped, new Set()).filter(({ table }) => !table.uncertain);
  for (const { key: table, policy } of blocking)
    state.add("events", {
      kind: "drop-blocked",
      table,
      policy,
      dropped: dropped.words,
      what: "type",
      place: step.place,
    });
  if (blocking.length) return;
  const resolved = typeIn(state, type);
  for (const each of withDescendants(step, key)) {
    const table = state.edit("tables", each);
    if (!table) continue;
    changeColumn(step, table, name, { type: resolved });
    noteType(step, table, resolved);
  }
}

function changeAttribute(step: Step, key: string, action: Of<"column-default"> | Of<"column-not-null">) {
  const table = step.state.edit("tables", key);
  const column = table?.columns.get(action.name);
  if (!table || !column) return;
  if (action.do === "column-not-null")
    return changeColumn(step, table, action.name, { notNull: action.notNull });
  const { default: _, ...without } = column;
  const columns = step.state.own(table.columns);
  const value = statedDefault(action.default);
  columns.set(action.name, value ? { ...without, default: value } : without);
  table.columns = columns;
}

/** Partitions get every constraint of their table, other heirs only checks. */
function heirsOf(step: Step, key: string, { constraint }: Of<"add-constraint">): string[] {
  return withDescendants(step, key).filter((each) => {
    const table = step.state.shelves.tables.get(each);
    return table && (each === key || table.partitionOf !== undefined || constraint.kind === "check");
  });
}

/** The key of a partition is named after the partition. */
function inheritedAs(constraint: ConstraintDefinition, own: boolean): ConstraintDefinition {
  if (own || (constraint.kind !== "primary key" && constraint.kind !== "unique")) return constraint;
  const { name: _, ...unnamed } = constraint;
  return unnamed;
}

/** A key that others reference stays, unless CASCADE takes their foreign keys away. */
function dropConstraint(step: Step, key: string, { name, cascade }: Of<"drop-constraint">): void {
  const { state } = step;
  const constraint = state.shelves.tables.get(key)?.constraints.find((each) => each.name === name);
  if (!constraint) return;
  const referencing = isKey(constraint.kind)
    ? referencingTables(state, key).filter(([table, other]) =>
        references(step, table, other, constraint.columns),
      )
    : [];
  if (referencing.length && !cascade) return;
  for (const [table, other] of referencing) removeConstraint(step, state.edit("tables", table)!, other);
  for (const each of withDescendants(step, key)) {
    const table = state.edit("tables", each);
    if (table) removeConstraint(step, table, name);
  }
}

const isKey = (kind: string): boolean => kind === "primary key" || kind === "unique";

function references(step: Step, table: string, name: string, columns: readonly string[]): boolean {
  const constraint = step.state.shelves.tables.get(table)?.constraints.find((each) => each.name === name);
  const wanted = constraint?.references?.columns ?? [];
  return wanted.length === columns.length && wanted.every((column) => columns.includes(column));
}

function attach(step: Step, key: string, partition: QualifiedName) {
  const child = findTableKey(step.state, partition);
  const table = child === undefined ? undefined : step.state.edit("tables", child);
  if (child === undefined || !table) return reportUnknown(step, "attach partition", partition, false);
  table.partitionOf = key;
  table.inherits = [...table.inherits.filter((parent) => parent !== key), key];
  addChild(step, key, child);
  const parent = step.state.shelves.tables.get(key)!;
  if (!table.constraints.some(({ kind }) => kind === "primary key")) cloneStructure(step, table, parent);
}

function detach(step: Step, key: string, partition: QualifiedName): void {
  const child = findTableKey(step.state, partition);
  const table = child === undefined ? undefined : step.state.edit("tables", child);
  if (child === undefined || !table) return;
  delete table.partitionOf;
  table.inherits = table.inherits.filter((parent) => parent !== key);
  removeChild(step, key, child);
}

function changeParent(
  step: Step,
  key: string,
  table: Draft<Table>,
  { do: what, parent: name }: Of<"inherit" | "no-inherit">,
): void {
  const parent = findTableKey(step.state, name);
  if (parent === undefined) return;
  const others = table.inherits.filter((each) => each !== parent);
  table.inherits = what === "inherit" ? [...others, parent] : others;
  if (what === "inherit") addChild(step, parent, key);
  else removeChild(step, parent, key);
}
