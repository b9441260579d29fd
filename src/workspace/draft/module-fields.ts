import type { Project } from "../../project/project.ts";
import type { PrismaField, PrismaModel } from "../../source/prisma/schema.ts";

/** Columns that a caller gives: no relations, no owners, no keys that are made, no times that are set. */
export function givenFields(project: Project, model: PrismaModel, owners: readonly string[]): PrismaField[] {
  return model.fields.filter(
    (field) =>
      !field.ignored &&
      field.unsupported === undefined &&
      (field.type in TYPES || enumValues(project, field.type)) &&
      !owners.includes(field.name) &&
      !(field.id && hasDefault(field)) &&
      !field.attributes.some(({ name }) => name === "updatedAt") &&
      !field.attributes.some(({ name, args }) => name === "default" && args[0]?.text === "now()"),
  );
}

const hasDefault = ({ attributes }: PrismaField): boolean =>
  attributes.some(({ name }) => name === "default");

/** A field as one that is always given. */
export const required = (field: PrismaField): PrismaField => ({ ...field, optional: false, attributes: [] });

/** What a field of a type holds in TypeScript. */
export const TYPES: Readonly<Record<string, string>> = {
  String: "string",
  Int: "number",
  Float: "number",
  Decimal: "number",
  BigInt: "bigint",
  Boolean: "boolean",
  DateTime: "Date",
  Json: "unknown",
  Bytes: "Uint8Array",
};

function enumValues({ prisma }: Project, type: string): readonly string[] | undefined {
  const found = prisma.flatMap(({ enums }) => enums).find(({ name }) => name === type);
  return found?.values.map(({ name }) => name);
}

export interface Manner {
  readonly zod: number;
  readonly typed: boolean;
}

/** A field's check in zod, as that version writes it. */
export function checkOf(field: PrismaField, project: Project, manner: Manner): string {
  const one = scalarCheck(field, project, manner);
  const all = field.list ? `z.array(${one})` : one;
  // Prisma tells a JSON null from none, and takes no plain one.
  if (field.optional) return field.type === "Json" ? `${all}.optional()` : `${all}.nullish()`;
  return hasDefault(field) || field.list ? `${all}.optional()` : all;
}

function scalarCheck({ type, nativeType }: PrismaField, project: Project, { zod, typed }: Manner): string {
  const values = enumValues(project, type);
  if (values) return `z.enum([${values.map((each) => JSON.stringify(each)).join(", ")}])`;
  switch (type) {
    case "Int":
      return zod >= 4 ? "z.int()" : "z.number().int()";
    case "Float":
    case "Decimal":
      return "z.number()";
    case "BigInt":
      return "z.bigint()";
    case "Boolean":
      return "z.boolean()";
    case "DateTime":
      return "z.coerce.date()";
    case "Json":
      return typed ? "z.custom<Prisma.InputJsonValue>((value) => value != null)" : "z.unknown()";
    case "Bytes":
      return "z.instanceof(Uint8Array)";
    default:
      if (nativeType?.name === "Uuid") return zod >= 4 ? "z.uuid()" : "z.string().uuid()";
      return "z.string()";
  }
}
