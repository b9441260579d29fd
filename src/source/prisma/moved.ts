import type { Span } from "../../text/span.ts";
import type {
  PrismaAttribute,
  PrismaBlock,
  PrismaEnum,
  PrismaField,
  PrismaModel,
  PrismaSource,
} from "./schema.ts";

export type Lists = Omit<PrismaSource, "path">;

/** The same blocks as they stand after text was added or removed before them. */
export function shiftLists(lists: Lists, by: number): Lists {
  if (by === 0) return lists;
  return {
    datasources: lists.datasources.map((each) => shiftBlock(each, by)),
    generators: lists.generators.map((each) => shiftBlock(each, by)),
    models: lists.models.map((each) => shiftModel(each, by)),
    enums: lists.enums.map((each) => shiftEnum(each, by)),
    errors: lists.errors.map((each) => ({ ...each, span: shift(each.span, by) })),
    directives: lists.directives.map((each) => ({ ...each, span: shift(each.span, by) })),
  };
}

const shift = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });

function shiftBlock(block: PrismaBlock, by: number): PrismaBlock {
  const spans = Object.entries(block.valueSpans).map(([key, span]) => [key, shift(span, by)]);
  return {
    ...block,
    nameSpan: shift(block.nameSpan, by),
    span: shift(block.span, by),
    valueSpans: Object.fromEntries(spans),
  };
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

// Written out, and in the order in which the reader makes them: to spread an object costs more than to read it anew.
function shiftModel(model: PrismaModel, by: number): PrismaModel {
  const moved: Draft<PrismaModel> = {
    kind: model.kind,
    name: model.name,
    nameSpan: shift(model.nameSpan, by),
    span: shift(model.span, by),
    bodyEnd: model.bodyEnd + by,
    fields: model.fields.map((field) => shiftField(field, by)),
    attributes: shiftAttributes(model.attributes, by),
    table: model.table,
    ignored: model.ignored,
  };
  if (model.documentation !== undefined) moved.documentation = model.documentation;
  if (model.documentationSpan) moved.documentationSpan = shift(model.documentationSpan, by);
  if (model.schema !== undefined) moved.schema = model.schema;
  return moved;
}

function shiftField(field: PrismaField, by: number): PrismaField {
  const moved: Draft<PrismaField> = {
    name: field.name,
    nameSpan: shift(field.nameSpan, by),
    span: shift(field.span, by),
    type: field.type,
    typeSpan: shift(field.typeSpan, by),
    list: field.list,
    optional: field.optional,
    attributes: shiftAttributes(field.attributes, by),
    column: field.column,
    id: field.id,
    unique: field.unique,
    ignored: field.ignored,
  };
  if (field.unsupported !== undefined) moved.unsupported = field.unsupported;
  if (field.nativeType) moved.nativeType = field.nativeType;
  if (field.relation) moved.relation = field.relation;
  if (field.documentation !== undefined) moved.documentation = field.documentation;
  return moved;
}

const shiftAttributes = (attributes: readonly PrismaAttribute[], by: number): readonly PrismaAttribute[] =>
  attributes.length === 0
    ? attributes
    : attributes.map(({ name, span, args }) => ({
        name,
        span: shift(span, by),
        args:
          args.length === 0
            ? args
            : args.map((arg) => ({ name: arg.name, text: arg.text, span: shift(arg.span, by) })),
      }));

const shiftEnum = (each: PrismaEnum, by: number): PrismaEnum => ({
  ...each,
  nameSpan: shift(each.nameSpan, by),
  span: shift(each.span, by),
  values: each.values.map((value) => ({ ...value, span: shift(value.span, by) })),
});
