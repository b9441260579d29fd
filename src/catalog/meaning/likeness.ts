import { type Formula, partsIn, type Ranged, type Term } from "./formula.ts";

/** Larger formulas are rare, and as parts may be shared, their text might have no end. */
const MOST = 60;

interface Likeness {
  readonly text: string | undefined;
  /** The own table that the text was written for; any where no sub-select ranges over rows. */
  readonly own: { readonly is: string | undefined } | undefined;
}

const known = new WeakMap<Formula, Likeness>();

const likeOf = new WeakMap<Formula, Formula>();

/** The formula is another one about another table. */
export const isLike = (formula: Formula, other: Formula): void => void likeOf.set(formula, other);

/**
 * All of a formula that the search for an answer looks at, as a text: formulas of one text have the same answer.
 * Policies are written from templates, and differ in their tables and places alone. `own` is the table of the
 * policy's row. Undefined where the formula is too large.
 */
export function likenessOf(formula: Formula, own: () => string | undefined): string | undefined {
  const before = known.get(formula);
  if (before && (!before.own || before.own.is === own())) return before.text;
  const like = likeOf.get(formula);
  const now = (like && withoutRows(like)) ?? write(formula, own);
  known.set(formula, now);
  return now.text;
}

/** What holds for formulas about any table. */
function withoutRows(formula: Formula): Likeness | undefined {
  if (!known.has(formula))
    known.set(
      formula,
      write(formula, () => undefined),
    );
  const likeness = known.get(formula)!;
  return likeness.own ? undefined : likeness;
}

function write(formula: Formula, ownTable: () => string | undefined): Likeness {
  let left = MOST;
  let own: Likeness["own"];
  const writeFormula = (part: Formula): string => {
    if (--left < 0) return "";
    const rows = "rows" in part ? part.rows : [];
    if (rows.length) own ??= { is: ownTable() };
    const detail = rows.map((row) => writeRow(row, own?.is)).join("") + detailOf(part);
    return `${part.kind}${detail}(${partsIn(part).map(writeFormula).join("")})`;
  };
  const text = writeFormula(formula);
  return { text: left < 0 ? undefined : text, own };
}

function detailOf(part: Formula): string {
  switch (part.kind) {
    case "truth":
    case "is":
      return ` ${part.value}`;
    case "about":
      return ` ${part.row}`;
    case "null":
    case "holds":
      return writeTerm(part.term);
    case "compare":
      return part.operator + writeTerm(part.left) + writeTerm(part.right);
    default:
      return "";
  }
}

// No name holds a NUL: nothing runs into what follows it.
const END = "\0";

const writeRow = ({ row, table }: Ranged, own: string | undefined): string =>
  `${row}${table === undefined ? "?" : table === own ? "." : ` ${table}`}${END}`;

function writeTerm(term: Term): string {
  switch (term.kind) {
    case "null":
    case "constant":
      return `${term.kind} ${term.key}${END}`;
    case "column":
      return `${term.kind}${term.nullable}${term.names ?? ""} ${term.key}${END}${term.domain ? term.domain.join(END) : ""}${END}${term.keys ? JSON.stringify(term.keys) : ""}${END}`;
    case "caller":
      return `${term.kind}${term.nullable} ${term.key}${END}`;
    case "apply":
      return `${term.kind}${term.nullable}${term.strict}${term.free} ${term.name}${END}(${term.args.map(writeTerm).join("")})`;
  }
}
