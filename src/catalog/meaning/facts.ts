import { type Apart, areTied, isFalse } from "./apart.ts";
import { Classes } from "./classes.ts";
import { columnKey, spokenBy, type Term } from "./formula.ts";
import { judgeHeld } from "./held.ts";
import { isTimed, isTornInTime } from "./moment.ts";

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
  /** Values that the caller makes up: where one is asked to be his own as well, he has gained nothing by it. */
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

/** The facts, with what follows from them; undefined where they contradict each other. */
function check(facts: Facts, world: World): Facts | undefined {
  const { classes, twins } = classesOf(facts);
  if (classes.contradict(facts.nulls.values())) return undefined;
  const held = judgeHeld(classes, facts.terms.values(), facts.nulls.values());
  if (held === "impossible") return undefined;
  if (twins.some((pair) => isTorn(pair, facts))) return undefined;
  for (const [a, b] of facts.different) if (classes.same(a.key, b.key)) return undefined;
  let doubt =
    facts.doubt || held === "doubtful" || isNarrow(facts) || isEntangled(facts) || isTornInTime(facts);
  const all = [...classes.all()];
  if (world.apart && !world.apart.isName && areTied(all, world.apart)) return undefined;
  for (const members of all) {
    const judged = judgeClass(members, facts, classes, world);
    if (judged === "impossible") return undefined;
    doubt ||= judged === "doubtful";
  }
  if (facts.order.length && !isOrdered(facts, classes)) return undefined;
  return doubt === facts.doubt && twins.length === facts.twins.length ? facts : { ...facts, twins, doubt };
}

/** Whether a row that hangs on others is tied through them: that is known once all is, as they may yet turn out to be those. */
export const isTiedAtLast = (facts: Facts, { apart }: World): boolean =>
  apart !== false && apart.isName !== undefined && areTied([...classesOf(facts).classes.all()], apart);

function classesOf(facts: Facts): { readonly classes: Classes; readonly twins: Facts["twins"] } {
  const classes = new Classes(facts.terms);
  for (const [a, b] of facts.equal) classes.join(a.key, b.key);
  classes.closeUnderFunctions();
  if (facts.order.length > 1) joinSqueezed(facts, classes);
  return { classes, twins: joinTwins(facts.terms, classes) };
}

type ColumnTerm = Extract<Term, { kind: "column" }>;

/** Two rows of a table that have the values of a key in common are one: so they have all others. */
function joinTwins(terms: Facts["terms"], classes: Classes): Facts["twins"] {
  const columns = [...terms.values()].filter(
    (term): term is ColumnTerm => term.kind === "column" && term.row !== 0 && term.table !== undefined,
  );
  const keyed = new Map(columns.flatMap(({ table, keys }) => (keys ? [[table!, keys] as const] : [])));
  if (!keyed.size) return [];
  const rows = [...new Map(columns.map(({ row, table }) => [row, table!]))];
  const pairs = rows.flatMap(([a, table], i) =>
    rows.slice(i + 1).flatMap(([b, other]) => (other === table ? [{ pair: [a, b] as const, table }] : [])),
  );
  const found: (readonly [number, number])[] = [];
  for (let before = -1; before < found.length; ) {
    before = found.length;
    for (const { pair, table } of pairs) {
      if (found.includes(pair)) continue;
      const agree = (column: string) => classes.same(columnKey(pair[0], column), columnKey(pair[1], column));
      if (!keyed.get(table)?.some((key) => key.every(agree))) continue;
      found.push(pair);
      for (const { row, column } of columns)
        if (row === pair[0] && terms.has(columnKey(pair[1], column)))
          classes.join(columnKey(row, column), columnKey(pair[1], column));
    }
  }
  return found;
}

/** One of the rows has NULL where the other has a value. */
const isTorn = ([a, b]: Facts["twins"][number], { terms, nulls, presents }: Facts): boolean =>
  [...terms.values()].some(
    (term) =>
      term.kind === "column" &&
      ((term.row === a && nulls.has(columnKey(b, term.column)) && presents.has(term.key)) ||
        (term.row === b && nulls.has(columnKey(a, term.column)) && presents.has(term.key))),
  );

/** Neither before the other: equal. */
function joinSqueezed(facts: Facts, classes: Classes): void {
  for (const [i, { pair: first }] of facts.order.entries())
    for (const { pair: second } of facts.order.slice(i + 1))
      if (classes.same(first[0].key, second[1].key) && classes.same(first[1].key, second[0].key))
        classes.join(first[0].key, first[1].key);
}

/** Two bounds may leave no value between them. */
const isNarrow = ({ order: bounds, different }: Facts): boolean =>
  bounds.length > 1 && (different.length > 0 || bounds.some(({ strict }) => strict));

