import type { Expr, Query } from "../../source/sql/expression.ts";
import { unnestedIn } from "./array.ts";
import { nullOfAny } from "./choices.ts";
import { opaque, readComparison } from "./condition.ts";
import { containedIn } from "./contained.ts";
import { and, type Formula, is, not, or, TRUE, UNKNOWN } from "./formula.ts";
import { isOneRow } from "./grouped.ts";
import { type Frame, type Reading, spanOf } from "./reader.ts";
import { type Block, blocksOf, columnsOfBlock } from "./rows.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

export function readExists(query: Query, whole: Expr, frame: Frame, reading: Reading): Formula | undefined {
  if (isOneRow(query)) return TRUE;
  const blocks = blocksOf(query, frame, reading);
  return blocks && existsIn(blocks, whole, frame);
}

export const existsIn = (blocks: readonly Block[], whole: Expr, frame: Frame): Formula => {
  const at = spanOf(whole, frame);
  return or(
    blocks.map(({ rows, where }) =>
      rows.length ? { kind: "exists", rows, where, match: TRUE, ...(at ? { at } : {}) } : is(where, true),
    ),
  );
};

/** `left operator any (select ...)` and ALL, which is that none is otherwise. */
export function readQuantified(expr: Of<"subquery">, frame: Frame, reading: Reading): Formula {
  const all = expr.form === "all";
  const formula =
    elementsOfColumn(expr, all, frame, reading) ??
    someOf(expr.left!, expr.operator ?? "=", all, expr.query, expr, frame, reading);
  return formula ?? opaque(expr, frame, reading);
}

/** `left operator any (select unnest(column))` is `any (column)`, but that NULL has no elements. */
function elementsOfColumn(
  { left, operator = "=", query, span }: Of<"subquery">,
  all: boolean,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  const array = isBare(query) ? unnestedIn(query.targets[0]!.expr, frame) : undefined;
  if (array?.kind !== "column") return undefined;
  const isNothing = nullOfAny(readTerm(array, frame, reading));
  const compared = { kind: "operator", name: operator, left: left!, right: array, span } as const;
  const held = containedIn(array, frame, { expr: compared, all, frame, reading });
  return held && (all ? or([isNothing, held]) : and([not(isNothing), held]));
}

/** `select x`, and nothing more. */
const isBare = ({
  command,
  targets,
  from,
  where,
  groupBy,
  having,
  limit,
  offset,
  setOperation,
}: Query): boolean =>
  command === "select" &&
  targets.length === 1 &&
  !from.length &&
  !(where || groupBy?.length || having || limit || offset || setOperation);

function someOf(
  left: Expr,
  operator: string,
  all: boolean,
  query: Query,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  const blocks = blocksOf(query, frame, reading);
  return blocks && someIn(blocks, left, operator, all, whole, frame, reading);
}

/** The same of rows that were read already. */
export function someIn(
  blocks: readonly Block[],
  left: Expr,
  operator: string,
  all: boolean,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  const at = spanOf(whole, frame);
  const arms: Formula[] = [];
  for (const block of blocks) {
    const match = matchOf(left, operator, block, whole, frame, reading);
    if (!match) return undefined;
    const { rows, where } = block;
    arms.push({ kind: "some", rows, where, match: all ? not(match) : match, ...(at ? { at } : {}) });
  }
  return all ? not(or(arms)) : or(arms);
}

/** The comparison of a value outside with one inside: each side is read where it stands. */
function matchOf(
  left: Expr,
  operator: string,
  block: Block,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  const [only, ...others] = columnsOfBlock(block, reading);
  if (!only || others.length) return undefined;
  const [, inside] = only;
  const bound: Frame = { ...frame, args: [...frame.args, { name: undefined, choices: inside }] };
  const parameter: Expr = { kind: "parameter", number: bound.args.length, span: whole.span };
  return readComparison(operator, left, parameter, whole, bound, reading);
}

/** `(a, b) in (select x, y ...)`. */
export function readRowIn(expr: Of<"subquery">, frame: Frame, reading: Reading): Formula | undefined {
  const fields = expr.left?.kind === "row" ? expr.left.args : [];
  const blocks =
    expr.form === "any" && (expr.operator ?? "=") === "=" ? blocksOf(expr.query, frame, reading) : undefined;
  if (!blocks?.every(({ targets }) => targets.length === fields.length)) return undefined;
  return or(
    blocks.map((block): Formula => {
      const matches = fields.map(
        (field, i) =>
          matchOf(field, "=", { ...block, targets: [block.targets[i]!] }, expr, frame, reading) ?? UNKNOWN,
      );
      return { kind: "some", rows: block.rows, where: block.where, match: and(matches) };
    }),
  );
}
