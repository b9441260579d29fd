import { type Formula, isRange, type Term } from "../catalog/meaning/formula.ts";
import { claimOf, isCallerId } from "./atoms.ts";
import { type OneOf, oneOf } from "./one-of.ts";
import type { Project } from "./project.ts";
import { findTie, membershipOf } from "./tie-words.ts";
import { columnWords, nameOfRange, type Setting, valueWords } from "./value-words.ts";
import { listOf } from "./words.ts";

/** What must hold of a row together, as the end of a sentence that begins with "rows". */
export function conditionWords(project: Project, formula: Formula): string {
  const parts = worthSaying(formula.kind === "and" ? formula.args : [formula]);
  const setting: Setting = { project, rows: [] };
  const words = [...new Set([...parts].sort(byReach).map((part) => partWords(setting, part, false)))];
  const ofCaller = (each: string) => each.startsWith("for callers ");
  return listOf([...words.filter((each) => !ofCaller(each)), ...words.filter(ofCaller)]);
}

/** What is said of the row itself comes before what is said of other rows, and is not taken for a part of that. */
const byReach = (a: Formula, b: Formula): number => Number(ranges(a)) - Number(ranges(b));

const ranges = (part: Formula): boolean => (part.kind === "not" ? ranges(part.arg) : isRange(part));

function partWords(setting: Setting, part: Formula, negated: boolean): string {
  switch (part.kind) {
    case "truth":
      return part.value === !negated ? "of any kind" : "that never are";
    case "not":
      return partWords(setting, part.arg, !negated);
    case "is":
      return partWords(setting, part.arg, negated !== (part.value === false));
    case "null":
      return isUnread([part.term]) ? UNREAD : nullWords(setting, part.term, negated);
    case "holds":
      return isUnread([part.term]) ? UNREAD : holdsWords(setting, part.term, negated);
    case "compare":
      return isUnread([part.left, part.right]) ? UNREAD : compareWords(setting, part, negated);
    case "exists":
    case "some":
    case "one":
      return rangeWords(setting, part, negated);
    case "and":
    case "or": {
      const choice = oneOf(part);
      if (choice) return choiceWords(setting, choice, negated);
      const words = worthSaying(part.args).map((arg) => partWords(setting, arg, negated));
      return listOf([...new Set(words)], (part.kind === "and") !== negated ? "and" : "or");
    }
    case "about":
      return "that the caller may see";
  }
}

/** Whether an array is empty, or there at all, goes without saying beside what is asked of its elements. */
function worthSaying(parts: readonly Formula[]): readonly Formula[] {
  const asked = parts.map(askedOfArray);
  return parts.filter((part, i) => {
    const term = asked[i];
    const held =
      term?.name === "empty"
        ? term.args[0]
        : part.kind === "not" && part.arg.kind === "null"
          ? part.arg.term
          : undefined;
    return !held || !asked.some((other) => other !== term && isOfArray(other, held));
  });
}

const isOfArray = (asked: AppliedTerm | undefined, held: Term): boolean =>
  asked?.args.at(-1)?.key === held.key;

type AppliedTerm = Extract<Term, { kind: "apply" }>;

const askedOfArray = (part: Formula): AppliedTerm | undefined =>
  part.kind === "not"
    ? askedOfArray(part.arg)
    : part.kind === "holds" && part.term.kind === "apply" && /^(empty$|any |all )/.test(part.term.name)
      ? part.term
      : undefined;

const UNREAD = "on a condition that was not understood";

/** Whether nothing that is known of them says what is asked of the row or its reader. */
const isUnread = (terms: readonly Term[]): boolean => terms.some(isUnknown) && !terms.some(tells);

const isUnknown = (term: Term): boolean =>
  term.kind === "apply" && (term.name.startsWith("?") || term.args.some(isUnknown));

const tells = (term: Term): boolean =>
  term.kind === "column" ||
  term.kind === "caller" ||
  (term.kind === "apply" && !term.name.startsWith("?") && term.args.some(tells));

function nullWords(setting: Setting, term: Term, negated: boolean): string {
  if (isCallerId(setting.project, term))
    return negated ? "for whoever is signed in" : "for whoever is not signed in";
  if (term.kind === "column") return `${negated ? "with" : "without"} ${columnWords(setting, term)}`;
  return `where ${valueWords(setting, term)} is ${negated ? "" : "not "}given`;
}

