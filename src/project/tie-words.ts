import type { Formula, Ranged, Term } from "../catalog/meaning/formula.ts";
import { isCallerId } from "./atoms.ts";
import { type OneOf, oneOf } from "./one-of.ts";
import type { Setting } from "./value-words.ts";
import { listOf } from "./words.ts";

/** What ties rows of a sub-select to the rows around it. */
export interface Tie {
  readonly part: Formula;
  readonly outer: Term;
  readonly inner: Term;
}

/** The first equality of a column of `rows` with one of the rows around them. */
export function findTie(
  { rows: outer }: Setting,
  rows: readonly Ranged[],
  conditions: readonly Formula[],
): Tie | undefined {
  const isOf = (those: readonly Ranged[], term: Term) =>
    term.kind === "column" && those.some(({ row }) => row === term.row);
  const around = outer.length ? outer : [{ row: 0, table: undefined }];
  for (const part of conditions) {
    if (part.kind !== "compare" || part.operator !== "=") continue;
    const [a, b] = [part.left, part.right];
    if (isOf(around, a) && isOf(rows, b)) return { part, outer: a, inner: b };
    if (isOf(around, b) && isOf(rows, a)) return { part, outer: b, inner: a };
  }
  return undefined;
}

/** "whose org the caller belongs to as admin", and what else is asked of his membership. */
export function membershipOf(
  { project }: Setting,
  { part: tie, outer, inner }: Tie,
  conditions: readonly Formula[],
): { readonly words: string; readonly rest: readonly Formula[] } | undefined {
  const members = project.tenancy.memberships.find(
    ({ table }) => inner.kind === "column" && table === inner.table,
  );
  if (!members || outer.kind !== "column" || inner.kind !== "column") return undefined;
  const isOf = (term: Term, column: string | undefined) =>
    term.kind === "column" && term.row === inner.row && term.column === column;
  const mine = conditions.find((part) => {
    if (part.kind !== "compare" || part.operator !== "=") return false;
    const sides = [part.left, part.right];
    return (
      sides.some((term) => isCallerId(project, term)) && sides.some((term) => isOf(term, members.userColumn))
    );
  });
  if (!mine) return undefined;
  const choices = conditions.map(oneOf);
  const isRole = (choice: OneOf | undefined) => choice !== undefined && isOf(choice.term, members.roleColumn);
  const roles = choices
    .filter(isRole)
    .flatMap((choice) => choice!.constants.map((each) => (each.kind === "constant" ? each.value : "")));
  const what = outer.column.replace(/_?id$/i, "").replaceAll("_", " ");
  return {
    words: `${what ? `whose ${what}` : "that"} the caller belongs to${roles.length ? ` as ${listOf(roles, "or")}` : ""}`,
    rest: conditions.filter((part, i) => part !== tie && part !== mine && !isRole(choices[i])),
  };
}
