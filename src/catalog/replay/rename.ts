import type { QualifiedName } from "../../source/sql/expression.ts";
import type { TableStatement } from "../../source/sql/statement.ts";
import { type Func, qualify, type ResolvedType } from "../catalog.ts";
import { typeOf } from "../resolve/types.ts";
import { findOverloads, replaceFunction } from "./function.ts";
import { renameIndex } from "./index-of-table.ts";
import { type Move, moveRelation, moveTable, moveView } from "./move-relation.ts";
import { findRelation, findTypeKey, reportUnknown, roleName } from "./names.ts";
import { changePolicy } from "./policy.ts";
import { renameColumn } from "./rename-column.ts";
import { renameRole } from "./rename-role.ts";
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
