import { applyKey, columnKey, type Term } from "./formula.ts";

/** Which row each row of a formula stands for. */
export type Rows = ReadonlyMap<number, number>;

/** The term about the rows that its own stand for. */
export function bind(term: Term, rows: Rows): Term {
  if (term.kind === "column") {
    const row = rows.get(term.row) ?? term.row;
    return row === term.row ? term : { ...term, row, key: columnKey(row, term.column) };
  }
  if (term.kind !== "apply") return term;
  const args = term.args.map((arg) => bind(arg, rows));
  if (args.every((arg, i) => arg === term.args[i])) return term;
  return { ...term, args, key: applyKey(term.name, args) };
}
