import type { Expr } from "../../source/sql/expression.ts";
import type { ConstraintDefinition } from "../../source/sql/statement.ts";
import { visitExpr } from "../../source/sql/walk.ts";
import { type Constraint, qualify, type Table } from "../catalog.ts";
import { changeColumn } from "./column.ts";
import { addIndex, removeIndex } from "./index-of-table.ts";
import { findTableKey, schemaForNew } from "./names.ts";
import { isRelationTaken, keysLabel, nameFree } from "./naming.ts";
import type { Draft, Step } from "./state.ts";

const LABELS = {
  "primary key": "pkey",
  unique: "key",
  "foreign key": "fkey",
  check: "check",
  exclude: "excl",
} as const;

/** Adds a constraint with its index, named as PostgreSQL would where it has no name. */
export function addConstraint(step: Step, table: Draft<Table>, definition: ConstraintDefinition): void {
  if (definition.kind === "not null") {
    for (const name of definition.columns) changeColumn(step, table, name, { notNull: true });
    return;
  }
  const adopted =
    definition.usingIndex === undefined ? undefined : adoptedColumns(table, definition.usingIndex);
  const columns = adopted ?? (definition.check ? columnsIn(table, definition.check) : definition.columns);
  const name = nameConstraint(step, table, definition, columns);
  if (table.constraints.some((each) => each.name === name)) return;
  pushConstraint(step, table, makeConstraint(step, definition, name, columns));
  if (definition.kind === "primary key") markPrimaryKey(step, table, columns);
  if (adopted) renameIndexOf(step, table, definition.usingIndex!, name);
  else if (isIndexed(definition.kind)) addIndexOf(step, table, definition, name);
}

const isIndexed = (kind: ConstraintDefinition["kind"]): boolean =>
  kind === "primary key" || kind === "unique" || kind === "exclude";

function nameConstraint(
  step: Step,
  table: Table,
  definition: ConstraintDefinition,
  columns: readonly string[],
): string {
  const { kind } = definition;
  if (definition.name !== undefined) return definition.name;
  if (definition.usingIndex !== undefined) return definition.usingIndex;
  const inTable = (name: string) => table.constraints.some((each) => each.name === name);
  const taken = (name: string) =>
    inTable(name) || (isIndexed(kind) && isRelationTaken(step.state, table.schema, name));
  return nameFree(table.name, labelOf(definition, columns), LABELS[kind as keyof typeof LABELS], taken);
}

function labelOf(definition: ConstraintDefinition, columns: readonly string[]): string {
  if (definition.kind === "primary key") return "";
  if (definition.kind === "check") return columns.length === 1 ? columns[0]! : "";
  return keysLabel(columns.map((column) => ({ column })));
}

/** The columns a check speaks of. */
function columnsIn(table: Table, check: Expr): string[] {
  const names = new Set<string>();
  visitExpr(check, {
    expr: (expr) => {
      const name = expr.kind === "column" ? expr.path.at(-1)! : undefined;
      if (name !== undefined && table.columns.has(name)) names.add(name);
    },
  });
  return [...names];
}

function makeConstraint(
  step: Step,
  definition: ConstraintDefinition,
  name: string,
  columns: readonly string[],
): Constraint {
  const references = definition.references && makeReference(step, definition.references);
  return {
    kind: definition.kind as Constraint["kind"],
    name,
    columns,
    made: { path: step.path, span: definition.span },
    ...(references ? { references } : {}),
    ...(definition.check ? { check: definition.check } : {}),
    ...(definition.notValid ? { notValid: true } : {}),
  };
}

/** A reference without columns means the primary key of the table it names. */
function makeReference(step: Step, written: NonNullable<ConstraintDefinition["references"]>) {
  const { state } = step;
  const key =
    findTableKey(state, written.table) ?? qualify(schemaForNew(state, written.table), written.table.name);
  const primary = state.shelves.tables.get(key)?.constraints.find(({ kind }) => kind === "primary key");
  const columns = written.columns.length ? written.columns : (primary?.columns ?? []);
  return { table: key, columns, ...(written.onDelete ? { onDelete: written.onDelete } : {}) };
}

function pushConstraint(step: Step, table: Draft<Table>, constraint: Constraint): void {
  const constraints = step.state.own(table.constraints);
  constraints.push(constraint);
  table.constraints = constraints;
  if (constraint.references)
    step.state.addUser(constraint.references.table, qualify(table.schema, table.name));
}

function markPrimaryKey(step: Step, table: Draft<Table>, columns: readonly string[]): void {
  for (const name of columns) changeColumn(step, table, name, { notNull: true, primaryKey: true });
}

function addIndexOf(step: Step, table: Draft<Table>, definition: ConstraintDefinition, name: string): void {
  addIndex(step, table, {
    name,
    schema: table.schema,
    unique: definition.kind !== "exclude",
    method: definition.kind === "exclude" ? "gist" : "btree",
    keys: definition.columns.map((column) => ({ column })),
    made: { path: step.path, span: definition.span },
    constraint: true,
  });
}

const adoptedColumns = (table: Table, index: string): string[] | undefined =>
  table.indexes
    .find(({ name }) => name === index)
    ?.keys.flatMap(({ column }) => (column === undefined ? [] : [column]));

/** USING INDEX takes the index over and gives it the constraint's name. */
function renameIndexOf(step: Step, table: Draft<Table>, from: string, to: string): void {
  const index = table.indexes.find(({ name }) => name === from);
  if (!index) return;
  removeIndex(step, table, from);
  addIndex(step, table, { ...index, name: to, constraint: true });
}

/** Removes a constraint with its index; false where there is none of that name. */
export function removeConstraint(step: Step, table: Draft<Table>, name: string): boolean {
  const constraint = table.constraints.find((each) => each.name === name);
  if (!constraint) return false;
  table.constraints = table.constraints.filter((each) => each !== constraint);
  if (isIndexed(constraint.kind)) removeIndex(step, table, name);
  if (constraint.kind === "primary key")
    for (const column of constraint.columns) changeColumn(step, table, column, { primaryKey: false });
  return true;
}
