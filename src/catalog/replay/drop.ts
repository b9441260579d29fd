import type { QualifiedName } from "../../source/sql/expression.ts";
import type { TableStatement } from "../../source/sql/statement.ts";
import { type Func, qualify, type Table } from "../catalog.ts";
import { signatureOf } from "../resolve/functions.ts";
import { removeColumn } from "./column.ts";
import { removeConstraint } from "./constraint.ts";
import {
  type Dropped,
  dependentPolicies,
  dependentViews,
  droppedColumn,
  droppedFunction,
  droppedTable,
  droppedType,
  referencingTables,
} from "./dependents.ts";
import { findOverloads, replaceFunction } from "./function.ts";
import { dropIndex, removeIndex } from "./index-of-table.ts";
import { removeChild, withDescendants } from "./inheritance.ts";
import { findRelation, findTypeKey, reportUnknown, roleName } from "./names.ts";
import { removePolicy, reportUnknownPolicy } from "./policy.ts";
import { moveInPublications } from "./publication.ts";
import { type Draft, markChanged, type Step } from "./state.ts";
import { dropEventTrigger, dropInstead, dropTrigger } from "./trigger.ts";

type Drop = Extract<TableStatement, { kind: "drop" }>;

/** DROP of anything. What PostgreSQL refuses for want of CASCADE does not happen. */
export function applyDrop(step: Step, statement: Drop) {
  const { objectKind, objects } = statement;
  switch (objectKind) {
    case "table":
    case "foreign table":
    case "view":
    case "materialized view":
      return dropRelations(step, statement);
    case "function":
      return dropFunctions(step, statement);
    case "type":
    case "domain":
      return dropTypes(step, statement);
    case "schema":
      for (const { name } of objects) dropSchema(step, name.name, statement.cascade);
      return;
    case "policy":
      for (const { name, part } of objects) dropPolicy(step, name, part ?? "", statement);
      return;
    default:
      for (const object of objects) dropOther(step, statement, object);
  }
}

function dropOther(step: Step, statement: Drop, { name, part }: Drop["objects"][number]) {
  const { state } = step;
  switch (statement.objectKind) {
    case "index": {
      const found = findRelation(state, name);
      if (found?.kind === "index") dropIndex(step, found.key);
      return;
    }
    case "sequence": {
      const found = findRelation(state, name);
      if (found?.kind === "sequence") state.write("sequences").delete(found.key);
      return;
    }
    case "trigger":
      return dropTrigger(step, name, part ?? "");
    case "rule":
      return dropInstead(step, name, "rule", part ?? "");
    case "event trigger":
      return dropEventTrigger(state, name.name);
    case "publication":
      return void state.write("publications").delete(name.name);
    case "extension":
      return void state.write("extensions").delete(name.name);
    case "role":
      return dropRole(step, roleName(state, name.name));
  }
}

function dropPolicy(step: Step, name: QualifiedName, policyName: string, { ifExists }: Drop) {
  const { state } = step;
  const found = findRelation(state, name);
  if (!found) return reportUnknown(step, "drop policy", name, ifExists);
  const table = found.kind === "table" ? state.edit("tables", found.key) : undefined;
  if (!table) return;
  const policy = table.policies.get(policyName);
  if (!policy) {
    if (!step.conditional) reportUnknownPolicy(step, table, policyName, ifExists);
    return;
  }
  removePolicy(step, table, policyName);
  if (!policy.refused)
    state.add("events", { kind: "policy-dropped", table: found.key, policy, place: step.place });
}

function dropRelations(step: Step, statement: Drop): void {
  const { state } = step;
  const keys: string[] = [];
  for (const { name } of statement.objects) {
    const found = findRelation(state, name);
    if (found?.kind === "temporary") state.session.temporary.delete(name.name);
    else if (found?.kind === "table") keys.push(...withHeirs(step, found.key, statement.cascade));
    else if (found?.kind === "view") keys.push(found.key);
  }
  const gone = new Set(keys);
  if (!statement.cascade && keys.some((key) => isBlocked(step, droppedRelation(step, key), gone, key)))
    return;
  for (const key of gone) dropRelation(step, key, gone);
}

const droppedRelation = (step: Step, key: string): Dropped =>
  droppedTable(step.state.shelves.views.has(key) ? "view" : "table", key);

