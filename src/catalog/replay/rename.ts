import type { Expr, QualifiedName } from "../../source/sql/expression.ts";
import type { TableStatement } from "../../source/sql/statement.ts";
import {
  type Constraint,
  type Func,
  type Grant,
  type Index,
  qualify,
  type ResolvedType,
  type Table,
} from "../catalog.ts";
import { rewriteExpr } from "../resolve/rewrite.ts";
import { typeOf } from "../resolve/types.ts";
import { findOverloads, replaceFunction } from "./function.ts";
import { renameIndex } from "./index-of-table.ts";
import { withDescendants } from "./inheritance.ts";
import { findRelation, findTypeKey, kindOfRelation, reportUnknown, roleName } from "./names.ts";
import { changePolicy } from "./policy.ts";
import { moveInPublications } from "./publication.ts";
import { renameInExpressions } from "./renamed-names.ts";
import { type Draft, markChanged, type State, type Step } from "./state.ts";
import { renameTrigger } from "./trigger.ts";

type Rename = Extract<TableStatement, { kind: "rename" }>;
type SetSchema = Extract<TableStatement, { kind: "set-schema" }>;

/** ALTER ... RENAME TO. A name that is taken keeps everything as it is. */
export function applyRename(step: Step, statement: Rename) {
  const { name, part, to } = statement;
  switch (statement.objectKind) {
    case "column":
      return renameColumn(step, statement);
    case "constraint":
      return renameConstraint(step, name, part ?? "", to);
    case "policy":
      return renamePolicy(step, name, part ?? "", to);
    case "trigger":
      return renameTrigger(step, name, part ?? "", to);
    case "function":
      return moveFunctions(step, findOverloads(step.state, name, statement.args), { name: to });
    case "type":
    case "domain":
      return moveType(step, findTypeKey(step.state, name), { name: to });
    case "schema":
      return renameSchema(step, name.name, to);
    case "role":
      return renameRole(step, roleName(step.state, name.name), to);
    case "publication":
      return renamePublication(step.state, name.name, to);
    default:
      return renameRelation(step, statement);
  }
}

/** ALTER ... SET SCHEMA. */
export function applySetSchema(step: Step, statement: SetSchema) {
  const { name, to } = statement;
  const { state } = step;
  if (statement.objectKind === "function")
    return moveFunctions(step, findOverloads(state, name, statement.args), { schema: to });
  if (statement.objectKind === "type" || statement.objectKind === "domain")
    return moveType(step, findTypeKey(state, name), { schema: to });
  if (statement.objectKind === "extension") return moveExtension(state, name.name, to);
  const found = findRelation(state, name);
  if (!found) return reportUnknown(step, `alter ${statement.objectKind}`, name, statement.ifExists);
  moveRelation(step, found.key, { schema: to });
}

interface Move {
  readonly schema?: string;
  readonly name?: string;
}

function renameRelation(step: Step, { name, to, objectKind, ifExists }: Rename) {
  const found = findRelation(step.state, name);
  if (!found) {
    if (objectKind !== "index" && objectKind !== "sequence" && objectKind !== "other")
      reportUnknown(step, `alter ${objectKind}`, name, ifExists);
    return;
  }
  const { temporary } = step.state.session;
  if (found.kind === "temporary") {
    temporary.delete(name.name);
    temporary.add(to);
  } else if (found.kind === "index") renameIndex(step, found.key, to);
  else moveRelation(step, found.key, { name: to });
}

function moveRelation(step: Step, key: string, move: Move) {
  const { state } = step;
  const kind = kindOfRelation(state, key);
  if (kind === "table") return moveTable(step, key, move);
  if (kind === "view") return moveView(step, key, move);
  if (kind !== "sequence") return;
  const sequences = state.write("sequences");
  const [schema, name] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
  sequences.set(qualify(move.schema ?? schema, move.name ?? name), sequences.get(key)!);
  sequences.delete(key);
}

/** Gives a table another key, wherever the old one stands. */
function moveTable(step: Step, key: string, move: Move): void {
  const { state } = step;
  const before = state.shelves.tables.get(key)!;
  const [schema, name] = [move.schema ?? before.schema, move.name ?? before.name];
  const to = qualify(schema, name);
  if (to === key || kindOfRelation(state, to)) return;
  renameInExpressions(state, key, { what: "relation", from: key, schema, name });
  const table = state.edit("tables", key)!;
  const swapped = swappedWith(state, to, key);
  table.schema = schema;
  table.name = name;
  renamePoliciesOf(step, table);
  markChanged(step, table);
  if (swapped) table.copiedFrom = { ...swapped, how: "swap", place: step.place };
  state.write("tables").delete(key);
  state.put("tables", to, table);
  moveIndexes(state, table, before.schema, to);
  moveReferences(state, key, to);
  moveInPublications(state, key, to);
  state.write("vacated").set(key, to);
}

