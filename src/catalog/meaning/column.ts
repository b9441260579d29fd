import type { Expr, FromItem } from "../../source/sql/expression.ts";
import { always } from "./choices.ts";
import { type Formula, type Term, UNKNOWN } from "./formula.ts";
import type { Choice, Frame, Reading, Source } from "./reader.ts";
import { itemsIn } from "./rows.ts";
import { columnTerm, namesOf, uniqueKeysOf } from "./value.ts";

type Choices = readonly Choice[];

/** A column by what it is bound to: the policy's row, a row of a sub-select, or a variable of the function around. */
export function readColumn(
  expr: Extract<Expr, { kind: "column" }>,
  frame: Frame,
  reading: Reading,
): Choices | undefined {
  const binding = frame.meaning.columns.get(expr);
  if (!binding) return argumentOf(expr.path, frame);
  const { relation, column } = binding;
  if (relation.row)
    return always(columnTerm(reading.catalog, 0, relation.key, column, relation.table?.columns.get(column)));
  const item = frame.meaning.sources.get(relation);
  if (!item) return argumentOf(expr.path, frame);
  const source = frame.sources.get(item);
  return source && columnOf(source, column, reading);
}

function columnOf(source: Source, name: string, reading: Reading): Choices | undefined {
  if (source.kind === "columns") return source.columns.get(name);
  return rowColumn(source.row, source.table, name, reading);
}

/** A column of a row that a sub-select ranges over. */
export function rowColumn(row: number, table: string | undefined, name: string, reading: Reading): Choices {
  const found = table === undefined ? undefined : reading.catalog.tables.get(table);
  const term = columnTerm(reading.catalog, row, table, name, found?.columns.get(name));
  const keys = found && uniqueKeysOf(reading.catalog, found);
  if (!keys?.length) return always(term);
  const isName = namesOf(found!).has(name);
  return always({ ...term, keys, ...(isName ? { names: true } : {}) } as Term);
}

/** `wanted`, or `is_member.wanted`: what stands behind another name is a part of a variable. */
const argumentOf = ([name, ...parts]: readonly string[], { args }: Frame): Choices | undefined =>
  args.find((each) =>
    parts.length ? parts.length === 1 && each.of === name && each.name === parts[0] : each.name === name,
  )?.choices;

/** `join ... using (name)`: the column of both sides is the same. */
export function compareColumns(
  item: Extract<FromItem, { kind: "join" }>,
  name: string,
  frame: Frame,
  reading: Reading,
): Formula {
  const find = (side: FromItem) =>
    itemsIn(side)
      .map((each) => frame.sources.get(each))
      .flatMap((source) => {
        const known = source?.kind === "row" ? reading.catalog.tables.get(source.table ?? "") : undefined;
        if (known && !known.columns.has(name)) return [];
        return (source && columnOf(source, name, reading)) ?? [];
      });
  const [left, right] = [find(item.left)[0], find(item.right)[0]];
  if (!left || !right || left.from || right.from) return UNKNOWN;
  return { kind: "compare", operator: "=", left: left.term, right: right.term };
}
