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

/** A model that was moved -> the one that was read. */
const readAs = new WeakMap<PrismaModel, PrismaModel>();

/** Whether two models are the same text at different places. */
export const isMoved = (a: PrismaModel, b: PrismaModel): boolean => originOf(a) === originOf(b);

const originOf = (model: PrismaModel): PrismaModel => readAs.get(model) ?? model;

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

function shiftModel(model: PrismaModel, by: number): PrismaModel {
  const { documentationSpan } = model;
  const moved: PrismaModel = {
    ...model,
    nameSpan: shift(model.nameSpan, by),
    span: shift(model.span, by),
    bodyEnd: model.bodyEnd + by,
    fields: model.fields.map((field) => shiftField(field, by)),
    attributes: shiftAttributes(model.attributes, by),
    ...(documentationSpan && { documentationSpan: shift(documentationSpan, by) }),
  };
  readAs.set(moved, originOf(model));
  return moved;
}

const shiftField = (field: PrismaField, by: number): PrismaField => ({
  ...field,
  nameSpan: shift(field.nameSpan, by),
  span: shift(field.span, by),
  typeSpan: shift(field.typeSpan, by),
  attributes: shiftAttributes(field.attributes, by),
});

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
