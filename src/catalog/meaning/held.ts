import type { Span } from "../../text/span.ts";
import type { Classes } from "./classes.ts";
import { applyKey, type Formula, type Term } from "./formula.ts";

type Applied = Extract<Term, { kind: "apply" }>;

/** Whether a value compares so with an element, or with all. An array may hold a NULL: then what it does not hold is not known. */
export const heldBy = (name: string, value: Term, held: Term, at: Span | undefined): Formula => ({
  kind: "holds",
  term: asked(name, [value, held], { nullable: true, free: isOpen(held) }),
  ...(at ? { at } : {}),
});

/** Whether an array holds a NULL. */
export const holdsNull = (held: Term): Formula => ({
  kind: "holds",
  term: asked(ANY_NULL, [held], { nullable: false, free: isOpen(held) }),
});

const ANY_NULL = "any null";

/** Whether an array holds nothing at all. */
export const isEmpty = (held: Term): Formula => ({
  kind: "holds",
  term: asked(EMPTY, [held], { nullable: false, free: isOpen(held) }),
});

const EMPTY = "empty";

const asked = (
  name: string,
  args: readonly Term[],
  how: { readonly nullable: boolean; readonly free: boolean },
): Term => ({ kind: "apply", key: applyKey(name, args), name, args, strict: true, ...how });

/** Any array can come out of it. */
const isOpen = (held: Term): boolean => held.kind !== "apply" || (held.free && held.args.every(isOpen));

/** `'{}'`. */
export const isEmptyText = (text: string): boolean => /^\s*\{\s*\}\s*$/.test(text);

/** It has a value in every row, whoever asks. */
export const isGiven = (term: Term): boolean =>
  term.kind === "constant" ||
  (term.kind !== "null" &&
    !term.nullable &&
    (term.kind !== "apply" || (term.strict && term.args.every(isGiven))));

/** What holds of all elements where this holds of none. */
export const OPPOSITES: Readonly<Record<string, string>> = {
  "=": "<>",
  "<>": "=",
  "!=": "=",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">",
  "~~": "!~~",
  "!~~": "~~",
};

type Judged = "possible" | "doubtful" | "impossible";

/**
 * What is asked of arrays, beside what else is known of them: an empty one has no element to be asked about, and in one
 * that holds a NULL nothing is ruled out. Of one that is written out the elements are not looked up.
 */
export function judgeHeld(classes: Classes, terms: Iterable<Term>, nulls: Iterable<Term>): Judged {
  const all = [...terms].filter(asksArray);
  const unknown = [...nulls].filter(asksArray);
  if (!all.length && !unknown.length) return "possible";
  const said = (name: string, value: "t" | "f") =>
    all
      .filter((term) => term.name === name && classes.constantOf(term.key) === value)
      .map((term) => classes.root(heldIn(term)));
  const [empty, broken, whole] = [said(EMPTY, "t"), said(ANY_NULL, "t"), said(ANY_NULL, "f")];
  // Hardly any array does: what needs one is not said to be open for that.
  let judged: Judged = broken.length ? "doubtful" : "possible";
  for (const term of [...all, ...unknown]) {
    const root = classes.root(heldIn(term));
    const answer = unknown.includes(term) ? "null" : classes.constantOf(term.key);
    const written = classes.constantOf(heldIn(term));
    const isWrittenEmpty = written !== undefined && isEmptyText(written);
    const isOne = empty.includes(root);
    if (isOne && written !== undefined && !isWrittenEmpty) return "impossible";
    if (isOne || isWrittenEmpty) {
      if (answer !== undefined && answer !== answerOfEmpty(term)) return "impossible";
    } else if (written !== undefined && term.name !== EMPTY) judged = "doubtful";
    if (!isOfElements(term)) continue;
    if (broken.includes(root) && answer === (term.name.startsWith("all ") ? "t" : "f")) return "impossible";
    // What is asked for may be NULL itself.
    if (whole.includes(root) && answer === "null") judged = "doubtful";
  }
  return judged;
}

const isOfElements = ({ name }: Applied): boolean => name !== EMPTY && name !== ANY_NULL;

const asksArray = (term: Term): term is Applied =>
  term.kind === "apply" && (term.name === EMPTY || /^(any|all) /.test(term.name));

const heldIn = ({ args }: Applied): string => args.at(-1)!.key;

const answerOfEmpty = ({ name }: Applied): "t" | "f" =>
  name === EMPTY || name.startsWith("all ") ? "t" : "f";
