import type { TableStatement } from "../../source/sql/statement.ts";
import { type Index, qualify, type Table } from "../catalog.ts";
import { findRelation, reportUnknown } from "./names.ts";
import { isRelationTaken, keysLabel, nameFree } from "./naming.ts";
import { type Draft, markChanged, type Step } from "./state.ts";

type CreateIndex = Extract<TableStatement, { kind: "create-index" }>;

/** CREATE INDEX; on a partitioned table its partitions get one each. */
export function createIndex(step: Step, statement: CreateIndex) {
  const found = findRelation(step.state, statement.table);
  if (!found) return reportUnknown(step, "create index", statement.table, false);
  if (found.kind !== "table") return;
  const { schema } = step.state.shelves.tables.get(found.key)!;
  if (statement.name !== undefined && isRelationTaken(step.state, schema, statement.name)) return;
  indexTable(step, found.key, statement, statement.name);
}

function indexTable(step: Step, key: string, statement: CreateIndex, named: string | undefined): void {
  const table = step.state.edit("tables", key);
  if (!table) return;
  const taken = (name: string) => isRelationTaken(step.state, table.schema, name);
  const name = named ?? nameFree(table.name, keysLabel(statement.keys), "idx", taken);
  addIndex(step, table, {
    name,
    schema: table.schema,
    unique: statement.unique,
    method: statement.method,
    keys: statement.keys,
    made: step.place,
    constraint: false,
    ...(statement.where ? { where: statement.where } : {}),
  });
  if (table.kind !== "partitioned") return;
  for (const child of step.state.shelves.children.get(key) ?? [])
    indexTable(step, child, statement, undefined);
}

export function addIndex(step: Step, table: Draft<Table>, index: Index): void {
  const indexes = step.state.own(table.indexes);
  indexes.push(index);
  table.indexes = indexes;
  step.state.write("indexes").set(qualify(table.schema, index.name), qualify(table.schema, table.name));
}

export function removeIndex(step: Step, table: Draft<Table>, name: string): void {
  table.indexes = table.indexes.filter((index) => index.name !== name);
  step.state.write("indexes").delete(qualify(table.schema, name));
}

/** DROP INDEX; that of a constraint goes with the constraint only. */
export function dropIndex(step: Step, key: string): void {
  const table = tableOfIndex(step, key);
  const name = key.slice((table?.schema.length ?? 0) + 1);
  const index = table?.indexes.find((each) => each.name === name);
  if (!table || !index || index.constraint) return;
  removeIndex(step, table, name);
  markChanged(step, table);
}

/** ALTER INDEX ... RENAME; the constraint of an index has its name. */
export function renameIndex(step: Step, key: string, to: string): void {
  const table = tableOfIndex(step, key);
  if (!table || isRelationTaken(step.state, table.schema, to)) return;
  const name = key.slice(table.schema.length + 1);
  table.indexes = table.indexes.map((index) => (index.name === name ? { ...index, name: to } : index));
  table.constraints = table.constraints.map((each) =>
    each.name === name && each.kind !== "foreign key" && each.kind !== "check" ? { ...each, name: to } : each,
  );
  const indexes = step.state.write("indexes");
  indexes.delete(key);
  indexes.set(qualify(table.schema, to), qualify(table.schema, table.name));
}

function tableOfIndex(step: Step, key: string): Draft<Table> | undefined {
  const owner = step.state.shelves.indexes.get(key);
  return owner === undefined ? undefined : step.state.edit("tables", owner);
}