function holdsWords(setting: Setting, term: Term, negated: boolean): string {
  if (term.kind === "column") return `where ${columnWords(setting, term)} is ${negated ? "false" : "true"}`;
  if (term.kind === "apply" && term.name === "any =" && term.args.length === 2)
    return `${term.args[0]!.kind === "caller" ? "where" : "whose"} ${valueWords(setting, term.args[0]!)} is ${negated ? "not " : ""}among ${valueWords(setting, term.args[1]!)}`;
  if (term.kind === "apply" && term.name === "empty")
    return `where ${valueWords(setting, term.args[0]!)} is ${negated ? "not " : ""}empty`;
  const asked = term.kind === "apply" ? /^json (\S+) (.*)$/s.exec(term.name) : undefined;
  if (asked && term.kind === "apply")
    return `where ${valueWords(setting, term.args[0]!)} ${asked[1]} '${asked[2]}' ${negated ? "does not hold" : "holds"}`;
  return `where ${valueWords(setting, term)} ${negated ? "does not hold" : "holds"}`;
}

/** "for callers whose role is owner or admin", "for callers whose setting app.role is owner". */
function choiceWords(setting: Setting, { term, constants }: OneOf, negated: boolean): string {
  const claim =
    term.kind === "caller" && !isCallerId(setting.project, term) ? claimOf(setting.project, term) : undefined;
  const what = claim?.length ? `token's ${claim.join(".")}` : valueWords(setting, term);
  const whose = `${term.kind === "caller" ? "for callers " : ""}whose ${what.replace(/^the /, "")}`;
  const values = [...new Set(constants.map((each) => valueWords(setting, each)))];
  return `${whose} is ${negated ? "not " : ""}${listOf(values, "or")}`;
}

function compareWords(
  setting: Setting,
  compare: Extract<Formula, { kind: "compare" }>,
  negated: boolean,
): string {
  const choice = oneOf(compare);
  if (choice) return choiceWords(setting, choice, negated);
  const { operator, left, right } = compare;
  const [a, b] = right.kind === "column" && left.kind !== "column" ? [right, left] : [left, right];
  if (operator === "<")
    return `where ${valueWords(setting, a)} is ${negated ? "not " : ""}${a === left ? "below" : "above"} ${valueWords(setting, b)}`;
  return `whose ${valueWords(setting, a)} is ${negated ? "not " : ""}${valueWords(setting, b)}`;
}

type Range = Extract<Formula, { kind: "exists" | "some" | "one" }>;

/** A sub-select: which table's rows are asked for, and how they are tied to the caller and to the row. */
function rangeWords(setting: Setting, range: Range, negated: boolean): string {
  const all = worthSaying(conjunctsOf([range.where, range.match]));
  const conditions = all.filter((part) => !tellsApart(part));
  const several = conditions.length < all.length;
  const inside: Setting = { ...setting, rows: range.rows };
  const element = elementWords(setting, range, conditions, negated);
  if (element !== undefined) return element;
  const names = [...new Set(range.rows.map(nameOfRange))];
  const [only] = conditions;
  if (!names.length && conditions.length === 1 && only?.kind === "compare" && only.operator === "=")
    return `whose ${valueWords(setting, only.left)} is ${negated ? "not " : ""}among ${valueWords(setting, only.right)}`;
  const tables = listOf(names.length ? names : ["a sub-select"]);
  const tie = findTie(setting, range.rows, conditions);
  if (!tie) {
    const one = names.length > 1 ? `are ${negated ? "no " : ""}rows` : `is ${negated ? "no" : "a"} row`;
    const has = several ? `${negated ? "are not" : "are"} several rows` : one;
    return `as long as there ${has} of ${tables}${whereWords(inside, conditions)}`;
  }
  const membership = negated || several ? undefined : membershipOf(setting, tie, conditions);
  if (membership) {
    const more = whereWords(inside, membership.rest);
    return `${membership.words}${more && `, by ${names.length > 1 ? "rows" : "a row"} of ${tables}${more}`}`;
  }
  // Each of several rows is tied alike.
  const said = innerWords(inside, tie.part);
  const rest = conditions.filter(
    (part) => part !== tie.part && !(several && innerWords(inside, part) === said),
  );
  const one = names.length > 1 ? `${negated ? "any " : ""}rows` : `${negated ? "any" : "a"} row`;
  const rows = several ? "several rows" : one;
  return `whose ${columnWords(setting, tie.outer)} is ${negated ? "not " : ""}the ${columnWords(inside, tie.inner)} of ${rows} of ${tables}${whereWords(inside, rest)}`;
}

