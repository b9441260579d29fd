import type { Policy, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { type Formula, type Term, visit } from "../catalog/meaning/formula.ts";
import { clausesOf, type WrittenClause } from "./clauses.ts";
import { propositionOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { isConcealed } from "./reach.ts";

export type ColumnTerm = Extract<Term, { kind: "column" }>;
export type CallerTerm = Extract<Term, { kind: "caller" }>;
export type Comparison = Extract<Formula, { kind: "compare" }>;

/** A clause of a policy as it reads when tables in its sub-selects show everything. */
export interface PlainClause {
  readonly written: WrittenClause;
  readonly formula: Formula;
}

/** The clauses of a policy that rules judge, restrictive ones included. */
export const plainClausesOf = derived(
  (project: Project, table: Table, policy: Policy): readonly PlainClause[] => {
    if (policy.refused || isConcealed(project, table)) return [];
    return clausesOf(policy).map((written) => ({
      written,
      formula: propositionOf(project, table, written.clause).formula,
    }));
  },
);

/** Every equality in a formula, sub-selects and helpers included, with its two sides both ways round. */
export function* equalitiesIn(
  formula: Formula,
): Iterable<{ readonly part: Comparison; readonly sides: readonly [Term, Term] }> {
  const found: Comparison[] = [];
  visit(formula, (part) => {
    if (part.kind === "compare" && part.operator === "=") found.push(part);
  });
  for (const part of found) {
    yield { part, sides: [part.left, part.right] };
    yield { part, sides: [part.right, part.left] };
  }
}

/** The caller's own id: `auth.uid()`, also as a claim of the token. */
export function isCallerId({ platform }: Project, term: Term): boolean {
  if (term.kind !== "caller") return false;
  const { token } = platform;
  return platform.callerId.some((name) => {
    const claim = token?.claims[name];
    if (claim === undefined) return term.source === name && !term.path.length;
    return term.source === token?.function && term.path.length === 1 && term.path[0] === claim;
  });
}

/** The claim of the token that a term is, by its way into it. */
export const claimOf = ({ platform }: Project, term: Term): readonly string[] | undefined =>
  term.kind === "caller" && term.source === platform.token?.function ? term.path : undefined;
