import { and, FALSE, type Formula, or, type Term } from "../catalog/meaning/formula.ts";

/**
 * A condition as it is said, where it matters only when it holds: what comes to NULL does not, and `nullif(x, '') = y`
 * asks for y, not that x be given.
 */
export function plainFormula(formula: Formula): Formula {
  switch (formula.kind) {
    case "truth":
      return formula.value === null ? FALSE : formula;
    case "or":
      return or(formula.args.map(plainFormula), formula.at);
    case "and": {
      const args = formula.args.map(plainFormula);
      return and(
        args.filter((arg) => !isAskedAnyway(arg, args)),
        formula.at,
      );
    }
    case "exists":
      return { ...formula, where: plainFormula(formula.where) };
    default:
      return formula;
  }
}

/** `x <> ''` beside a comparison of x with something else. */
function isAskedAnyway(part: Formula, beside: readonly Formula[]): boolean {
  if (part.kind !== "not") return false;
  const denied = part.arg.kind === "is" && part.arg.value === true ? part.arg.arg : part.arg;
  if (!isEquality(denied)) return false;
  const { left, right } = denied;
  const term = left.kind === "constant" ? right : left;
  if (left.kind !== "constant" && right.kind !== "constant") return false;
  return beside.some((each) => each !== part && asksFor(each, term));
}

/** Whether it holds only where the value equals something; of several ways, whichever holds. */
function asksFor(formula: Formula, term: Term): boolean {
  if (formula.kind === "or") return formula.args.every((each) => asksFor(each, term));
  return isEquality(formula) && [formula.left, formula.right].some((side) => isMadeOf(side, term));
}

const isEquality = (formula: Formula): formula is Extract<Formula, { kind: "compare" }> =>
  formula.kind === "compare" && formula.operator === "=";

const isMadeOf = (side: Term, term: Term): boolean =>
  side.key === term.key || (side.kind === "apply" && side.args.some((arg) => isMadeOf(arg, term)));
