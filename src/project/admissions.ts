import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import {
  type Formula,
  isRange,
  type Ranged,
  spokenBy,
  type Term,
  visit,
} from "../catalog/meaning/formula.ts";
import { remember } from "../catalog/remember.ts";
import { clausesOf } from "./clauses.ts";
import { propositionOf } from "./meaning.ts";
import type { Project } from "./project.ts";

/** A row by which a policy of another table lets a caller in: one column names him, another says to what. */
export interface Admission {
  readonly policy: Policy;
  readonly table: Table;
  readonly userColumn: string;
  readonly keyColumn: string;
  /** What the row must hold besides, where constants say so: `status = 'accepted'`. */
  readonly wants: ReadonlyMap<string, readonly string[]>;
}

/** The admissions of every table, by its key: what lets people in is known by its use, whatever it is called. */
export const admissionsBy = derived((project: Project): ReadonlyMap<string, readonly Admission[]> => {
  const found = new Map<string, Admission[]>();
  for (const table of project.catalog.tables.values())
    for (const { by, ...admission } of admissionsOf(project, table))
      found.set(by, [...(found.get(by) ?? []), admission]);
  return found;
});

const admissionsOf = derived(
  (project: Project, table: Table): readonly (Admission & { readonly by: string })[] =>
    [...table.policies.values()].flatMap((policy) =>
      (policy.refused ? [] : clausesOf(policy)).flatMap(({ clause }) =>
        doorsIn(propositionOf(project, table, clause).formula)
          .filter(({ by }) => by !== qualify(table.schema, table.name))
          .map((door) => ({ ...door, policy, table })),
      ),
    ),
);

/** A row that lets a caller in, as a condition asks for it: the table, and the columns that name him and what he is let in to. */
export type Door = Pick<Admission, "userColumn" | "keyColumn" | "wants"> & { readonly by: string };

const doors = new WeakMap<Formula, readonly Door[]>();

/** Formulas are shared by policies that say the same; each is looked at once. */
const doorsIn = (formula: Formula): readonly Door[] =>
  remember(doors, formula, () => doorsBy(formula, (term) => spokenBy(term).row || spokenBy(term).local));

/** The doors of which a condition asks; what they lead to is named by such a term. */
export function doorsBy(formula: Formula, names: (term: Term) => boolean): readonly Door[] {
  const found: Door[] = [];
  visit(formula, (part) => {
    if (!isRange(part)) return;
    const asked = [...conjuncts(part.where), ...conjuncts(part.match)];
    for (const ranged of part.rows) found.push(...doorsOf(ranged, asked, names));
  });
  return found;
}

const conjuncts = (formula: Formula): readonly Formula[] =>
  formula.kind === "and" ? formula.args.flatMap(conjuncts) : [formula];

function doorsOf(
  { row, table: by }: Ranged,
  asked: readonly Formula[],
  names: (term: Term) => boolean,
): Door[] {
  if (by === undefined) return [];
  const users = new Set<string>();
  const keys = new Set<string>();
  const wants = new Map<string, readonly string[]>();
  for (const part of asked) {
    const wanted = wantedOf(part, row);
    if (wanted) wants.set(wanted.column, wanted.values);
    if (part.kind !== "compare" || part.operator !== "=") continue;
    for (const [side, other] of [
      [part.left, part.right],
      [part.right, part.left],
    ] as const) {
      const column = columnOf(side, row);
      if (column === undefined) continue;
      if (names(other)) keys.add(column);
      else if (isCaller(other)) users.add(column);
    }
  }
  return [...users].flatMap((userColumn) =>
    [...keys]
      .filter((keyColumn) => keyColumn !== userColumn)
      .map((keyColumn) => ({ by, userColumn, keyColumn, wants })),
  );
}

function isCaller(term: Term): boolean {
  const { caller, row, local } = spokenBy(term);
  return caller && !row && !local;
}

const columnOf = (term: Term, row: number): string | undefined =>
  term.kind === "column" && term.row === row ? term.column : undefined;

/** `role = 'admin'`, `role in ('admin', 'owner')`, `active`. */
function wantedOf(part: Formula, row: number): { column: string; values: readonly string[] } | undefined {
  if (part.kind === "holds") {
    const column = columnOf(part.term, row);
    return column === undefined ? undefined : { column, values: ["true"] };
  }
  if (part.kind === "or") {
    const each = part.args.map((arg) => wantedOf(arg, row));
    const column = each[0]?.column;
    return column !== undefined && each.every((one) => one?.column === column)
      ? { column, values: each.flatMap((one) => one!.values) }
      : undefined;
  }
  if (part.kind !== "compare" || part.operator !== "=") return undefined;
  const [constant, term] = part.left.kind === "constant" ? [part.left, part.right] : [part.right, part.left];
  const column = columnOf(term, row);
  return constant.kind === "constant" && column !== undefined
    ? { column, values: [constant.value] }
    : undefined;
}
