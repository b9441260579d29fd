import type { Term } from "./formula.ts";

/** What has nothing to do with a caller: the policy's row, or some columns of it, or with it the rows that it hangs on. */
export interface Apart {
  /** The columns of the policy's row that count; all where there are none. */
  readonly columns?: ReadonlySet<string>;
  /** It hangs on others by any column, rather than by those that count. */
  readonly whole?: true;
  /** By the values of these columns the rows that it hangs on are known: others may hold them all the same. */
  isName?(column: ColumnTerm): boolean;
}

type ColumnTerm = Extract<Term, { kind: "column" }>;
type Classes = readonly (readonly Term[])[];

/** Whether some equal terms tie such a row to a caller, or to a row that is none of them. */
export function areTied(classes: Classes, apart: Apart, forged: Forged): boolean {
  const rows = apart.isName ? familyIn(classes, apart, forged) : ROW;
  return classes.some((members) => isTied(members, { rows, columns: apart.columns, forged }));
}

/** What the caller makes up ties nothing to him. */
type Forged = ((term: Term) => boolean) | undefined;

/** Such rows, and the columns of row 0 that count; all where there are none. */
interface Kept {
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<string> | undefined;
  readonly forged: Forged;
}

const ROW: ReadonlySet<number> = new Set([0]);

/** Row 0, those that it hangs on, and those that they do: that there is such a row says nothing of a caller. */
function familyIn(classes: Classes, apart: Apart, forged: Forged): ReadonlySet<number> {
  const rows = new Set(ROW);
  const kept: Kept = { rows, columns: apart.whole ? undefined : apart.columns, forged };
  const shared = classes.filter(({ length }) => length > 1);
  for (let before = -1; before < rows.size; ) {
    before = rows.size;
    for (const members of shared)
      if (members.some((term) => isOf(term, kept)))
        for (const term of members) if (term.kind === "column" && apart.isName?.(term)) rows.add(term.row);
  }
  return rows;
}

/** Such a row and something that is neither it nor a constant, as equals or in one function that holds. */
function isTied(members: readonly Term[], kept: Kept): boolean {
  const spoken = members.map((term) => ({ of: isOf(term, kept), beyond: isBeyond(term, kept) }));
  if (spoken.some(({ of }) => of) && spoken.some(({ of, beyond }) => beyond && !of)) return true;
  return spoken.some(({ of, beyond }) => of && beyond) && !members.some(isFalse);
}

const isOf = (term: Term, kept: Kept): boolean =>
  term.kind === "column"
    ? kept.rows.has(term.row) && (term.row !== 0 || !kept.columns || kept.columns.has(term.column))
    : term.kind === "apply" && term.args.some((arg) => isOf(arg, kept));

const isBeyond = (term: Term, kept: Kept): boolean =>
  term.kind === "column"
    ? term.row !== 0 && !kept.rows.has(term.row)
    : term.kind === "apply"
      ? term.args.some((arg) => isBeyond(arg, kept))
      : term.kind === "caller" && !kept.forged?.(term);

/** What a stranger is not is nothing the database knows of him. */
export const isFalse = (term: Term): boolean =>
  term.kind === "constant" && term.sort === "bool" && term.value === "f";
