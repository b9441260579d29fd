import type { Span } from "../../text/span.ts";
import type { Formula, Term } from "./formula.ts";
import { isLike } from "./likeness.ts";
import type { Proposition } from "./read.ts";

/** Where a proposition goes: the key of the table that its row is of, and how far behind its places stand. */
export interface Target {
  readonly table: string;
  readonly by: number;
}

/** What one clause says, as said by another one in the same words of another table. */
export function moveProposition({ formula, unread, looks }: Proposition, to: Target): Proposition {
  return {
    formula: moveFormula(formula, to, new Map()),
    unread: unread.map(({ what, at }) => (at ? { what, at: moveSpan(at, to) } : { what })),
    looks,
  };
}

const moveSpan = ({ start, end }: Span, { by }: Target): Span => ({ start: start + by, end: end + by });

/** Parts are shared, and each is moved once. */
function moveFormula(formula: Formula, to: Target, moved: Map<Formula, Formula>): Formula {
  const known = moved.get(formula);
  if (known) return known;
  const inside = moveInside(formula, to, moved);
  const there = "at" in inside && inside.at ? { ...inside, at: moveSpan(inside.at, to) } : inside;
  moved.set(formula, there);
  if (there !== formula) isLike(there, formula);
  return there;
}

function moveInside(formula: Formula, to: Target, moved: Map<Formula, Formula>): Formula {
  const inner = (part: Formula): Formula => moveFormula(part, to, moved);
  switch (formula.kind) {
    case "truth":
    // Speaks of a row of its own.
    case "about":
      return formula;
    case "and":
    case "or":
      return { ...formula, args: formula.args.map(inner) };
    case "not":
    case "is":
      return { ...formula, arg: inner(formula.arg) };
    case "null":
    case "holds":
      return { ...formula, term: moveTerm(formula.term, to) };
    case "compare":
      return { ...formula, left: moveTerm(formula.left, to), right: moveTerm(formula.right, to) };
    case "exists":
    case "some":
    case "one":
      return { ...formula, where: inner(formula.where), match: inner(formula.match) };
  }
}

function moveTerm(term: Term, to: Target): Term {
  if (term.kind === "column") return term.row === 0 ? { ...term, table: to.table } : term;
  return term.kind === "apply" && term.args.length
    ? { ...term, args: term.args.map((arg) => moveTerm(arg, to)) }
    : term;
}