/** The table that had this name before: renamed out of the way, or dropped. */
function swappedWith(
  state: State,
  to: string,
  key: string,
): { table: string; protected: boolean } | undefined {
  const now = state.shelves.vacated.get(to);
  if (now === undefined || now === key) return undefined;
  const former = state.shelves.tables.get(now);
  if (former) return { table: now, protected: former.rowSecurity };
  const dropped = state.lists.events.findLast(
    (event) => event.kind === "table-dropped" && event.table === to,
  );
  return { table: to, protected: dropped?.kind === "table-dropped" && dropped.hadPolicies };
}

function renamePoliciesOf(step: Step, table: Draft<Table>): void {
  if (!table.policies.size) return;
  const policies = step.state.own(table.policies);
  for (const [name, policy] of policies)
    policies.set(name, { ...policy, schema: table.schema, table: table.name });
  table.policies = policies;
}

function moveIndexes(state: State, table: Draft<Table>, schema: string, to: string): void {
  const indexes = state.write("indexes");
  for (const { name } of table.indexes) {
    indexes.delete(qualify(schema, name));
    indexes.set(qualify(table.schema, name), to);
  }
  if (table.schema !== schema)
    table.indexes = table.indexes.map((index) => ({ ...index, schema: table.schema }));
}

/** Foreign keys, parents, partitions and the notes of who uses what. */
function moveReferences(state: State, key: string, to: string): void {
  state.moveUser(key, to);
  for (const user of [to, ...state.usersOf(key)]) pointReferencesTo(state, user, key, to);
  const children = state.shelves.children.get(key) ?? [];
  if (children.length) {
    const map = state.write("children");
    map.delete(key);
    map.set(to, children);
  }
  for (const child of children) moveParent(state, child, key, to);
  for (const parent of state.shelves.tables.get(to)!.inherits) moveChild(state, parent, key, to);
}

function pointReferencesTo(state: State, user: string, key: string, to: string): void {
  const table = state.shelves.tables.get(user);
  if (!table?.constraints.some(({ references }) => references?.table === key)) return;
  state.edit("tables", user)!.constraints = table.constraints.map((constraint) =>
    constraint.references?.table === key
      ? { ...constraint, references: { ...constraint.references, table: to } }
      : constraint,
  );
}

function moveParent(state: State, child: string, key: string, to: string): void {
  const table = state.edit("tables", child);
  if (!table) return;
  table.inherits = table.inherits.map((parent) => (parent === key ? to : parent));
  if (table.partitionOf === key) table.partitionOf = to;
}

function moveChild(state: State, parent: string, key: string, to: string): void {
  const children = state.shelves.children.get(parent) ?? [];
  state.write("children").set(
    parent,
    children.map((child) => (child === key ? to : child)),
  );
}

function moveView(step: Step, key: string, move: Move) {
  const { state } = step;
  const before = state.shelves.views.get(key)!;
  const [schema, name] = [move.schema ?? before.schema, move.name ?? before.name];
  const to = qualify(schema, name);
  if (to === key || kindOfRelation(state, to)) return;
  renameInExpressions(state, key, { what: "relation", from: key, schema, name });
  const view = state.edit("views", key)!;
  view.schema = schema;
  view.name = name;
  markChanged(step, view);
  state.write("views").delete(key);
  state.put("views", to, view);
  state.moveUser(key, to);
}

/** ALTER TABLE ... RENAME COLUMN, in the table and all that inherit it. */
function renameColumn(step: Step, { name, part, to, ifExists }: Rename) {
  const { state } = step;
  const found = findRelation(state, name);
  if (!found) return reportUnknown(step, "alter table", name, ifExists);
  if (found.kind === "view") return renameViewColumn(step, found.key, part ?? "", to);
  if (found.kind !== "table") return;
  for (const key of withDescendants(step, found.key)) renameColumnOf(step, key, part ?? "", to);
}

function renameColumnOf(step: Step, key: string, from: string, to: string): void {
  const { state } = step;
  const before = state.shelves.tables.get(key);
  if (!before?.columns.has(from) || before.columns.has(to)) return;
  renameInExpressions(state, key, { what: "column", table: key, from, to });
  const table = state.edit("tables", key)!;
  const renamed = [...table.columns].map(
    ([name, column]) =>
      [name === from ? to : name, name === from ? { ...column, name: to } : column] as const,
  );
  table.columns = new Map(renamed);
  table.constraints = table.constraints.map((constraint) => renameInConstraint(constraint, from, to));
  table.indexes = table.indexes.map((index) => renameInIndex(index, from, to));
  markChanged(step, table);
  renameReferenced(state, key, from, to);
}

