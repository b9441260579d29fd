import type { Span } from "../../text/span.ts";
import type { PrismaBlock, PrismaEnum, PrismaSource } from "./schema.ts";

export type Lists = Omit<PrismaSource, "path">;

/** The same blocks as they stand after text was added or removed before them: models say the same wherever they stand. */
export function shiftLists(lists: Lists, by: number): Lists {
  if (by === 0) return lists;
  return {
    datasources: lists.datasources.map((each) => shiftBlock(each, by)),
    generators: lists.generators.map((each) => shiftBlock(each, by)),
    models: lists.models,
    starts: lists.starts.map((start) => start + by),
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

const shiftEnum = (each: PrismaEnum, by: number): PrismaEnum => ({
  ...each,
  nameSpan: shift(each.nameSpan, by),
  span: shift(each.span, by),
  values: each.values.map((value) => ({ ...value, span: shift(value.span, by) })),
});
