import type { Policy } from "../../catalog/catalog.ts";
import { type Formula, spokenBy, type Term, visit } from "../../catalog/meaning/formula.ts";
import { isCallerId, plainClausesOf } from "../../project/atoms.ts";
import { changeClauses, type WrittenClause } from "../../project/clauses.ts";
import { placeIn } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { nameOf } from "../../project/words.ts";
import { visitExpr } from "../../source/sql/walk.ts";
import type { Remedy } from "../../text/finding.ts";
import type { Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy matches the caller's value against a pattern.",
  why: "In LIKE, `_` and `%` match anything, and a regular expression is found anywhere in a text unless it is anchored: an address of `a_b@corp.com` matches `axb@corp.com`, and `corp.com` matches `corp.com.evil.net`. Equality has no such surprises.",
  *check({ policy, table }, project) {
    for (const { written, formula } of plainClausesOf(project, table, policy)) {
      const match = findMatch(project, formula);
      if (!match) continue;
      const remedy = match.direct && match.at ? byEquality(policy, written, match.at) : undefined;
      yield {
        at: placeIn(written, match.at),
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} matches the caller's value against a pattern: more than one value fits it.`,
        ...(remedy ? { remedy } : {}),
      };
      return;
    }
  },
});

interface Match {
  readonly at: Span | undefined;
  /** Both sides are plain values: equality says the same. */
  readonly direct: boolean;
}

const PATTERNS = new Set(["~~", "~~*", "~", "~*"]);

function findMatch(project: Project, formula: Formula): Match | undefined {
  let found: Match | undefined;
  visit(formula, (part) => {
    if (found || part.kind !== "holds" || part.term.kind !== "apply" || !PATTERNS.has(part.term.name)) return;
    const { name, args } = part.term;
    const [value, pattern] = args;
    if (!value || !pattern || !args.some((arg) => spokenBy(arg).caller)) return;
    if (isTight(project, name, pattern)) return;
    const direct = name === "~~" && pattern.kind !== "constant" && pattern.kind !== "apply";
    found = { at: part.at, direct };
  });
  return found;
}

/** A pattern that ends where the text must end, or is made of an id, in which no sign has a meaning. */
function isTight(project: Project, operator: string, pattern: Term): boolean {
  if (pattern.kind === "constant")
    return operator.startsWith("~~") ? !pattern.value.endsWith("%") : pattern.value.endsWith("$");
  const leaves = leavesOf(pattern);
  return leaves.every((leaf) => leaf.kind === "constant" || isCallerId(project, leaf));
}

const leavesOf = (term: Term): readonly Term[] =>
  term.kind === "apply" && term.args.length ? term.args.flatMap(leavesOf) : [term];

function byEquality(policy: Policy, written: WrittenClause, at: Span): Remedy | undefined {
  const { clause } = written;
  let span: Span | undefined;
  visitExpr(clause.expr, {
    expr: (part) => {
      if (part.kind !== "operator" || !part.left || part.span.start !== at.start || part.span.end !== at.end)
        return;
      const between = clause.text.slice(
        part.left.span.end - clause.place.span.start,
        part.right.span.start - clause.place.span.start,
      );
      const word = /\blike\b|~~/i.exec(between);
      const start = part.left.span.end + (word?.index ?? 0);
      if (word) span = { start, end: start + word[0].length };
    },
  });
  return span && changeClauses(policy, [{ in: written, span, text: "=" }], "Compare for equality");
}