/** Partitions go with their table; inheritance children hold it back, or go with it under CASCADE. */
const withHeirs = (step: Step, key: string, withCascade: boolean): string[] =>
  withDescendants(step, key).filter(
    (each) => each === key || withCascade || step.state.shelves.tables.get(each)?.partitionOf !== undefined,
  );

/**
 * Says for each policy in the way that it blocks; true where anything does. Policies of a table that run-time SQL may
 * have changed are taken to be gone.
 */
function isBlocked(step: Step, dropped: Dropped, gone: ReadonlySet<string>, key?: string): boolean {
  const { state } = step;
  const policies = dependentPolicies(state, dropped, gone).filter(({ table }) => !table.uncertain);
  for (const { key: table, policy } of policies)
    state.add("events", {
      kind: "drop-blocked",
      table,
      policy,
      dropped: dropped.words,
      what: "drop",
      place: step.place,
    });
  if (policies.length || dependentViews(state, dropped, gone).length) return true;
  if (key === undefined) return false;
  const heirs = state.shelves.children.get(key) ?? [];
  return (
    heirs.some((heir) => !gone.has(heir)) || referencingTables(state, key).some(([table]) => !gone.has(table))
  );
}

/** Drops a table or view with everything that hangs on it. */
function dropRelation(step: Step, key: string, gone: ReadonlySet<string>): void {
  cascade(step, droppedRelation(step, key), gone);
  const { state } = step;
  const table = state.shelves.tables.get(key);
  if (!table) return void state.write("views").delete(key);
  for (const [user, constraint] of referencingTables(state, key))
    if (!gone.has(user)) removeConstraint(step, state.edit("tables", user)!, constraint);
  removeTable(step, key, table);
  const hadPolicies = [...table.policies.values()].some((policy) => !policy.refused);
  state.add("events", { kind: "table-dropped", table: key, hadPolicies, place: step.place });
}

function removeTable(step: Step, key: string, table: Table): void {
  const { state } = step;
  const indexes = state.write("indexes");
  for (const { name } of table.indexes) indexes.delete(qualify(table.schema, name));
  for (const [sequence, owner] of state.shelves.sequences)
    if (owner === key) state.write("sequences").delete(sequence);
  for (const parent of table.inherits) removeChild(step, parent, key);
  moveInPublications(state, key, undefined);
  state.write("tables").delete(key);
  state.write("vacated").set(key, key);
}

/** CASCADE: policies and views that use what is dropped go with it. */
function cascade(step: Step, dropped: Dropped, gone: ReadonlySet<string>): void {
  const { state } = step;
  for (const { key, table, policy } of dependentPolicies(state, dropped, gone)) {
    removePolicy(step, state.edit("tables", key)!, policy.name);
    if (table.uncertain) continue;
    state.add("events", {
      kind: "policy-cascaded",
      table: key,
      policy,
      dropped: dropped.words,
      place: step.place,
    });
  }
  for (const [key] of dependentViews(state, dropped, gone)) dropRelation(step, key, new Set([...gone, key]));
}

/** ALTER TABLE ... DROP COLUMN, in the table and all that inherit it. */
export function dropColumn(step: Step, key: string, column: string, withCascade: boolean): void {
  const keys = withDescendants(step, key).filter((each) =>
    step.state.shelves.tables.get(each)?.columns.has(column),
  );
  const none = new Set<string>();
  const drops = keys.map((each) => droppedColumn(each, column));
  if (!withCascade) {
    const blocked = drops.map((dropped) => isBlocked(step, dropped, none)).includes(true);
    if (blocked || referencingTables(step.state, key, column).length) return;
  }
  for (const dropped of drops) cascade(step, dropped, none);
  for (const [user, name] of referencingTables(step.state, key, column))
    removeConstraint(step, step.state.edit("tables", user)!, name);
  for (const each of keys) removeColumnParts(step, step.state.edit("tables", each)!, column);
}

/** Constraints and indexes go with any of their columns. */
function removeColumnParts(step: Step, table: Draft<Table>, column: string): void {
  for (const constraint of table.constraints)
    if (constraint.columns.includes(column)) removeConstraint(step, table, constraint.name);
  for (const index of table.indexes)
    if (index.keys.some((key) => key.column === column)) removeIndex(step, table, index.name);
  removeColumn(step, table, column);
}

