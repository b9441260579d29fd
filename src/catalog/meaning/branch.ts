import type { Rows } from "./bind.ts";
import type { Facts } from "./facts.ts";
import type { Formula, Ranged } from "./formula.ts";

/** Sets of outcomes. */
export const T = 1;
export const F = 2;
export const N = 4;
export const ANY = T | F | N;

/** A condition about rows that there are, and the outcomes it may have. */
export interface Demand {
  readonly formula: Formula;
  readonly outcomes: number;
  readonly rows: Rows;
}

interface List<Item> {
  readonly first: Item;
  readonly rest: List<Item> | undefined;
}

/** No rows of `ranged` may meet `where`, but such as give `match` an allowed outcome. */
export interface Ban {
  readonly ranged: readonly Ranged[];
  readonly where: Formula;
  readonly match: Formula;
  readonly allowed: number;
  readonly rows: Rows;
}

/** One way through the conditions: what it has assumed, and what is still to be done. */
export interface Branch {
  readonly facts: Facts;
  readonly rows: readonly Ranged[];
  readonly nextRow: number;
  readonly bans: readonly Ban[];
  /** What is to be done without a choice, and with one. */
  readonly easy: List<Demand> | undefined;
  readonly hard: List<Demand> | undefined;
  readonly doubt: boolean;
}

/** The branch with one more thing to be done; nothing where every outcome will do. */
export function demand(branch: Branch, wanted: Demand): Branch {
  if ((wanted.outcomes & ANY) === ANY) return branch;
  return isChoice(wanted.formula, wanted.outcomes)
    ? { ...branch, hard: { first: wanted, rest: branch.hard } }
    : { ...branch, easy: { first: wanted, rest: branch.easy } };
}

const isSingle = (outcomes: number): boolean => outcomes === T || outcomes === F || outcomes === N;

function isChoice(formula: Formula, outcomes: number): boolean {
  switch (formula.kind) {
    case "and":
      return outcomes !== T && outcomes !== (T | N);
    case "or":
      return outcomes !== F && outcomes !== (F | N);
    case "compare":
    case "holds":
      return !isSingle(outcomes) || outcomes === N;
    case "some":
    case "one":
      return true;
    default:
      return false;
  }
}
