import type { Span } from "../../text/span.ts";
import { and, type Formula, is, isNull, NULL_TERM, not, or, type Term, TRUE } from "./formula.ts";
import type { Choice } from "./reader.ts";

/** More ways for one value are not told apart. */
const MOST = 12;

export const always = (term: Term): readonly Choice[] => [{ when: TRUE, term }];
export const NULL_CHOICES = always(NULL_TERM);

/** That the value is NULL; a scalar sub-select is where it has no row. */
export function nullOf(choice: Choice, at?: Span): Formula {
  if (!choice.from) return isNull(choice.term, at);
  const { rows, where } = choice.from;
  const match: Formula = TRUE;
  return not({
    kind: "exists",
    rows,
    where: and([where, not(isNull(choice.term))]),
    match,
    ...(at ? { at } : {}),
  });
}

export const nullOfAny = (choices: readonly Choice[], at?: Span): Formula =>
  or(choices.map((choice) => and([choice.when, nullOf(choice, at)])));

/** A condition on values, each for the case that they are these. */
export function overChoices(
  lists: readonly (readonly Choice[])[],
  condition: (terms: readonly Term[]) => Formula,
): Formula | undefined {
  const terms = onlyTerms(lists);
  if (terms) return condition(terms);
  const combined = combine(lists);
  return (
    combined && or(combined.map((list) => and([...list.map(({ when }) => when), within(list, condition)])))
  );
}

/** The condition with the rows of scalar sub-selects around it. */
function within(choices: readonly Choice[], condition: (terms: readonly Term[]) => Formula): Formula {
  const inner = condition(choices.map(({ term }) => term));
  return choices.reduceRight<Formula>(
    (match, { from }) => (from ? { kind: "one", rows: from.rows, where: from.where, match } : match),
    inner,
  );
}

/** The terms where each list has one, under no condition: nearly always. */
function onlyTerms(lists: readonly (readonly Choice[])[]): readonly Term[] | undefined {
  const terms: Term[] = [];
  for (const list of lists) {
    const only = list.length === 1 ? list[0]! : undefined;
    if (!only || only.when !== TRUE || only.from) return undefined;
    terms.push(only.term);
  }
  return terms;
}

/** Every combination of one choice each; undefined where they are too many. */
export function combine(lists: readonly (readonly Choice[])[]): readonly (readonly Choice[])[] | undefined {
  let combined: readonly (readonly Choice[])[] = [[]];
  for (const list of lists) {
    combined = combined.flatMap((before) => list.map((choice) => [...before, choice]));
    if (combined.length > MOST) return undefined;
  }
  return combined;
}

/** A value made of others, for each case; rows of scalar sub-selects are joined. */
export function mapChoices(
  lists: readonly (readonly Choice[])[],
  make: (terms: readonly Term[]) => Term,
): readonly Choice[] | undefined {
  const only = onlyTerms(lists);
  if (only) return always(make(only));
  return combine(lists)?.map((list): Choice => {
    const froms = list.flatMap(({ from }) => (from ? [from] : []));
    const from = froms.length && {
      rows: froms.flatMap(({ rows }) => rows),
      where: and(froms.map(({ where }) => where)),
    };
    return {
      when: and(list.map(({ when }) => when)),
      term: make(list.map(({ term }) => term)),
      ...(from ? { from } : {}),
    };
  });
}

/** The first value that is not NULL. */
export function coalesceChoices(lists: readonly (readonly Choice[])[]): readonly Choice[] | undefined {
  const found: Choice[] = [];
  let before: Formula = TRUE;
  for (const list of lists) {
    for (const choice of list) {
      if (choice.term.kind === "null") continue;
      found.push({ ...choice, when: and([before, choice.when, not(nullOf(choice))]) });
    }
    before = and([before, nullOfAny(list)]);
  }
  found.push({ when: before, term: NULL_TERM });
  return simplified(found);
}

export function chooseBy(
  cases: readonly { readonly when: Formula; readonly choices: readonly Choice[] }[],
): readonly Choice[] | undefined {
  const found: Choice[] = [];
  let before: Formula = TRUE;
  for (const { when, choices } of cases) {
    const now = and([before, is(when, true)]);
    for (const choice of choices) found.push({ ...choice, when: and([now, choice.when]) });
    before = and([before, not(is(when, true))]);
  }
  found.push({ when: before, term: NULL_TERM });
  return simplified(found);
}

function simplified(choices: readonly Choice[]): readonly Choice[] | undefined {
  const possible = choices.filter(({ when }) => !(when.kind === "truth" && when.value !== true));
  return possible.length > MOST ? undefined : possible;
}

/** A condition as a value: true, false or NULL. */
export function choicesOf(
  formula: Formula,
  bools: { readonly true: Term; readonly false: Term },
): readonly Choice[] {
  return (
    simplified([
      { when: is(formula, true), term: bools.true },
      { when: is(formula, false), term: bools.false },
      { when: is(formula, null), term: NULL_TERM },
    ]) ?? NULL_CHOICES
  );
}

/** Two conditions have the same outcome; NULL where either is. */
export const same = (a: Formula, b: Formula): Formula => or([and([a, b]), and([not(a), not(b)])]);
