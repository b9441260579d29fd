import { qualify, type Table } from "../catalog.ts";
import { noteType } from "./column.ts";
import { addIndex } from "./index-of-table.ts";
import { isRelationTaken, keysLabel, nameFree } from "./naming.ts";
import type { Draft, Step } from "./state.ts";

export function addChild(step: Step, parent: string, child: string): void {
  const children = step.state.write("children");
  const known = children.get(parent) ?? [];
  if (!known.includes(child)) children.set(parent, [...known, child]);
  step.state.addUser(parent, child);
}

export function removeChild(step: Step, parent: string, child: string): void {
  const known = step.state.shelves.children.get(parent);
  if (known)
    step.state.write("children").set(
      parent,
      known.filter((key) => key !== child),
    );
}

/** The table and everything that inherits from it, at any depth. */
export function withDescendants(step: Step, key: string): string[] {
  const found = new Set([key]);
  for (const each of found) for (const child of step.state.shelves.children.get(each) ?? []) found.add(child);
  return [...found];
}

/** Columns without keys, grants and identity: INHERITS and LIKE. What is there already stays. */
export function copyColumns(step: Step, table: Draft<Table>, source: Table): void {
  const columns = step.state.own(table.columns);
  for (const column of source.columns.values()) {
    if (columns.has(column.name)) continue;
    columns.set(column.name, { ...column, primaryKey: false, identity: false, grants: [], made: step.place });
    noteType(step, table, column.type);
  }
  table.columns = columns;
}

/** Keys and indexes: what LIKE INCLUDING ALL copies, and a partition gets from its table with foreign keys. */
export function cloneStructure(step: Step, table: Draft<Table>, source: Table): void {
  const partition = table.partitionOf === qualify(source.schema, source.name);
  const constraints = step.state.own(table.constraints);
  for (const constraint of source.constraints) {
    const name = indexed(constraint.kind) ? renamed(step, table, source, constraint.name) : constraint.name;
    if (constraint.kind === "foreign key" && !partition) continue;
    if (constraints.some((each) => each.name === name)) continue;
    constraints.push({ ...constraint, name, made: step.place });
    if (constraint.references)
      step.state.addUser(constraint.references.table, qualify(table.schema, table.name));
  }
  table.constraints = constraints;
  for (const index of source.indexes) cloneIndex(step, table, source, index);
  markKeys(step, table);
}

const indexed = (kind: string): boolean => kind === "primary key" || kind === "unique" || kind === "exclude";

function cloneIndex(step: Step, table: Draft<Table>, source: Table, index: Table["indexes"][number]): void {
  const taken = (name: string) => isRelationTaken(step.state, table.schema, name);
  const label = index.constraint ? "key" : "idx";
  const name = index.constraint
    ? renamed(step, table, source, index.name)
    : nameFree(table.name, keysLabel(index.keys), label, taken);
  if (taken(name)) return;
  addIndex(step, table, { ...index, name, schema: table.schema, made: step.place });
}

/** A copied key is named after its new table. */
function renamed(step: Step, table: Table, source: Table, name: string): string {
  const rest = name.startsWith(source.name) ? name.slice(source.name.length) : `_${name}`;
  const own = `${table.name}${rest}`.slice(0, 63);
  return step.state.shelves.indexes.get(qualify(table.schema, own)) === qualify(table.schema, table.name)
    ? `${own}1`
    : own;
}

function markKeys(step: Step, table: Draft<Table>): void {
  const primary = table.constraints.find(({ kind }) => kind === "primary key");
  if (!primary) return;
  const columns = step.state.own(table.columns);
  for (const name of primary.columns) {
    const column = columns.get(name);
    if (column) columns.set(name, { ...column, notNull: true, primaryKey: true });
  }
  table.columns = columns;
}