/** " where status is active and role is owner as long as there is a row of plans", or "". */
function whereWords(inside: Setting, conditions: readonly Formula[]): string {
  const words = [
    ...new Set(conditions.filter((part) => !isVisible(part)).map((part) => innerWords(inside, part))),
  ];
  const tied = words.filter((each) => /^(whose|that) /.test(each));
  const held = words.filter((each) => /^(as long as|for) /.test(each));
  const plain = words.filter((each) => !tied.includes(each) && !held.includes(each));
  return [
    plain.length ? ` where ${listOf(plain)}` : "",
    ...[tied, held].map((some) => (some.length ? ` ${listOf(some)}` : "")),
  ].join("");
}

/** Rows that are counted are told apart by a column of the same table. */
function tellsApart(part: Formula): boolean {
  if (part.kind === "or") return part.args.every(tellsApart);
  if (part.kind !== "not" || part.arg.kind !== "compare") return false;
  const { left, right } = part.arg;
  return (
    left.kind === "column" &&
    right.kind === "column" &&
    left.column === right.column &&
    left.table === right.table &&
    left.row !== right.row &&
    left.row !== 0 &&
    right.row !== 0
  );
}

/** An element of an array that is compared with one value: the value is among them. */
function elementWords(
  setting: Setting,
  { rows: [element, ...others] }: Range,
  conditions: readonly Formula[],
  negated: boolean,
): string | undefined {
  if (!element || element.table !== undefined || others.length || conditions.length !== 2) return undefined;
  const held = conditions.map(arrayOf).find((term) => term !== undefined);
  const equal = conditions.find((part) => part.kind === "compare" && part.operator === "=");
  if (held?.kind !== "apply" || equal?.kind !== "compare") return undefined;
  const isElement = (term: Term) => term.kind === "column" && term.row === element.row;
  const value = isElement(equal.left) ? equal.right : equal.left;
  return holdsWords(setting, { ...held, args: [value, ...held.args.slice(1)] }, negated);
}

/** The array that a row of no table is an element of; that it may be a NULL of it goes without saying. */
const arrayOf = (part: Formula): Term | undefined =>
  part.kind === "or"
    ? arrayOf(part.args[0]!)
    : part.kind === "holds" && part.term.kind === "apply" && part.term.name === "any ="
      ? part.term
      : undefined;

const conjunctsOf = (formulas: readonly Formula[]): readonly Formula[] =>
  formulas.flatMap((formula) =>
    formula.kind === "and" ? conjunctsOf(formula.args) : formula.kind === "truth" ? [] : [formula],
  );

const isVisible = (part: Formula): boolean => part.kind === "about";

/** What needs no word of its own to lead it in comes first. */
const byLead = (a: string, b: string): number => Number(LEAD.test(a)) - Number(LEAD.test(b));

const LEAD = /^(whose|that|as long as|for) /;

/** A condition inside a sub-select, where its own columns need no "whose". */
function innerWords(inside: Setting, part: Formula): string {
  if (part.kind === "compare" && part.operator === "=") {
    const [a, b] =
      part.right.kind === "column" && part.left.kind !== "column"
        ? [part.right, part.left]
        : [part.left, part.right];
    return `${valueWords(inside, a)} is ${valueWords(inside, b)}`;
  }
  if (isRange(part)) return rangeWords(inside, part, false);
  if ((part.kind === "or" || part.kind === "and") && !oneOf(part)) {
    const words = [...new Set(worthSaying(part.args).map((arg) => innerWords(inside, arg)))];
    const list = listOf([...words].sort(byLead), part.kind);
    return part.kind === "or" && words.length > 1 ? `either ${list}` : list;
  }
  return partWords(inside, part, false)
    .replace(/^(whose|where) /, "")
    .replace(
      /^(with|without) (\S+)$/,
      (_, with_, column) => `${column} is ${with_ === "with" ? "" : "not "}given`,
    );
}