/** What a value holds, asked twice, or beside what it equals: one answer may rule out the other. */
function isEntangled({ terms, equal, different, order: ordered }: Facts): boolean {
  const asked = [...terms.values()].filter((term) => term.kind === "apply" && term.name.startsWith("json "));
  if (!asked.length) return false;
  const bases = new Set(asked.flatMap(columnsIn));
  const pairs = [...equal, ...different, ...ordered.map(({ pair }) => pair)].flat();
  // What the question itself is made of says nothing else of the value.
  const own = new Set(partsOf(asked[0]!));
  const others = [...terms.values()].filter((term) => term.kind === "apply" && !own.has(term.key));
  const beside = pairs.filter(
    (term) => term.kind === "column" || (own.has(term.key) && term.key !== asked[0]!.key),
  );
  return [...others, ...beside].some((term) => columnsIn(term).some((key) => bases.has(key)));
}

const partsOf = (term: Term): readonly string[] =>
  term.kind === "apply" ? [term.key, ...term.args.flatMap(partsOf)] : [term.key];

const columnsIn = (term: Term): readonly string[] =>
  term.kind === "column" ? [term.key] : term.kind === "apply" ? term.args.flatMap(columnsIn) : [];

type Judged = "possible" | "doubtful" | "impossible";

/** Terms that are all equal: can they be? */
function judgeClass(members: readonly Term[], facts: Facts, classes: Classes, world: World): Judged {
  const constants = members.filter((term) => term.kind === "constant");
  let doubtful = false;
  for (const [i, a] of constants.entries())
    for (const b of constants.slice(i + 1)) {
      if (a.sort === b.sort && a.sort !== "vague") return "impossible";
      doubtful = true;
    }
  if (world.stranger && isMet(members, world)) return "impossible";
  if (world.forged && isConfirmed(members, world.forged)) return "impossible";
  const domain = members.find((term) => term.kind === "column" && term.domain);
  if (domain?.kind === "column" && domain.domain) {
    const judged = judgeDomain(domain, domain.domain, constants, facts, classes);
    if (judged !== "possible") return judged;
  }
  return doubtful ? "doubtful" : "possible";
}

/** A stranger's value in the database, or named by the policy. An empty one is named all the same, and no key. */
function isMet(members: readonly Term[], world: World): boolean {
  const known = members.filter((term) => spokenBy(term).caller).map((term) => world.know(term));
  const isMade = (term: Term) => world.stranger === "writes" && spokenBy(term).row;
  if (known.some((each) => typeof each !== "object"))
    return members.some((term) => !spokenBy(term).caller && !isFalse(term) && !isMade(term));
  const isBlank = known.some((each) => typeof each === "object" && each.constant === "");
  return isBlank && members.some((term) => spokenBy(term).row || spokenBy(term).local);
}

const isConfirmed = (members: readonly Term[], forged: (term: Term) => boolean): boolean =>
  members.some(forged) && members.some((term) => spokenBy(term).caller && !forged(term));

/** Few values: all ruled out, or one that is none of them. */
function judgeDomain(
  term: Term,
  domain: readonly string[],
  constants: readonly Extract<Term, { kind: "constant" }>[],
  facts: Facts,
  classes: Classes,
): Judged {
  if (constants.some(({ value }) => !domain.includes(value))) return "impossible";
  if (constants.length) return "possible";
  const out = new Set<string>();
  let others = false;
  for (const [a, b] of facts.different) {
    const other = classes.same(a.key, term.key) ? b : classes.same(b.key, term.key) ? a : undefined;
    if (!other) continue;
    const value = classes.constantOf(other.key);
    if (value === undefined) others = true;
    else out.add(value);
  }
  if (domain.every((value) => out.has(value))) return "impossible";
  return others ? "doubtful" : "possible";
}

/** No value comes before itself. Numbers among the constants are in their own order. */
function isOrdered(facts: Facts, classes: Classes): boolean {
  const edges = facts.order.map(({ pair: [a, b], strict }) => ({
    from: classes.root(a.key),
    to: classes.root(b.key),
    strict,
  }));
  const numbers = [...facts.terms.values()].filter(
    (term) => term.kind === "constant" && term.sort === "number",
  ) as Extract<Term, { kind: "constant" }>[];
  numbers.sort((a, b) => Number(a.value) - Number(b.value));
  for (const [i, number] of numbers.slice(1).entries())
    edges.push({ from: classes.root(numbers[i]!.key), to: classes.root(number.key), strict: true });
  return (
    !edges.some((edge) => edge.strict && reaches(edges, edge.to, edge.from)) &&
    !isSqueezed(facts, edges, classes)
  );
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly strict: boolean;
}

function reaches(edges: readonly Edge[], from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const at of seen) for (const edge of edges) if (edge.from === at) seen.add(edge.to);
  return seen.has(to);
}

/** Different, and each not before the other. */
const isSqueezed = (facts: Facts, edges: readonly Edge[], classes: Classes): boolean =>
  facts.different.some(([a, b]) => {
    const [x, y] = [classes.root(a.key), classes.root(b.key)];
    return reaches(edges, x, y) && reaches(edges, y, x);
  });
