import type { PolicyClause } from "../catalog/catalog.ts";
import type { Expr } from "../source/sql/expression.ts";
import type { Place, Span } from "../text/span.ts";

/**
 * What a clause says, table and place aside. Policies are written from templates: what can be told from the words alone
 * is worth a `derived` of the project and the wording, found once for all clauses that say the same.
 */
export interface Wording {
  /** The expression of one of these clauses: its spans count from where that one stands. */
  readonly expr: Expr;
  readonly start: number;
}

/** Past so many, those that nobody says any more are forgotten with the others. */
const MOST = 50_000;

const byText = new Map<string, WeakRef<Wording>>();
const byClause = new WeakMap<PolicyClause, Wording>();

export function wordingOf(clause: PolicyClause): Wording {
  const known = byClause.get(clause);
  if (known) return known;
  const wording = findWording(clause);
  byClause.set(clause, wording);
  return wording;
}

function findWording({ text, expr, place }: PolicyClause): Wording {
  // Where the text does not stand in its source letter by letter, all its spans are one.
  const key = `${place.span.end - place.span.start} ${text}`;
  const known = byText.get(key)?.deref();
  if (known) return known;
  const wording = { expr, start: place.span.start };
  if (byText.size > MOST) byText.clear();
  byText.set(key, new WeakRef(wording));
  return wording;
}

/** Where a span of a clause's wording stands in the clause. */
export function placeIn(clause: PolicyClause, { start, end }: Span): Place {
  const { path, span } = clause.place;
  const by = span.start - wordingOf(clause).start;
  return { path, span: { start: start + by, end: end + by } };
}
