import type { SchemaStatement } from "../../source/sql/statement.ts";
import { type Column, qualify, type ResolvedType, type Type } from "../catalog.ts";
import { findTypeKey, kindOfRelation, roleName, schemaForNew, typeIn } from "./names.ts";
import { type Draft, madeBy, markChanged, type Step } from "./state.ts";

type Of<Kind extends SchemaStatement["kind"]> = Extract<SchemaStatement, { kind: Kind }>;

/** Makes a schema unless it exists. */
export function createSchema(step: Step, statement: Of<"create-schema">): void {
  if (step.state.shelves.schemas.has(statement.name)) return;
  step.state.put("schemas", statement.name, {
    ...madeBy(step),
    name: statement.name,
    owner: roleName(step.state, statement.owner ?? step.state.session.role),
    grants: [],
  });
}

/** A schema that statements use and none makes exists all the same: a tool or a hand made it. */
export function ensureSchema(step: Step, name: string): void {
  if (step.state.shelves.schemas.has(name)) return;
  step.state.put("schemas", name, {
    ...madeBy(step),
    name,
    owner: step.state.session.role,
    grants: [],
    conditional: true,
  });
}

/** An extension goes where it is told, or into the first schema of the search path. */
export function createExtension(step: Step, { name, schema }: Of<"create-extension">): void {
  if (step.state.shelves.extensions.has(name)) return;
  step.state.write("extensions").set(name, { name, schema: schema ?? schemaForNew(step.state, {}) });
}

export function createEnum(step: Step, { name, values }: Of<"create-enum">): void {
  addType(step, name, { kind: "enum", values, columns: new Map() });
}

export function createDomain(step: Step, { name, type }: Of<"create-domain">): void {
  addType(step, name, {
    kind: "domain",
    values: [],
    base: baseOf(typeIn(step.state, type)),
    columns: new Map(),
  });
}

/** A domain over a domain is one over its base. */
const baseOf = (type: ResolvedType): ResolvedType =>
  type.base === undefined ? type : { name: type.base, array: type.array, kind: "builtin" };

export function createComposite(step: Step, { name, columns }: Of<"create-composite">): void {
  const typed = columns.flatMap((column): [string, Column["type"]][] =>
    column.type ? [[column.name, typeIn(step.state, column.type)]] : [],
  );
  addType(step, name, { kind: "composite", values: [], columns: new Map(typed) });
}

/** A range or base type: known by name only. */
export function createType(step: Step, { name }: Of<"create-type">): void {
  addType(step, name, { kind: "composite", values: [], columns: new Map() });
}

function addType(
  step: Step,
  name: Of<"create-enum">["name"],
  type: Pick<Type, "kind" | "values" | "columns"> & { readonly base?: ResolvedType },
): void {
  const schema = schemaForNew(step.state, name);
  const key = qualify(schema, name.name);
  if (step.state.shelves.types.has(key)) return;
  ensureSchema(step, schema);
  step.state.put("types", key, { ...madeBy(step), schema, name: name.name, ...type });
}

export function alterEnum(step: Step, { name, addValue, renameValue }: Of<"alter-enum">): void {
  const key = findTypeKey(step.state, name);
  const type = key === undefined ? undefined : (step.state.edit("types", key) as Draft<Type> | undefined);
  if (!type) return;
  if (addValue !== undefined && !type.values.includes(addValue)) type.values = [...type.values, addValue];
  if (renameValue)
    type.values = type.values.map((value) => (value === renameValue[0] ? renameValue[1] : value));
  markChanged(step, type);
}

export function createSequence(step: Step, { name }: Of<"create-sequence">): void {
  const key = qualify(schemaForNew(step.state, name), name.name);
  if (kindOfRelation(step.state, key) === undefined) step.state.write("sequences").set(key, "");
}
