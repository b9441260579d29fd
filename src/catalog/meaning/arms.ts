import type { Span } from "../../text/span.ts";
import { and, type Formula, partsIn } from "./formula.ts";

/** One way for a condition to hold: what must be true together. */
export interface Arm {
  readonly formula: Formula;
  /** Where it stands in the clause; absent where nothing of it does. */
  readonly at: Span | undefined;
}

/** A condition of more ways is one arm. */
const MOST = 16;

/** The ways for a condition to hold, by its ANDs and ORs; what stands under NOT and in sub-selects is one part. */
export function armsOf(formula: Formula): readonly Arm[] {
  const ways = split(formula) ?? [[formula]];
  const alive = ways.filter((parts) => !isDead(parts));
  return (alive.length ? alive : ways).map((parts) => ({ formula: and(parts), at: hull(parts) }));
}

/** NULL or false whatever else holds. */
const isDead = (parts: readonly Formula[]): boolean =>
  parts.some((part) => part.kind === "truth" && part.value !== true);

function split(formula: Formula): Formula[][] | undefined {
  if (formula.kind === "or") {
    const ways = formula.args.map(split);
    return ways.every((each) => each !== undefined) ? bounded(ways.flat()) : undefined;
  }
  if (formula.kind !== "and") return [[formula]];
  let ways: Formula[][] = [[]];
  for (const arg of formula.args) {
    const each = split(arg);
    if (!each || ways.length * each.length > MOST) return undefined;
    ways = ways.flatMap((before) => each.map((after) => [...before, ...after]));
  }
  return ways;
}

const bounded = (ways: Formula[][]): Formula[][] | undefined => (ways.length > MOST ? undefined : ways);

const hull = (parts: readonly Formula[]): Span | undefined => parts.map(spanIn).reduce(join, undefined);

/** Where a formula stands in its clause: around everything of it that stands there. */
export function spanIn(formula: Formula): Span | undefined {
  if ("at" in formula && formula.at) return formula.at;
  // What another table's policies say stands in them.
  if (formula.kind === "about") return undefined;
  // A formula is shared by all that was built from it: a walk along every way to it would never end.
  if (!spans.has(formula)) spans.set(formula, partsIn(formula).map(spanIn).reduce(join, undefined));
  return spans.get(formula);
}

const spans = new WeakMap<Formula, Span | undefined>();

function join(a: Span | undefined, b: Span | undefined): Span | undefined {
  if (!a || !b) return a ?? b;
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
