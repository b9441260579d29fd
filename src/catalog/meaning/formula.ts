import type { Span } from "../../text/span.ts";
import type { ResolvedType } from "../catalog.ts";

/**
 * A value in a policy, with its names bound. Two terms with the same key are the same value for one row and one
 * caller; what tells values apart beyond that is the decision procedure's business.
 */
export type Term =
  | { readonly kind: "null"; readonly key: string }
  | {
      readonly kind: "constant";
      readonly key: string;
      readonly value: string;
      /** How values of its type are told apart: `vague` ones may be equal though written differently. */
      readonly sort: Sort;
    }
  /** A column of the row that the policy is about (row 0), or of a row that a sub-select ranges over. */
  | {
      readonly kind: "column";
      readonly key: string;
      readonly row: number;
      readonly table?: string;
      readonly column: string;
      readonly nullable: boolean;
      readonly type?: ResolvedType;
      /** All values it can have, where they are few: booleans and enums. */
      readonly domain?: readonly string[];
      /** Columns, of any key of the table of a sub-select's row: rows that agree in them are one. */
      readonly keys?: readonly (readonly string[])[];
      /** Its value is a name of that row, which it has of its own: a key that refers to no other row. */
      readonly names?: true;
    }
  /** What names who asks: `auth.uid()`, `current_setting('app.tenant')`; `path` leads into a token. */
  | {
      readonly kind: "caller";
      readonly key: string;
      readonly source: string;
      readonly path: readonly string[];
      readonly nullable: boolean;
      readonly type?: ResolvedType;
    }
  /** A function, operator or whole sub-select of other terms. */
  | {
      readonly kind: "apply";
      readonly key: string;
      readonly name: string;
      readonly args: readonly Term[];
      /** NULL where an argument is. */
      readonly strict: boolean;
      /** NULL though no argument is. */
      readonly nullable: boolean;
      /** Any value can come out of it, given the right arguments. */
      readonly free: boolean;
      readonly type?: ResolvedType;
    };

export const columnKey = (row: number, column: string): string => `${row}.${column}`;
export const applyKey = (name: string, args: readonly Term[]): string =>
  `${name}(${args.map(({ key }) => key).join(",")})`;

export type Sort = "text" | "number" | "uuid" | "bool" | "vague";

export type Truth = true | false | null;

/** A row that a sub-select ranges over; `table` is a catalog key where it is a table's. */
export interface Ranged {
  readonly row: number;
  readonly table: string | undefined;
}

/** A condition in three-valued logic. `at` is where it stands in the clause itself; inside helpers it is absent. */
export type Formula =
  | { readonly kind: "truth"; readonly value: Truth }
  | { readonly kind: "and" | "or"; readonly args: readonly Formula[]; readonly at?: Span }
  | { readonly kind: "not"; readonly arg: Formula }
  /** IS TRUE, IS FALSE, IS UNKNOWN: never NULL itself. */
  | { readonly kind: "is"; readonly arg: Formula; readonly value: Truth }
  | { readonly kind: "null"; readonly term: Term; readonly at?: Span }
  | {
      readonly kind: "compare";
      readonly operator: "=" | "<";
      readonly left: Term;
      readonly right: Term;
      readonly at?: Span;
    }
  /** A boolean value as a condition. */
  | { readonly kind: "holds"; readonly term: Term; readonly at?: Span }
  /**
   * `exists`: true where some rows make `where` true, else false. `some`: `x in (select ...)`, true where such rows make
   * `match` true, false where all make it false, else NULL. `one`: a comparison with the only row, NULL without one.
   */
  | {
      readonly kind: "exists" | "some" | "one";
      readonly rows: readonly Ranged[];
      readonly where: Formula;
      readonly match: Formula;
      readonly at?: Span;
    }
  /** A condition about another row 0: what a policy of the table in a sub-select says of its row. */
  | { readonly kind: "about"; readonly row: number; readonly arg: Formula };

export const TRUE: Formula = { kind: "truth", value: true };
export const FALSE: Formula = { kind: "truth", value: false };
export const UNKNOWN: Formula = { kind: "truth", value: null };
export const NULL_TERM: Term = { kind: "null", key: "null" };

const isTruth = (formula: Formula, value: Truth): boolean =>
  formula.kind === "truth" && formula.value === value;

export const and = (args: readonly Formula[], at?: Span): Formula => combine("and", args, at);
export const or = (args: readonly Formula[], at?: Span): Formula => combine("or", args, at);

/** Without what changes nothing; nested ones of the same kind flattened. */
function combine(kind: "and" | "or", list: readonly Formula[], at: Span | undefined): Formula {
  const neutral = kind === "and";
  const args: Formula[] = [];
  for (const arg of list) {
    if (isTruth(arg, !neutral)) return arg;
    if (isTruth(arg, neutral)) continue;
    if (arg.kind === kind && !arg.at) args.push(...arg.args);
    else args.push(arg);
  }
  if (!args.length) return neutral ? TRUE : FALSE;
  return args.length === 1 ? args[0]! : { kind, args, ...(at ? { at } : {}) };
}

