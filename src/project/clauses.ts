import type { Policy, PolicyClause } from "../catalog/catalog.ts";
import { applyEdits, type Edit } from "../text/edit.ts";
import type { Remedy } from "../text/finding.ts";
import { quoteIdentifier, quoteQualified } from "../text/quote.ts";
import type { Span } from "../text/span.ts";

/** One of a policy's conditions with its word in SQL. */
export interface WrittenClause {
  readonly word: "using" | "with check";
  readonly clause: PolicyClause;
}

/** The conditions that a policy states. */
export function clausesOf({ using, check }: Policy): readonly WrittenClause[] {
  const written: WrittenClause[] = [];
  if (using) written.push({ word: "using", clause: using });
  if (check) written.push({ word: "with check", clause: check });
  return written;
}

/** A policy that says `false` in so many words, and nothing else: it shuts, and lets nobody do anything. */
export const isShut = (policy: Policy): boolean => {
  const clauses = clausesOf(policy);
  return clauses.length > 0 && clauses.every(({ clause }) => saysFalse(clause.expr));
};

/** `false` in so many words. */
export const saysFalse = (expr: PolicyClause["expr"]): boolean =>
  expr.kind === "cast" ? saysFalse(expr.arg) : expr.kind === "constant" && FALSE.test(expr.value);

/** `'f'::boolean` is what a dump makes of `false`. */
const FALSE = /^(?:f|false)$/i;

/** What a clause of a policy gets instead of a span of its text. */
export interface ClauseEdit {
  readonly in: WrittenClause;
  readonly span: Span;
  readonly text: string;
}

/**
 * The remedy that changes a policy's conditions: where they stand, or by ALTER POLICY. None for conditions that are built
 * at run time: their parts have no place of their own.
 */
export function changeClauses(
  policy: Policy,
  changes: readonly ClauseEdit[],
  title: string,
): Remedy | undefined {
  if (changes.some((change) => isBuilt(change.in.clause))) return undefined;
  const parts = clausesOf(policy).flatMap(({ word, clause }) => {
    const edits = changes.filter((change) => change.in.word === word).map((change) => moved(change, clause));
    return edits.length ? [`${word} (${applyEdits(clause.text, edits)})`] : [];
  });
  const table = quoteQualified(policy.schema, policy.table);
  return {
    kind: "statements",
    title,
    statements: [`alter policy ${quoteIdentifier(policy.name)} on ${table} ${parts.join(" ")};`],
    inPlace: changes.map((change) => ({
      path: change.in.clause.place.path,
      span: change.span,
      text: change.text,
    })),
  };
}

const isBuilt = ({ text, place: { span } }: PolicyClause): boolean => text.length !== span.end - span.start;

const moved = ({ span, text }: ClauseEdit, { place }: PolicyClause): Edit => ({
  path: place.path,
  span: { start: span.start - place.span.start, end: span.end - place.span.start },
  text,
});
