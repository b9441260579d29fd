import { delegateOf, type ModelCall } from "../../project/delegates.ts";
import type { Project } from "../../project/project.ts";
import type { CodeField } from "../../project/usage.ts";
import { type Conventions, idOf, pluralOf } from "./conventions.ts";

/** A field of a drafted model as it is written, and the model that a relation leads to. */
export interface DraftField {
  readonly name: string;
  /** What stands behind the name. */
  readonly text: string;
  readonly to?: string;
}

/** The fields that code writes and asks for, in the order in which it first names them; the id comes first. */
export function draftFields(
  project: Project,
  calls: readonly ModelCall[],
  conventions: Conventions,
): DraftField[] {
  const seen = collect(calls);
  const id = { name: "id", text: conventions.declarationOf("id") ?? "String @id @default(uuid())" };
  const scalars = [...seen]
    .filter(([name, { types }]) => name !== "id" && !types.has("relation"))
    .map(([name, each]) => ({ name, text: scalarOf(name, each, conventions, project) }));
  const relations = scalars.flatMap(({ name, text }) => relationOver(project, name, text, conventions) ?? []);
  return [id, ...scalars, ...unambiguous(relations)];
}

interface Seen {
  readonly types: Set<CodeField["type"]>;
  /** How many calls of `create` give it, of how many. */
  given: number;
  readonly creates: number;
  readonly values: Set<string>;
}

function collect(calls: readonly ModelCall[]): Map<string, Seen> {
  const creates = calls.filter(({ method }) => /^(create|upsert)/.test(method)).length;
  const seen = new Map<string, Seen>();
  for (const { fields, method } of calls)
    for (const field of fields) {
      if (!/^[A-Za-z]\w*$/.test(field.name)) continue;
      const known = seen.get(field.name) ?? {
        types: new Set(),
        given: 0,
        creates,
        values: new Set<string>(),
      };
      seen.set(field.name, known);
      known.types.add(field.in === "include" ? "relation" : field.type);
      if (field.text !== undefined) known.values.add(field.text);
      if (field.in === "data" && /^(create|upsert)/.test(method)) known.given++;
    }
  return seen;
}

const TYPES: Readonly<Record<CodeField["type"], string>> = {
  string: "String",
  number: "Int",
  boolean: "Boolean",
  date: "DateTime",
  json: "Json",
  relation: "String",
  unknown: "String",
};

/** As other models declare a field of this name; else by what code gives it. What no `create` gives may be missing. */
function scalarOf(name: string, seen: Seen, conventions: Conventions, project: Project): string {
  const sure = seen.creates > 0 && seen.given >= seen.creates && !isUnsure(seen);
  const known = conventions.declarationOf(name);
  if (known !== undefined) return sure ? known.replace(/^(\w+)\?/, "$1") : known;
  const referred = referredBy(project, name);
  const id = referred && idOf(referred);
  const type = id ? id.type : TYPES[[...seen.types].find((each) => each !== "unknown") ?? "unknown"];
  const native = id?.nativeType ? ` @db.${id.nativeType.name}` : "";
  const extra = type === "Boolean" ? " @default(false)" : sure ? "" : "?";
  return `${type}${extra}${conventions.mapOf(name)}${native}`;
}

/** Only ever given something that nobody can tell the type of: a parameter that may be left out, for instance. */
const isUnsure = ({ types }: Seen): boolean => [...types].every((each) => each === "unknown");

function relationOver(
  project: Project,
  name: string,
  text: string,
  conventions: Conventions,
): DraftField | undefined {
  const known = conventions.relationOver(name);
  const optional = text.startsWith("String?") || /^\w+\?/.test(text) ? "?" : "";
  if (known) return { ...known, text: known.text.replace(/^(\w+)\??/, `$1${optional}`) };
  const target = referredBy(project, name);
  const id = target && idOf(target);
  if (!target || !id) return undefined;
  const action = optional ? "SetNull" : "Cascade";
  return {
    name: name.replace(/(Id|_id)$/, ""),
    to: target.name,
    text: `${target.name}${optional} @relation(fields: [${name}], references: [${id.name}], onDelete: ${action})`,
  };
}

/** The model that `authorUserId`, `userId` or `user_id` speaks of, by the end of its name. */
function referredBy(project: Project, name: string) {
  const stem = /^(.+?)(?:Id|_id)$/.exec(name)?.[1]?.toLowerCase();
  if (stem === undefined) return undefined;
  const models = [...project.models.values()].map(({ model }) => model);
  const named = (model: string) => delegateOf(model).toLowerCase();
  return (
    models.find(({ name: model }) => named(model) === stem) ??
    models.find(({ name: model }) => stem.endsWith(named(model)))
  );
}

/** Two relations to one model need names, on both sides. */
function unambiguous(relations: readonly DraftField[]): DraftField[] {
  return relations.map((each) => {
    const several = relations.filter(({ to }) => to === each.to).length > 1;
    const text = several ? each.text.replace("@relation(", `@relation("${each.name}", `) : each.text;
    return { ...each, text };
  });
}

/** The fields that other models get so that the relations have two sides. */
export function backSides(
  model: string,
  fields: readonly DraftField[],
): { readonly on: string; readonly name: string; readonly text: string }[] {
  return fields.flatMap(({ to, name, text }) => {
    if (to === undefined) return [];
    const relation = /@relation\("([^"]+)"/.exec(text)?.[1];
    const many = pluralOf(delegateOf(model));
    return relation === undefined
      ? [{ on: to, name: many, text: `${model}[]` }]
      : [
          {
            on: to,
            name: `${many}As${name[0]!.toUpperCase()}${name.slice(1)}`,
            text: `${model}[] @relation("${relation}")`,
          },
        ];
  });
}
