import { bind, type Rows } from "./bind.ts";
import { ANY, type Branch, type Demand, demand, F, N, T } from "./branch.ts";
import { isTiedAtLast } from "./consistency.ts";
import { absent, constantTerm, type Facts, NO_FACTS, order, present, relate, type World } from "./facts.ts";
import { type Formula, type Term, termsIn, visit } from "./formula.ts";
import { waysOfRows } from "./witness.ts";

/** Whether some rows and some caller give conditions wanted outcomes. `doubtful` where that could not be settled. */
export type Verdict = "impossible" | "doubtful" | "possible";

/** A condition and the outcomes wanted of it. */
export interface Wanted {
  readonly formula: Formula;
  readonly outcomes: number;
}

/** Past so many steps a question is not settled. */
const STEPS = 2000;

/**
 * Looks for rows and a caller that give every condition one of its wanted outcomes, by taking the conditions apart
 * case by case: what exists is a new row, what must not exist is tried on every row there is.
 */
export function satisfy(wanted: readonly Wanted[], world: World): Verdict {
  const search: Search = { world, left: STEPS, own: ownTable(wanted) };
  const start: Branch = {
    facts: NO_FACTS,
    rows: [],
    nextRow: 1,
    bans: [],
    easy: undefined,
    hard: undefined,
    doubt: false,
  };
  let branch: Branch = start;
  for (const { formula, outcomes } of wanted) branch = demand(branch, { formula, outcomes, rows: NO_ROWS });
  return explore(branch, search);
}

const NO_ROWS: Rows = new Map([[0, 0]]);

interface Search {
  readonly world: World;
  left: number;
  /** The table of the policy's row, which may or may not be among its rows yet. */
  readonly own: string | undefined;
}

/** The table of the policy's row, as far as the conditions name it. */
export function ownTable(wanted: readonly Wanted[]): string | undefined {
  let own: string | undefined;
  const look = (part: Formula): boolean => {
    for (const term of termsIn(part)) if (term.kind === "column" && term.row === 0) own ??= term.table;
    return part.kind !== "about";
  };
  for (const { formula } of wanted) visit(formula, look);
  return own;
}

function explore(branch: Branch, search: Search): Verdict {
  if (--search.left < 0) return "doubtful";
  const next = branch.easy ?? branch.hard;
  if (!next && isTiedAtLast(branch.facts, search.world)) return "impossible";
  if (!next) return branch.doubt || branch.facts.doubt ? "doubtful" : "possible";
  const rest = branch.easy ? { ...branch, easy: next.rest } : { ...branch, hard: next.rest };
  let best: Verdict = "impossible";
  for (const way of ways(next.first, rest, search)) {
    const verdict = explore(way, search);
    if (verdict === "possible") return verdict;
    if (verdict === "doubtful") best = verdict;
    if (search.left < 0) return "doubtful";
  }
  return best;
}

/** The branches that a demand leads to. */
function* ways(wanted: Demand, branch: Branch, search: Search): Iterable<Branch> {
  const { world } = search;
  const { formula, outcomes, rows } = wanted;
  switch (formula.kind) {
    case "truth":
      if (outcomes & outcomeOf(formula.value)) yield branch;
      return;
    case "not":
      yield demand(branch, { formula: formula.arg, outcomes: flip(outcomes), rows });
      return;
    case "is":
      yield* waysOfIs(formula, wanted, branch);
      return;
    case "and":
      yield* waysOfList(formula.args, F, wanted, branch);
      return;
    case "or":
      yield* waysOfList(formula.args, T, wanted, branch);
      return;
    case "about": {
      const about = new Map([[0, rows.get(formula.row) ?? 0]]);
      yield demand(branch, { formula: formula.arg, outcomes, rows: about });
      return;
    }
    case "null":
      yield* waysOfNull(bind(formula.term, rows), outcomes, branch, world);
      return;
    case "holds":
    case "compare":
      yield* waysOfAtom(formula, wanted, branch, world);
      return;
    default:
      yield* waysOfRows(formula, wanted, branch, search.own);
  }
}

const outcomeOf = (value: boolean | null): number => (value === null ? N : value ? T : F);
const flip = (outcomes: number): number => (outcomes & T ? F : 0) | (outcomes & F ? T : 0) | (outcomes & N);

function* waysOfIs(
  formula: Extract<Formula, { kind: "is" }>,
  { outcomes, rows }: Demand,
  branch: Branch,
): Iterable<Branch> {
  const value = outcomeOf(formula.value);
  const wanted = (outcomes & T ? value : 0) | (outcomes & F ? ANY & ~value : 0);
  if (wanted) yield demand(branch, { formula: formula.arg, outcomes: wanted, rows });
}

/** AND and OR: `strong` is the outcome that one argument alone decides. */
function* waysOfList(
  args: readonly Formula[],
  strong: number,
  { outcomes, rows }: Demand,
  branch: Branch,
): Iterable<Branch> {
  const all = (wanted: number, from: Branch) =>
    args.reduceRight((at, formula) => demand(at, { formula, outcomes: wanted, rows }), from);
  const weak = strong === F ? T : F;
  if (!(outcomes & strong)) {
    // Every argument keeps away from the strong outcome; for NULL alone one of them must be NULL.
    if (outcomes !== N) {
      yield all(outcomes, branch);
      return;
    }
    for (const formula of args) yield all(weak | N, demand(branch, { formula, outcomes: N, rows }));
    return;
  }
  if (outcomes & N) {
    // Strong or NULL: an argument that is not weak.
    for (const formula of args) yield demand(branch, { formula, outcomes: strong | N, rows });
    return;
  }
  for (const formula of args) yield demand(branch, { formula, outcomes: strong, rows });
  if (outcomes & weak) yield all(weak, branch);
}

function* waysOfNull(term: Term, outcomes: number, branch: Branch, world: World): Iterable<Branch> {
  if (outcomes & F) yield* withFacts(branch, [present(branch.facts, term, world)]);
  if (outcomes & T) yield* withFacts(branch, absent(branch.facts, term, world));
}

function* withFacts(branch: Branch, list: Iterable<Facts | undefined>): Iterable<Branch> {
  for (const facts of list) if (facts) yield { ...branch, facts };
}

type Atom = Extract<Formula, { kind: "holds" | "compare" }>;

function* waysOfAtom(atom: Atom, { outcomes, rows }: Demand, branch: Branch, world: World): Iterable<Branch> {
  const terms = (atom.kind === "holds" ? [atom.term] : [atom.left, atom.right]).map((term) =>
    bind(term, rows),
  );
  if (outcomes & (T | F)) {
    let facts: Facts | undefined = branch.facts;
    for (const term of terms) facts &&= present(facts, term, world);
    if (facts && outcomes & T) yield* withFacts(branch, [settle(atom, terms, true, facts, world)]);
    if (facts && outcomes & F) yield* withFacts(branch, [settle(atom, terms, false, facts, world)]);
  }
  if (outcomes & N) for (const term of terms) yield* withFacts(branch, absent(branch.facts, term, world));
}

function settle(atom: Atom, terms: readonly Term[], value: boolean, facts: Facts, world: World) {
  if (atom.kind === "holds")
    return relate(facts, "equal", [terms[0]!, constantTerm(value ? "t" : "f", "bool")], world);
  const pair = [terms[0]!, terms[1]!] as const;
  if (atom.operator === "=") return relate(facts, value ? "equal" : "different", pair, world);
  return value ? order(facts, pair, true, world) : order(facts, [pair[1], pair[0]], false, world);
}
