import { type Formula, isRange, type Ranged, type Term } from "../catalog/meaning/formula.ts";
import { claimOf, isCallerId } from "./atoms.ts";
import { type OneOf, oneOf } from "./one-of.ts";
import type { Project } from "./project.ts";
import { listOf } from "./words.ts";

/** What must hold of a row together, as the end of a sentence that begins with "rows". */
export function conditionWords(project: Project, formula: Formula): string {
  const parts = worthSaying(formula.kind === "and" ? formula.args : [formula]);
  const words = [...new Set([...parts].sort(byReach).map((part) => partWords(project, part, false)))];
  const ofCaller = (each: string) => each.startsWith("for callers ");
  return listOf([...words.filter((each) => !ofCaller(each)), ...words.filter(ofCaller)]);
}

/** What is said of the row itself comes before what is said of other rows, and is not taken for a part of that. */
const byReach = (a: Formula, b: Formula): number => Number(ranges(a)) - Number(ranges(b));

const ranges = (part: Formula): boolean => (part.kind === "not" ? ranges(part.arg) : isRange(part));

function partWords(project: Project, part: Formula, negated: boolean): string {
  switch (part.kind) {
    case "truth":
      return part.value === !negated ? "of any kind" : "that never are";
    case "not":
      return partWords(project, part.arg, !negated);
    case "is":
      return partWords(project, part.arg, negated !== (part.value === false));
    case "null":
      return nullWords(project, part.term, negated);
    case "holds":
      return holdsWords(project, part.term, negated);
    case "compare":
      return compareWords(project, part, negated);
    case "exists":
    case "some":
    case "one":
      return rangeWords(project, part, negated);
    case "and":
    case "or": {
      const choice = oneOf(part);
      if (choice) return choiceWords(project, choice, negated);
      const words = worthSaying(part.args).map((arg) => partWords(project, arg, negated));
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

function nullWords(project: Project, term: Term, negated: boolean): string {
  if (isCallerId(project, term)) return negated ? "for whoever is signed in" : "for whoever is not signed in";
  if (term.kind === "column") return `${negated ? "with" : "without"} ${columnWords(term)}`;
  return `where ${valueWords(project, term)} is ${negated ? "" : "not "}given`;
}

function holdsWords(project: Project, term: Term, negated: boolean): string {
  if (term.kind === "column") return `where ${columnWords(term)} is ${negated ? "false" : "true"}`;
  if (term.kind === "apply" && term.name === "any =" && term.args.length === 2)
    return `${term.args[0]!.kind === "caller" ? "where" : "whose"} ${valueWords(project, term.args[0]!)} is ${negated ? "not " : ""}among ${valueWords(project, term.args[1]!)}`;
  if (term.kind === "apply" && term.name === "empty")
    return `where ${valueWords(project, term.args[0]!)} is ${negated ? "not " : ""}empty`;
  const asked = term.kind === "apply" ? /^json (\S+) (.*)$/s.exec(term.name) : undefined;
  if (asked && term.kind === "apply")
    return `where ${valueWords(project, term.args[0]!)} ${asked[1]} '${asked[2]}' ${negated ? "does not hold" : "holds"}`;
  if (term.kind === "apply" && term.name.startsWith("?")) return "on a condition that was not understood";
  return `where ${valueWords(project, term)} ${negated ? "does not hold" : "holds"}`;
}

/** "for callers whose role is owner or admin", "for callers whose setting app.role is owner". */
function choiceWords(project: Project, { term, constants }: OneOf, negated: boolean): string {
  const claim = term.kind === "caller" && !isCallerId(project, term) ? claimOf(project, term) : undefined;
  const what = claim?.length ? `token's ${claim.join(".")}` : valueWords(project, term);
  const whose = `${term.kind === "caller" ? "for callers " : ""}whose ${what.replace(/^the /, "")}`;
  const values = [...new Set(constants.map((each) => valueWords(project, each)))];
  return `${whose} is ${negated ? "not " : ""}${listOf(values, "or")}`;
}

function compareWords(
  project: Project,
  compare: Extract<Formula, { kind: "compare" }>,
  negated: boolean,
): string {
  const choice = oneOf(compare);
  if (choice) return choiceWords(project, choice, negated);
  const { operator, left, right } = compare;
  const [a, b] = right.kind === "column" && left.kind !== "column" ? [right, left] : [left, right];
  if (operator === "<")
    return `where ${valueWords(project, a)} is ${negated ? "not " : ""}${a === left ? "below" : "above"} ${valueWords(project, b)}`;
  return `whose ${valueWords(project, a)} is ${negated ? "not " : ""}${valueWords(project, b)}`;
}

type Range = Extract<Formula, { kind: "exists" | "some" | "one" }>;

/** A sub-select: which table's rows are asked for, and how they are tied to the caller and to the row. */
function rangeWords(project: Project, range: Range, negated: boolean): string {
  const all = worthSaying(conjunctsOf([range.where, range.match]));
  const conditions = all.filter((part) => !tellsApart(part));
  const several = conditions.length < all.length;
  const element = elementWords(project, range, conditions, negated);
  if (element !== undefined) return element;
  const names = [...new Set(range.rows.map(nameOfRange))];
  const isOuter = (term: Term) => term.kind === "column" && !range.rows.some(({ row }) => row === term.row);
  const tie = conditions.find(
    (part) =>
      part.kind === "compare" &&
      part.operator === "=" &&
      [part.left, part.right].every(({ kind }) => kind === "column") &&
      isOuter(part.left) !== isOuter(part.right),
  );
  const said = tie && innerWords(project, tie);
  const rest = conditions
    .filter((part) => part !== tie && !isVisible(part))
    .map((part) => innerWords(project, part))
    // Each of several rows is tied alike.
    .filter((words) => !several || words !== said);
  const tied = rest.filter((words) => words.startsWith("whose "));
  const held = rest.filter((words) => words.startsWith("as long as "));
  const plain = rest.filter((words) => !tied.includes(words) && !held.includes(words));
  const where = [
    plain.length ? ` where ${listOf([...new Set(plain)])}` : "",
    ...[tied, held].map((words) => (words.length ? ` ${listOf([...new Set(words)])}` : "")),
  ].join("");
  const [only] = conditions;
  if (!names.length && conditions.length === 1 && only?.kind === "compare" && only.operator === "=")
    return `whose ${valueWords(project, only.left)} is ${negated ? "not " : ""}among ${valueWords(project, only.right)}`;
  const tables = listOf(names.length ? names : ["a sub-select"]);
  const has = several ? `${negated ? "are not" : "are"} several rows` : `is ${negated ? "no" : "a"} row`;
  if (tie?.kind !== "compare") return `as long as there ${has} of ${tables}${where}`;
  const [row, local] = isOuter(tie.left) ? [tie.left, tie.right] : [tie.right, tie.left];
  const membership = membershipWords(project, local, conditions, row);
  if (membership && !negated && !several) return membership;
  const rows = several ? "several rows" : `${negated ? "any" : "a"} row`;
  return `whose ${columnWords(row)} is ${negated ? "not " : ""}the ${columnWords(local)} of ${rows} of ${tables}${where}`;
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
  project: Project,
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
  return holdsWords(project, { ...held, args: [value, ...held.args.slice(1)] }, negated);
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

const nameOfRange = ({ table }: Ranged): string => table?.replace(/^public\./, "") ?? "a function";

/** "whose org he belongs to as admin". */
function membershipWords(
  project: Project,
  local: Term,
  conditions: readonly Formula[],
  row: Term,
): string | undefined {
  const members = project.tenancy.memberships.find(
    ({ table }) => local.kind === "column" && table === local.table,
  );
  if (!members || row.kind !== "column") return undefined;
  const mine = conditions.some(
    (part) =>
      part.kind === "compare" &&
      [part.left, part.right].some((term) => isCallerId(project, term)) &&
      [part.left, part.right].some((term) => term.kind === "column" && term.column === members.userColumn),
  );
  if (!mine) return undefined;
  const roles = conditions.flatMap((part) => roleWords(part, members.roleColumn));
  const what = row.column.replace(/_?id$/i, "").replaceAll("_", " ") || row.column;
  return `whose ${what} the caller belongs to${roles.length ? ` as ${listOf(roles, "or")}` : ""}`;
}

function roleWords(part: Formula, column: string | undefined): readonly string[] {
  if (part.kind === "or") return part.args.flatMap((arg) => roleWords(arg, column));
  if (part.kind !== "compare" || part.operator !== "=") return [];
  const constant = [part.left, part.right].find((term) => term.kind === "constant");
  const named = [part.left, part.right].some((term) => term.kind === "column" && term.column === column);
  return named && constant?.kind === "constant" ? [constant.value] : [];
}

/** A condition inside a sub-select, where its own columns need no "whose". */
function innerWords(project: Project, part: Formula): string {
  if (part.kind === "compare" && part.operator === "=") {
    const [a, b] =
      part.right.kind === "column" && part.left.kind !== "column"
        ? [part.right, part.left]
        : [part.left, part.right];
    return `${valueWords(project, a)} is ${valueWords(project, b)}`;
  }
  if (isRange(part)) return rangeWords(project, part, false);
  return partWords(project, part, false).replace(/^(whose|where) /, "");
}

const columnWords = (term: Term): string => (term.kind === "column" ? term.column : "value");

function valueWords(project: Project, term: Term): string {
  switch (term.kind) {
    case "null":
      return "NULL";
    case "constant":
      return term.value === "" ? "''" : term.value;
    case "column":
      return term.column;
    case "caller":
      return callerWords(project, term);
    case "apply":
      if (term.name.startsWith("path ")) return `${valueWords(project, term.args[0]!)} ${pathOf(term.name)}`;
      if (term.name.startsWith("?")) return "a value that was not understood";
      if (term.name.startsWith("::")) return valueWords(project, term.args[0]!);
      return applyWords(
        term.name,
        term.args.map((arg) => valueWords(project, arg)),
      );
  }
}

/** "now() - 24 hours" for an operator, "lower(email)" for a function. */
function applyWords(name: string, [first = "", second, ...others]: readonly string[]): string {
  if (/^[^\w\s]+$/.test(name) && !others.length)
    return second === undefined ? `${name}${first}` : `${first} ${name} ${second}`;
  return `${name}(${[first, ...(second === undefined ? [] : [second]), ...others].join(", ")})`;
}

const pathOf = (name: string): string => (JSON.parse(name.slice(5)) as string[]).join(".");

function callerWords(project: Project, term: Extract<Term, { kind: "caller" }>): string {
  if (isCallerId(project, term)) return "the caller";
  const claim = claimOf(project, term);
  if (claim) return claim.length ? `${claim.join(".")} of the caller's token` : "the caller's token";
  const setting = /^current_setting\('(.*)'\)$/.exec(term.source)?.[1];
  const path = term.path.length ? ` ${term.path.join(".")}` : "";
  return setting === undefined ? `${term.source}${path}` : `the setting ${setting}${path}`;
}
