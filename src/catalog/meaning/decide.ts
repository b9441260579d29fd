import { remember } from "../remember.ts";
import { F, N, T } from "./branch.ts";
import type { World } from "./facts.ts";
import { and, type Formula, or, type Term } from "./formula.ts";
import { likenessOf } from "./likeness.ts";
import { ownTable, satisfy, type Verdict, type Wanted } from "./satisfy.ts";

/** `unknown` where the condition holds something that was not understood, or is too large: rules are silent then. */
export type Answer = "yes" | "no" | "unknown";

/** Any caller at all, signed in or not. */
export const ANYONE: World = { know: () => undefined, stranger: false, apart: false };

/** True for every row, NULL and false for none. */
export const isAlwaysTrue = (formula: Formula, world: World = ANYONE): Answer =>
  isImpossible(ask([{ formula, outcomes: F | N }], world));

/** False or NULL for every row. */
export const isNeverTrue = (formula: Formula, world: World = ANYONE): Answer =>
  isImpossible(ask([{ formula, outcomes: T }], world));

/** True for some row. */
export const canBeTrue = (formula: Formula, world: World = ANYONE): Answer =>
  isPossible(ask([{ formula, outcomes: T }], world));

/** Where the first is true, so is the second. */
export const implies = (first: Formula, second: Formula, world: World = ANYONE): Answer =>
  isImpossible(
    ask(
      [
        { formula: first, outcomes: T },
        { formula: second, outcomes: F | N },
      ],
      world,
    ),
  );

/** The first lets through all that the second does, and more. */
export function isWider(first: Formula, second: Formula, world: World = ANYONE): Answer {
  const covers = implies(second, first, world);
  if (covers === "no") return "no";
  const within = implies(first, second, world);
  if (within === "yes") return "no";
  return covers === "yes" && within === "no" ? "yes" : "unknown";
}

/** Both let through the same rows. */
export function isSame(first: Formula, second: Formula, world: World = ANYONE): Answer {
  const ways = [implies(first, second, world), implies(second, first, world)];
  if (ways.includes("no")) return "no";
  return ways.every((way) => way === "yes") ? "yes" : "unknown";
}

/** What permissive and restrictive policies let through together. */
export const unite = (permissive: readonly Formula[], restrictive: readonly Formula[]): Formula =>
  and([or(permissive), ...restrictive]);

/** Answers that are kept of one world. */
const MOST_KEPT = 10_000;

const kept = new WeakMap<World, Map<string, Verdict>>();

/** Most policies of a project say what others say, of another table: what was settled once is not asked again. */
function ask(wanted: readonly Wanted[], world: World): Verdict {
  const key = keyOf(wanted);
  if (key === undefined) return satisfy(wanted, world);
  const answers = remember(kept, world, () => new Map<string, Verdict>());
  if (answers.size > MOST_KEPT) answers.clear();
  return remember(answers, key, () => satisfy(wanted, world));
}

function keyOf(wanted: readonly Wanted[]): string | undefined {
  const own = () => ownTable(wanted);
  let key = "";
  for (const { formula, outcomes } of wanted) {
    const likeness = likenessOf(formula, own);
    if (likeness === undefined) return undefined;
    key += `${outcomes}${likeness}`;
  }
  return key;
}

const isImpossible = (verdict: Verdict): Answer => ANSWERS[verdict];
const isPossible = (verdict: Verdict): Answer =>
  verdict === "possible" ? "yes" : verdict === "impossible" ? "no" : "unknown";

const ANSWERS: Readonly<Record<Verdict, Answer>> = { impossible: "yes", possible: "no", doubtful: "unknown" };

/** What a platform says of callers: which claims everyone has, and which of them name a role. */
export interface CallerFacts {
  /** Claims of the token that hold a constant for a caller without an identity: `role` -> `anon`. */
  readonly anonymousClaims: Readonly<Record<string, string>>;
  /** The same for one who is signed in. */
  readonly signedInClaims: Readonly<Record<string, string>>;
  /** The function that gives the whole token, which is never NULL. */
  readonly token?: string;
}

/** A caller who is not signed in: every claim and setting is NULL but those the platform gives to everybody. */
export const anonymousWorld = (facts: CallerFacts): World => ({
  know: (term) => knownOf(term, facts.anonymousClaims, facts, "null"),
  stranger: false,
  apart: false,
});

/** One whose settings are empty, as a transaction leaves them behind that has set them for itself. */
export const blankWorld = (facts: CallerFacts): World => ({
  know: (term) => (isSetting(term) ? { constant: "" } : knownOf(term, facts.anonymousClaims, facts, "null")),
  stranger: true,
  apart: false,
});

export const isSetting = (term: Term): boolean =>
  term.kind === "caller" && term.source.startsWith("current_setting(");

/** One who is signed in and of whom the database holds nothing. */
export const strangerWorld = (facts: CallerFacts): World => ({
  know: (term) => knownOf(term, facts.signedInClaims, facts, undefined),
  stranger: true,
  apart: false,
});

function knownOf(
  term: Term,
  claims: Readonly<Record<string, string>>,
  facts: CallerFacts,
  otherwise: "null" | undefined,
): ReturnType<World["know"]> {
  if (term.kind !== "caller" || (!term.nullable && term.source !== facts.token)) return undefined;
  if (term.source !== facts.token) return otherwise;
  const [claim, ...deeper] = term.path;
  if (claim === undefined) return "present";
  const constant = deeper.length ? undefined : claims[claim];
  return constant === undefined ? (otherwise ?? (claim === "sub" ? "present" : undefined)) : { constant };
}
