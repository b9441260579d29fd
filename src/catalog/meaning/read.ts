import type { Catalog, PolicyClause, Table } from "../catalog.ts";
import { findMeaning } from "../resolve/resolve.ts";
import { readCondition } from "./condition.ts";
import type { Formula } from "./formula.ts";
import type { CallerNames, Reading, Sees, Unread } from "./reader.ts";

/** A policy's clause as a proposition about its row and its caller. */
export interface Proposition {
  readonly formula: Formula;
  /** What was not understood: questions that rest on it have no answer. */
  readonly unread: readonly Unread[];
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
  const reading: Reading = { catalog, names, sees, nextRow: 1, left: MOST, unread: [] };
  const meaning = findMeaning(catalog, table, clause);
  const formula = readCondition(
    clause.expr,
    { meaning, sources: new Map(), named: undefined, args: [], top: true, inside: [], definer: false },
    reading,
  );
  return { formula, unread: reading.unread };
}