function dropFunctions(step: Step, statement: Drop): void {
  const { state } = step;
  for (const { name, args } of statement.objects) {
    const found = findOverloads(state, name, args);
    if (found.length !== 1) continue;
    dropFunction(step, found[0]!, statement.cascade);
  }
}

/** Drops a function unless something uses it; with CASCADE policies, views and triggers go too. */
function dropFunction(step: Step, func: Func, withCascade: boolean): void {
  const { state } = step;
  const key = qualify(func.schema, func.name);
  const dropped = droppedFunction(key, signatureOf(func));
  const none = new Set<string>();
  const triggered = tablesTriggering(step, key, func);
  if (!withCascade && (isBlocked(step, dropped, none) || triggered.length)) return;
  cascade(step, dropped, none);
  for (const table of triggered) {
    const draft = state.edit("tables", table)!;
    draft.triggers = draft.triggers.filter((trigger) => trigger.function !== key);
  }
  replaceFunction(state, func, undefined);
}

/** Trigger functions have no arguments, and so no overloads that triggers could mean. */
function tablesTriggering(step: Step, key: string, func: Func): string[] {
  if (func.args.length) return [];
  return step.state
    .usersOf(key)
    .filter((user) =>
      step.state.shelves.tables.get(user)?.triggers.some((trigger) => trigger.function === key),
    );
}

function dropTypes(step: Step, statement: Drop): void {
  for (const { name } of statement.objects) {
    const key = findTypeKey(step.state, name);
    if (key !== undefined) dropType(step, key, statement.cascade);
  }
}

/** Drops a type unless something uses it; with CASCADE the columns of that type go, and the functions that take it. */
function dropType(step: Step, key: string, withCascade: boolean): void {
  const { state } = step;
  const columns = columnsOfType(step, key);
  const functions = functionsOfType(step, key);
  const none = new Set<string>();
  if (!withCascade && (isBlocked(step, droppedType(key), none) || columns.length || functions.length)) return;
  cascade(step, droppedType(key), none);
  for (const [table, column] of columns) dropColumn(step, table, column, true);
  for (const func of functions) dropFunction(step, func, true);
  state.write("types").delete(key);
}

function columnsOfType(step: Step, key: string): [string, string][] {
  const { state } = step;
  return state.usersOf(key).flatMap((user) => {
    const table = state.shelves.tables.get(user);
    return [...(table?.columns.values() ?? [])]
      .filter(({ type }) => type.name === key)
      .map(({ name }): [string, string] => [user, name]);
  });
}

const functionsOfType = (step: Step, key: string): Func[] =>
  [...step.state.shelves.functions.values()]
    .flat()
    .filter((func) => func.returns?.name === key || func.args.some(({ type }) => type.name === key));

/** A schema goes with everything in it, or not at all. */
function dropSchema(step: Step, schema: string, withCascade: boolean): void {
  const { state } = step;
  const { tables, views, functions, types, sequences } = state.shelves;
  const inSchema = (object: { readonly schema: string }) => object.schema === schema;
  const relations = [...tables.values(), ...views.values()]
    .filter(inSchema)
    .map((each) => qualify(schema, each.name));
  const functionsHere = [...functions.values()].flat().filter(inSchema);
  const typesHere = [...types].filter(([, type]) => inSchema(type)).map(([key]) => key);
  if (!withCascade && relations.length + functionsHere.length + typesHere.length > 0) return;
  const gone = new Set(relations);
  for (const key of relations) if (tables.has(key) || views.has(key)) dropRelation(step, key, gone);
  for (const func of functionsHere) dropFunction(step, func, true);
  for (const key of typesHere) dropType(step, key, true);
  for (const key of [...sequences.keys()])
    if (key.startsWith(`${schema}.`)) state.write("sequences").delete(key);
  state.write("schemas").delete(schema);
}

/** A role that a policy names, or that owns or was granted anything, stays; only policies are looked at. */
function dropRole(step: Step, name: string): void {
  const { state } = step;
  for (const table of state.shelves.tables.values())
    for (const policy of table.policies.values()) if (policy.roles.includes(name)) return;
  state.write("roles").delete(name);
  for (const role of [...state.shelves.roles.values()])
    if (role.memberOf.some((membership) => membership.role === name)) {
      const draft = state.edit("roles", role.name)!;
      draft.memberOf = role.memberOf.filter((membership) => membership.role !== name);
      markChanged(step, draft);
    }
}