export function not(arg: Formula): Formula {
  if (arg.kind === "truth") return arg.value === null ? arg : arg.value ? FALSE : TRUE;
  return arg.kind === "not" ? arg.arg : { kind: "not", arg };
}

export function is(arg: Formula, value: Truth): Formula {
  if (arg.kind === "truth") return arg.value === value ? TRUE : FALSE;
  if (isNeverNull(arg)) return value === null ? FALSE : value ? arg : not(arg);
  return { kind: "is", arg, value };
}

const isNeverNull = (formula: Formula): boolean =>
  formula.kind === "not"
    ? isNeverNull(formula.arg)
    : formula.kind === "exists" || formula.kind === "is" || formula.kind === "null";

export function isNull(term: Term, at?: Span): Formula {
  if (term.kind === "null") return TRUE;
  return term.kind === "constant" ? FALSE : { kind: "null", term, ...(at ? { at } : {}) };
}

/** A condition on rows that a sub-select ranges over. */
export const isRange = (formula: Formula): formula is Extract<Formula, { rows: unknown }> =>
  "rows" in formula;

/** The terms directly in a formula's node. */
export function termsIn(formula: Formula): readonly Term[] {
  switch (formula.kind) {
    case "null":
    case "holds":
      return [formula.term];
    case "compare":
      return [formula.left, formula.right];
    default:
      return [];
  }
}

/** The formulas directly in one. */
export function partsIn(formula: Formula): readonly Formula[] {
  switch (formula.kind) {
    case "and":
    case "or":
      return formula.args;
    case "not":
    case "is":
    case "about":
      return [formula.arg];
    case "exists":
    case "some":
    case "one":
      return [formula.where, formula.match];
    default:
      return [];
  }
}

/** Visits a formula and all in it, each once; `false` keeps it from going deeper there. */
export function visit(
  formula: Formula,
  look: (part: Formula) => unknown,
  seen: Set<Formula> = new Set(),
): void {
  if (seen.has(formula)) return;
  seen.add(formula);
  if (look(formula) === false) return;
  for (const part of partsIn(formula)) visit(part, look, seen);
}

/** Whether some term of a formula, or of a part of it, is such; what a term is made of is for the test to look into. */
export function someTerm(formula: Formula, test: (term: Term) => boolean): boolean {
  let found = false;
  visit(formula, (part) => {
    found ||= termsIn(part).some(test);
    return !found;
  });
  return found;
}

/** The formula with its parts replaced, innermost first. */
export function rewriteFormula(formula: Formula, change: (part: Formula) => Formula): Formula {
  const inner = (part: Formula) => rewriteFormula(part, change);
  switch (formula.kind) {
    case "and":
    case "or":
      return change((formula.kind === "and" ? and : or)(formula.args.map(inner), formula.at));
    case "not":
      return change(not(inner(formula.arg)));
    case "is":
      return change(is(inner(formula.arg), formula.value));
    case "about":
      return change({ ...formula, arg: inner(formula.arg) });
    case "exists":
    case "some":
    case "one":
      return change({ ...formula, where: inner(formula.where), match: inner(formula.match) });
    default:
      return change(formula);
  }
}

/** The formula with its terms replaced, outermost first: what is put in place of one is left as it is. */
export function rewriteTerms(formula: Formula, change: (term: Term) => Term): Formula {
  const inside = (term: Term): Term => {
    const changed = change(term);
    if (changed !== term || term.kind !== "apply") return changed;
    const args = term.args.map(inside);
    return args.every((arg, i) => arg === term.args[i])
      ? term
      : { ...term, args, key: applyKey(term.name, args) };
  };
  return rewriteFormula(formula, (part) => {
    switch (part.kind) {
      case "null":
      case "holds":
        return { ...part, term: inside(part.term) };
      case "compare":
        return { ...part, left: inside(part.left), right: inside(part.right) };
      default:
        return part;
    }
  });
}

/** What a term speaks of. `about` nodes are not looked through: their row 0 is another. */
export interface Spoken {
  readonly caller: boolean;
  readonly row: boolean;
  readonly local: boolean;
}

export function spokenBy(term: Term): Spoken {
  switch (term.kind) {
    case "caller":
      return { caller: true, row: false, local: false };
    case "column":
      return { caller: false, row: term.row === 0, local: term.row !== 0 };
    case "apply": {
      const parts = term.args.map(spokenBy);
      return {
        caller: parts.some((part) => part.caller),
        row: parts.some((part) => part.row),
        local: parts.some((part) => part.local),
      };
    }
    default:
      return { caller: false, row: false, local: false };
  }
}

/** What all terms in a formula speak of. */
export function spokenIn(formula: Formula): Spoken {
  const found = { caller: false, row: false, local: false };
  visit(formula, (part) => {
    if (isRange(part)) found.local = true;
    if (part.kind === "about") {
      found.caller ||= spokenIn(part.arg).caller;
      return false;
    }
    for (const term of termsIn(part)) {
      const spoken = spokenBy(term);
      found.caller ||= spoken.caller;
      found.row ||= spoken.row;
      found.local ||= spoken.local;
    }
    return true;
  });
  return found;
}