const renameIn = (names: readonly string[], from: string, to: string): readonly string[] =>
  names.includes(from) ? names.map((name) => (name === from ? to : name)) : names;

function renameInConstraint(constraint: Constraint, from: string, to: string): Constraint {
  const columns = renameIn(constraint.columns, from, to);
  const check = constraint.check && renameInOwn(constraint.check, from, to);
  if (columns === constraint.columns && check === constraint.check) return constraint;
  return { ...constraint, columns, ...(check ? { check } : {}) };
}

function renameInIndex(index: Index, from: string, to: string): Index {
  const keys = index.keys.map((key) => {
    if (key.column !== undefined) return key.column === from ? { column: to } : key;
    return key.expr ? { expr: renameInOwn(key.expr, from, to) } : key;
  });
  return { ...index, keys, ...(index.where ? { where: renameInOwn(index.where, from, to) } : {}) };
}

/** In expressions that know no table but their own. */
const renameInOwn = (expr: Expr, from: string, to: string): Expr =>
  rewriteExpr(expr, {
    expr: (each) =>
      each.kind === "column" && each.path.at(-1) === from
        ? { ...each, path: [...each.path.slice(0, -1), to] }
        : each,
  });

/** Foreign keys of other tables that point at the column. */
function renameReferenced(state: State, key: string, from: string, to: string): void {
  const point = (constraint: Constraint): Constraint => {
    const { references } = constraint;
    if (references?.table !== key || !references.columns.includes(from)) return constraint;
    return { ...constraint, references: { ...references, columns: renameIn(references.columns, from, to) } };
  };
  for (const user of new Set([key, ...state.usersOf(key)])) {
    const table = state.shelves.tables.get(user);
    if (!table?.constraints.some((constraint) => point(constraint) !== constraint)) continue;
    state.edit("tables", user)!.constraints = table.constraints.map(point);
  }
}

function renameViewColumn(step: Step, key: string, from: string, to: string): void {
  const view = step.state.edit("views", key);
  if (!view) return;
  view.columns = renameIn(view.columns, from, to);
  markChanged(step, view);
}

function renameConstraint(step: Step, name: QualifiedName, from: string, to: string) {
  const found = findRelation(step.state, name);
  const table = found?.kind === "table" ? step.state.edit("tables", found.key) : undefined;
  if (!table) return;
  if (table.indexes.some((index) => index.name === from && index.constraint))
    return renameIndex(step, qualify(table.schema, from), to);
  table.constraints = table.constraints.map((each) => (each.name === from ? { ...each, name: to } : each));
}

function renamePolicy(step: Step, name: QualifiedName, from: string, to: string) {
  const found = findRelation(step.state, name);
  if (!found) return reportUnknown(step, "alter policy", name, false);
  const table = step.state.shelves.tables.get(found.key);
  const policy = table?.policies.get(from);
  if (!policy || table?.policies.has(to)) return;
  const after: Draft<typeof policy> = { ...policy, name: to };
  markChanged(step, after);
  changePolicy(step, found.key, policy, after);
}

function moveFunctions(step: Step, functions: readonly Func[], move: Move): void {
  const { state } = step;
  for (const func of functions) {
    const [schema, name] = [move.schema ?? func.schema, move.name ?? func.name];
    const from = qualify(func.schema, func.name);
    const to = qualify(schema, name);
    renameInExpressions(state, from, { what: "function", from, schema, name });
    renameInTriggers(state, from, to);
    const draft: Draft<Func> = { ...func, schema, name };
    markChanged(step, draft);
    replaceFunction(state, func, undefined);
    state.write("functions").set(to, [...(state.shelves.functions.get(to) ?? []), draft]);
    state.moveUser(from, to);
  }
}

function renameInTriggers(state: State, from: string, to: string): void {
  for (const user of state.usersOf(from)) {
    const table = state.shelves.tables.get(user);
    if (!table?.triggers.some((trigger) => trigger.function === from)) continue;
    state.edit("tables", user)!.triggers = table.triggers.map((trigger) =>
      trigger.function === from ? { ...trigger, function: to } : trigger,
    );
  }
}

/** A type's columns name it by key. */
function moveType(step: Step, key: string | undefined, move: Move): void {
  const { state } = step;
  const before = key === undefined ? undefined : state.shelves.types.get(key);
  if (key === undefined || !before) return;
  const [schema, name] = [move.schema ?? before.schema, move.name ?? before.name];
  const to = qualify(schema, name);
  if (state.shelves.types.has(to)) return;
  renameInExpressions(state, key, { what: "type", from: key, schema, name });
  const type = state.edit("types", key)!;
  type.schema = schema;
  type.name = name;
  markChanged(step, type);
  state.write("types").delete(key);
  state.put("types", to, type);
  for (const user of state.usersOf(key)) {
    state.addUser(to, user);
    renameTypeInTable(state, user, key, to);
  }
  renameTypeInFunctions(state, key, to);
}

