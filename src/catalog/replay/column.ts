import type { Expr } from "../../source/sql/expression.ts";
import type { ColumnDefinition } from "../../source/sql/statement.ts";
import type { Span } from "../../text/span.ts";
import { type Column, qualify, type ResolvedType, type Table } from "../catalog.ts";
import { integerOfSerial, typeOf } from "../resolve/types.ts";
import { typeIn } from "./names.ts";
import { isRelationTaken, nameFree } from "./naming.ts";
import type { Draft, Step } from "./state.ts";

const UNKNOWN_TYPE = typeOf("unknown", "unknown");

/** A column as its definition makes it. A `serial` brings a sequence and a default along. */
export function makeColumn(
  step: Step,
  table: Pick<Table, "schema" | "name">,
  definition: ColumnDefinition,
): Column {
  const { state } = step;
  const serial = definition.type && integerOfSerial(definition.type);
  const type = definition.type ? typeIn(state, definition.type) : UNKNOWN_TYPE;
  const sequence = serial || definition.identity ? addSequence(step, table, definition.name) : undefined;
  const value = serial ? nextValue(sequence!, definition.span) : statedDefault(definition.default);
  noteType(step, table, type);
  const column: Draft<Column> = {
    name: definition.name,
    type,
    notNull: definition.notNull || definition.primaryKey || definition.identity || serial !== undefined,
    primaryKey: definition.primaryKey,
    generated: definition.generated !== undefined,
    identity: definition.identity,
    made: { path: step.path, span: definition.span },
    grants: NO_GRANTS,
  };
  if (value) column.default = value;
  return column;
}

const NO_GRANTS: Column["grants"] = [];

/** DEFAULT NULL says what goes without saying. */
export const statedDefault = (value: Expr | undefined): Expr | undefined =>
  value?.kind === "constant" && value.type === "null" ? undefined : value;

/** Remembers that the table has a column of a type that can be dropped or renamed. */
export function noteType(step: Step, table: Pick<Table, "schema" | "name">, type: ResolvedType): void {
  if (type.kind !== "builtin" && type.kind !== "unknown")
    step.state.addUser(type.name, qualify(table.schema, table.name));
}

function addSequence(step: Step, { schema, name }: Pick<Table, "schema" | "name">, column: string): string {
  const free = nameFree(name, column, "seq", (each) => isRelationTaken(step.state, schema, each));
  const key = qualify(schema, free);
  step.state.write("sequences").set(key, qualify(schema, name));
  return key;
}

const nextValue = (sequence: string, span: Span): Expr => ({
  kind: "call",
  name: ["nextval"],
  args: [{ kind: "constant", type: "string", value: sequence, span }],
  span,
});

/** Puts a column under its name, in place; a new one comes last. */
export function setColumn(step: Step, table: Draft<Table>, column: Column): void {
  const columns = step.state.own(table.columns);
  columns.set(column.name, column);
  table.columns = columns;
}

export function removeColumn(step: Step, table: Draft<Table>, name: string): void {
  const columns = step.state.own(table.columns);
  columns.delete(name);
  table.columns = columns;
}

/** Changes some of a column; nothing where there is no such column. */
export function changeColumn(step: Step, table: Draft<Table>, name: string, change: Partial<Column>): void {
  const column = table.columns.get(name);
  if (column) setColumn(step, table, { ...column, ...change });
}
