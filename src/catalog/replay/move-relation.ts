import { qualify, type Table } from "../catalog.ts";
import { kindOfRelation } from "./names.ts";
import { moveInPublications } from "./publication.ts";
import { renameInExpressions } from "./renamed-names.ts";
import { type Draft, markChanged, type State, type Step } from "./state.ts";

/** What an object is called afterwards; what is not given stays. */
export interface Move {
  readonly schema?: string;
  readonly name?: string;
}

/** Gives a table, view or sequence another key. A key that is taken keeps it where it is. */
export function moveRelation(step: Step, key: string, move: Move) {
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
export function moveTable(step: Step, key: string, move: Move): void {
  const { state } = step;
  const before = state.shelves.tables.get(key)!;
  // The table itself may be what is edited below.
  const from = before.schema;
  const [schema, name] = [move.schema ?? from, move.name ?? before.name];
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
  moveIndexes(state, table, from, to);
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

export function moveView(step: Step, key: string, move: Move) {
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
