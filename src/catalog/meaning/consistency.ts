import { areTied } from "./apart.ts";
import { Classes } from "./classes.ts";
import type { Facts, World } from "./facts.ts";
import { columnKey, spokenBy, type Term } from "./formula.ts";
import { judgeHeld } from "./held.ts";
import { isTornInTime } from "./moment.ts";
import { judgeStranger } from "./stranger.ts";

/** The facts, with what follows from them; undefined where they contradict each other. */
export function check(facts: Facts, world: World): Facts | undefined {
  const { classes, twins } = classesOf(facts);
  if (classes.contradict(facts.nulls.values())) return undefined;
  const held = judgeHeld(classes, facts.terms.values(), facts.nulls.values());
  if (held === "impossible") return undefined;
  if (twins.some((pair) => isTorn(pair, facts))) return undefined;
  for (const [a, b] of facts.different) if (classes.same(a.key, b.key)) return undefined;
  let doubt =
    facts.doubt || held === "doubtful" || isNarrow(facts) || isEntangled(facts) || isTornInTime(facts);
  const all = [...classes.all()];
  if (world.apart && !world.apart.isName && areTied(all, world.apart, world.forged)) return undefined;
  for (const members of all) {
    const judged = judgeClass(members, facts, classes, world);
    if (judged === "impossible") return undefined;
    doubt ||= judged === "doubtful";
  }
  if (facts.order.length && !isOrdered(facts, classes)) return undefined;
  return doubt === facts.doubt && twins.length === facts.twins.length ? facts : { ...facts, twins, doubt };
}

/** Whether a row that hangs on others is tied through them: that is known once all is, as they may yet turn out to be those. */
export const isTiedAtLast = (facts: Facts, { apart, forged }: World): boolean =>
  apart !== false &&
  apart.isName !== undefined &&
  areTied([...classesOf(facts).classes.all()], apart, forged);

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
  const met = world.stranger ? judgeStranger(members, world) : "possible";
  if (met === "impossible") return met;
  doubtful ||= met === "doubtful";
  if (world.forged && isConfirmed(members, world.forged)) return "impossible";
  const domain = members.find((term) => term.kind === "column" && term.domain);
  if (domain?.kind === "column" && domain.domain) {
    const judged = judgeDomain(domain, domain.domain, constants, facts, classes);
    if (judged !== "possible") return judged;
  }
  return doubtful ? "doubtful" : "possible";
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
