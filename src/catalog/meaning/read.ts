import type { Expr, Query } from "../../source/sql/expression.ts";
import type { Catalog, PolicyClause, Table } from "../catalog.ts";
import { findMeaning, type Meaning } from "../resolve/resolve.ts";
import { bind } from "./bind.ts";
import { always } from "./choices.ts";
import { readCondition } from "./condition.ts";
import { and, type Formula, type Ranged, rewriteTerms, TRUE } from "./formula.ts";
import { applied } from "./opaque.ts";
import type { Argument, CallerNames, Frame, Reading, Sees, Unread } from "./reader.ts";
import { type Block, blocksOf } from "./rows.ts";

/** A policy's clause as a proposition about its row and its caller. */
export interface Proposition {
  readonly formula: Formula;
  /** What was not understood: questions that rest on it have no answer. */
  readonly unread: readonly Unread[];
  /** It looks into tables as its reader sees them. */
  readonly looks: boolean;
}

/** Nodes of expressions, helpers' bodies included, that are read of one clause. */
const MOST = 1500;

/**
 * Reads USING or WITH CHECK: names bound, helpers and views looked into, sub-selects as the rows they range over.
 * `sees` is what its reader sees of the tables in sub-selects; without it, everything.
 */
export function readClause(
  catalog: Catalog,
  table: Table,
  clause: PolicyClause,
  names: CallerNames,
  sees?: Sees,
): Proposition {
  return readPart(catalog, table, clause, clause.expr, names, sees);
}

/** Reads a condition that is a part of a clause likewise. */
export function readPart(
  catalog: Catalog,
  table: Table,
  clause: PolicyClause,
  part: Expr,
  names: CallerNames,
  sees?: Sees,
): Proposition {
  const reading: Reading = { catalog, names, sees, nextRow: 1, left: MOST, unread: [], looked: false };
  const meaning = findMeaning(catalog, table, clause);
  const formula = readCondition(
    part,
    { meaning, sources: NO_SOURCES, named: undefined, args: [], top: true, inside: [], definer: false },
    reading,
  );
  return { formula, unread: reading.unread, looks: reading.looked };
}

/**
 * The rows that a query gives which runs as its owner, whom policies do not hold: a view's, or a function's, whose
 * arguments are whatever its caller makes up, and which `when` must hold to reach. Undefined where it was not understood.
 */
export function readRows(
  catalog: Catalog,
  meaning: Meaning,
  query: Query,
  names: CallerNames,
  args: readonly (Omit<Argument, "choices"> & { readonly nullable: boolean })[],
  when?: Expr,
): readonly Pick<Block, "rows" | "where" | "own">[] | undefined {
  const reading: Reading = {
    catalog,
    names,
    sees: undefined,
    nextRow: 1,
    left: MOST,
    unread: [],
    looked: false,
  };
  const given = args.map(({ nullable, ...each }, i) => {
    const made = applied(`? argument ${i}`, [], { strict: false, nullable, free: true });
    return { ...each, choices: always(made) };
  });
  const frame = { meaning, sources: NO_SOURCES, named: undefined, top: false, inside: [], definer: true };
  const inside = { ...frame, args: given };
  const blocks = blocksOf(query, inside, reading);
  const reached = when && readCondition(when, inside, reading);
  return reached ? blocks?.map((each) => ({ ...each, where: and([reached, each.where]) })) : blocks;
}

/** The condition of a block that ranges over one row, as one about the row of a policy. */
export const conditionOnRow = (block: Pick<Block, "rows" | "where">): Formula | undefined =>
  block.rows.length === 1 ? conditionOn(block, block.rows[0]!) : undefined;

/** The condition of a block as one about the row of a policy, which one of its rows is; the others are somewhere. */
export function conditionOn({ rows, where }: Pick<Block, "rows" | "where">, about: Ranged): Formula {
  const own = new Map([[about.row, 0]]);
  const condition = rewriteTerms(where, (term) => bind(term, own));
  const others = rows.filter((each) => each !== about);
  return others.length ? { kind: "exists", rows: others, where: condition, match: TRUE } : condition;
}

const NO_SOURCES: Frame["sources"] = new Map();
