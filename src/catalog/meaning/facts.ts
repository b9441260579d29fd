import type { Apart } from "./apart.ts";
import { check } from "./consistency.ts";
import { columnKey, type Term } from "./formula.ts";
import { isTimed } from "./moment.ts";

/** What is taken as given about the caller. */
export interface World {
  /** Of a caller's term: always NULL, never NULL, or one constant; undefined where it may be anything. */
  know(term: Term): "null" | "present" | { readonly constant: string } | undefined;
  /**
   * Values of the caller equal no column and no constant: a caller of whom the database holds nothing. Where he
   * `writes` the policy's row, its columns may hold them all the same.
   */
  readonly stranger: boolean | "writes";
  /** What equals nothing that the caller or another row holds. */
  readonly apart: false | Apart;
  /** Values that the caller makes up, to equal what he likes: where one is asked to be his own as well, he has gained nothing by it. */
  forged?(term: Term): boolean;
}

type Pair = readonly [Term, Term];

/**
 * What one way through a condition has assumed of its terms. `doubt` is set once it rests on something that may not
 * be possible (a function that may never give that value).
 */
export interface Facts {
  readonly terms: ReadonlyMap<string, Term>;
  readonly nulls: ReadonlyMap<string, Term>;
  readonly presents: ReadonlySet<string>;
  readonly equal: readonly Pair[];
  readonly different: readonly Pair[];
  /** First before second; `strict` where they are not equal. */
  readonly order: readonly { readonly pair: Pair; readonly strict: boolean }[];
  /** Rows of sub-selects that are one and the same, as they agree in a key. */
  readonly twins: readonly (readonly [number, number])[];
  readonly doubt: boolean;
}

export const NO_FACTS: Facts = {
  terms: new Map(),
  nulls: new Map(),
  presents: new Set(),
  equal: [],
  different: [],
  order: [],
  twins: [],
  doubt: false,
};

export const constantTerm = (value: string, sort: Extract<Term, { kind: "constant" }>["sort"]): Term => ({
  kind: "constant",
  key: `'${sort} ${value}`,
  value,
  sort,
});

/** The facts with the term not NULL; undefined where that cannot be. */
export function present(facts: Facts, term: Term, world: World): Facts | undefined {
  if (term.kind === "null" || facts.nulls.has(term.key)) return undefined;
  if (term.kind === "constant" || facts.presents.has(term.key)) return facts;
  const known = world.know(term);
  if (known === "null" || keysOfTwins(facts, term).some((key) => facts.nulls.has(key))) return undefined;
  let next: Facts | undefined = {
    ...facts,
    terms: new Map(facts.terms).set(term.key, term),
    presents: new Set(facts.presents).add(term.key),
    // Whether such a function gives a value for these arguments is not known.
    doubt: facts.doubt || (term.kind === "apply" && term.nullable && !term.free),
  };
  if (term.kind === "apply" && term.strict) for (const arg of term.args) next &&= present(next, arg, world);
  if (typeof known === "object")
    next &&= relate(next, "equal", [term, constantTerm(known.constant, "text")], world);
  return next;
}

/** Every way for the term to be NULL. */
export function absent(facts: Facts, term: Term, world: World): Facts[] {
  if (term.kind === "null" || facts.nulls.has(term.key)) return [facts];
  if (term.kind === "constant" || facts.presents.has(term.key)) return [];
  const known = world.know(term);
  if (known !== undefined && known !== "null") return [];
  if (keysOfTwins(facts, term).some((key) => facts.presents.has(key))) return [];
  const noted = (doubt: boolean): Facts => ({
    ...facts,
    nulls: new Map(facts.nulls).set(term.key, term),
    doubt: facts.doubt || doubt,
  });
  if (term.kind !== "apply") return term.nullable || known === "null" ? [noted(false)] : [];
  const ways = term.strict ? term.args.flatMap((arg) => absent(facts, arg, world)) : [];
  if (!term.nullable) return ways;
  const noValue = check(noted(!term.free), world);
  return noValue ? [...ways, noValue] : ways;
}

/** The facts with two terms equal, or different; both must be present already. Undefined where that cannot be. */
export function relate(
  facts: Facts,
  how: "equal" | "different",
  pair: Pair,
  world: World,
): Facts | undefined {
  return check(
    {
      ...facts,
      terms: withTerms(facts, pair),
      [how]: [...facts[how], pair],
      doubt: facts.doubt || isDoubtful(pair),
    },
    world,
  );
}

export function order(facts: Facts, pair: Pair, strict: boolean, world: World): Facts | undefined {
  return check(
    {
      ...facts,
      terms: withTerms(facts, pair),
      order: [...facts.order, { pair, strict }],
      doubt: facts.doubt || isDoubtful(pair),
    },
    world,
  );
}

function withTerms(facts: Facts, pair: Pair): ReadonlyMap<string, Term> {
  if (pair.every((term) => facts.terms.has(term.key))) return facts.terms;
  const terms = new Map(facts.terms);
  for (const term of pair) terms.set(term.key, term);
  return terms;
}

const isDoubtful = (pair: Pair): boolean =>
  pair.some((term) => term.kind === "apply" && !term.free) && !isTimed(pair);

/** The same column of rows that are the same. */
function keysOfTwins({ twins }: Facts, term: Term): readonly string[] {
  if (term.kind !== "column") return [];
  return twins.flatMap(([a, b]) =>
    a === term.row ? [columnKey(b, term.column)] : b === term.row ? [columnKey(a, term.column)] : [],
  );
}