function renameTypeInTable(state: State, user: string, key: string, to: string): void {
  const table = state.shelves.tables.get(user);
  if (![...(table?.columns.values() ?? [])].some(({ type }) => type.name === key)) return;
  const draft = state.edit("tables", user)!;
  const columns = state.own(draft.columns);
  for (const [name, column] of columns)
    if (column.type.name === key) columns.set(name, { ...column, type: moved(column.type, to) });
  draft.columns = columns;
}

const moved = (type: ResolvedType, to: string): ResolvedType => typeOf(to, type.kind, type.array, type.base);

function renameTypeInFunctions(state: State, key: string, to: string): void {
  for (const func of [...state.shelves.functions.values()].flat()) {
    const uses = func.returns?.name === key || func.args.some(({ type }) => type.name === key);
    if (!uses) continue;
    const args = func.args.map((arg) =>
      arg.type.name === key ? { ...arg, type: moved(arg.type, to) } : arg,
    );
    const returns = func.returns?.name === key ? { returns: moved(func.returns, to) } : {};
    replaceFunction(state, func, { ...func, args, ...returns });
  }
}

/** Everything in the schema goes by another key. */
function renameSchema(step: Step, from: string, to: string): void {
  const { state } = step;
  const before = state.shelves.schemas.get(from);
  if (!before || state.shelves.schemas.has(to)) return;
  state.put("schemas", to, { ...before, name: to, changed: [...before.changed, step.place] });
  const { tables, views, functions, types } = state.shelves;
  const inSchema = (object: { readonly schema: string }) => object.schema === from;
  for (const [key, type] of [...types]) if (inSchema(type)) moveType(step, key, { schema: to });
  const functionsHere = [...functions.values()].flat().filter(inSchema);
  moveFunctions(step, functionsHere, { schema: to });
  for (const [key, table] of [...tables]) if (inSchema(table)) moveTable(step, key, { schema: to });
  for (const [key, view] of [...views]) if (inSchema(view)) moveView(step, key, { schema: to });
  state.write("schemas").delete(from);
}

/** A role's name stands in memberships, grants and policies. */
function renameRole(step: Step, from: string, to: string): void {
  const { state } = step;
  const role = state.edit("roles", from);
  if (!role || state.shelves.roles.has(to)) return;
  role.name = to;
  markChanged(step, role);
  state.write("roles").delete(from);
  state.put("roles", to, role);
  for (const other of [...state.shelves.roles.values()])
    if (other.memberOf.some((membership) => membership.role === from))
      state.edit("roles", other.name)!.memberOf = other.memberOf.map((membership) =>
        membership.role === from ? { ...membership, role: to } : membership,
      );
  for (const key of [...state.shelves.tables.keys()]) renameRoleInTable(state, key, from, to);
  for (const func of [...state.shelves.functions.values()].flat())
    if (grantsTo(func.grants, from))
      replaceFunction(state, func, { ...func, grants: regrant(func.grants, from, to) });
  for (const shelf of ["views", "schemas"] as const)
    for (const [key, { grants }] of [...state.shelves[shelf]])
      if (grantsTo(grants, from)) state.edit(shelf, key)!.grants = regrant(grants, from, to);
}

const grantsTo = (grants: readonly Grant[], role: string): boolean =>
  grants.some((grant) => grant.role === role);
const regrant = (grants: readonly Grant[], from: string, to: string): Grant[] =>
  grants.map((grant) => (grant.role === from ? { ...grant, role: to } : grant));

function renameRoleInTable(state: State, key: string, from: string, to: string): void {
  const before = state.shelves.tables.get(key)!;
  if (grantsTo(before.grants, from)) state.edit("tables", key)!.grants = regrant(before.grants, from, to);
  for (const policy of before.policies.values()) {
    if (!policy.roles.includes(from)) continue;
    const table = state.edit("tables", key)!;
    const policies = state.own(table.policies);
    policies.set(policy.name, { ...policy, roles: renameIn(policy.roles, from, to) });
    table.policies = policies;
  }
}

function renamePublication(state: State, from: string, to: string): void {
  const publication = state.edit("publications", from);
  if (!publication || state.shelves.publications.has(to)) return;
  publication.name = to;
  state.write("publications").delete(from);
  state.put("publications", to, publication);
}

function moveExtension(state: State, name: string, schema: string): void {
  if (state.shelves.extensions.has(name)) state.write("extensions").set(name, { name, schema });
}
