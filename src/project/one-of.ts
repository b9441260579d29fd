import { and, type Formula, or, type Term } from "../catalog/meaning/formula.ts";

/** That a value is one of several constants, as people say it in one breath. */
export interface OneOf {
  readonly term: Term;
  readonly constants: readonly Term[];
}

/** The constants that a condition leaves a value; undefined where it is not of this kind. */
export function oneOf(formula: Formula): OneOf | undefined {
  if (formula.kind === "or") {
    const all = formula.args.map(oneOf);
    const [first] = all;
    if (!first || all.some((each) => each?.term.key !== first.term.key)) return undefined;
    return { term: first.term, constants: all.flatMap((each) => each!.constants) };
  }
  if (formula.kind !== "compare" || formula.operator !== "=") return undefined;
  const { left, right } = formula;
  if (right.kind === "constant" && left.kind !== "constant") return { term: left, constants: [right] };
  return left.kind === "constant" && right.kind !== "constant"
    ? { term: right, constants: [left] }
    : undefined;
}

/** Ways that differ in nothing but a constant are one: a policy for three roles is not three times the same sentence. */
export function joinWays(ways: readonly Formula[]): readonly Formula[] {
  const joined: Formula[] = [];
  for (const way of ways) {
    const place = joined.findIndex((other) => join(other, way) !== undefined);
    if (place < 0) joined.push(way);
    else joined[place] = join(joined[place]!, way)!;
  }
  return joined;
}

function join(a: Formula, b: Formula): Formula | undefined {
  const [ofA, ofB] = [partsOf(a), partsOf(b)];
  const onlyA = ofA.filter((part) => !ofB.includes(part));
  const onlyB = ofB.filter((part) => !ofA.includes(part));
  if (onlyA.length !== 1 || onlyB.length !== 1) return undefined;
  const either = or([onlyA[0]!, onlyB[0]!]);
  return oneOf(either) && and(ofA.map((part) => (part === onlyA[0] ? either : part)));
}

const partsOf = (formula: Formula): readonly Formula[] => (formula.kind === "and" ? formula.args : [formula]);
