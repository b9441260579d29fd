import type { Policy } from "../catalog/catalog.ts";
import type { Expr } from "../source/sql/expression.ts";
import type { Remedy } from "../text/finding.ts";
import { covers, type Span } from "../text/span.ts";
import { changeClauses, type WrittenClause } from "./clauses.ts";

type Or = Extract<Expr, { kind: "and" | "or" }>;

/** The outermost OR of a clause that has an arm standing there, and which. */
function armAt({ clause }: WrittenClause, at: Span | undefined): { or: Or; index: number } | undefined {
  if (!at || clause.expr.kind !== "or") return undefined;
  const index = clause.expr.args.findIndex((arg) => covers(arg.span, at));
  return index < 0 ? undefined : { or: clause.expr, index };
}

/** The policy without one arm of its OR. */
export function dropArm(policy: Policy, written: WrittenClause, at: Span | undefined): Remedy | undefined {
  const found = armAt(written, at);
  if (!found) return undefined;
  const rest = found.or.args.filter((_, i) => i !== found.index);
  const text = rest.map((arg) => armText(written, arg)).join(" or ");
  return changeClauses(
    policy,
    [{ in: written, span: outerSpan(written, found.or), text }],
    "Drop the open arm",
  );
}

/** `a and (b or c)` where `a and b or c` was written: the arm comes under what binds the one before it. */
export function bracketArm(policy: Policy, written: WrittenClause, at: Span | undefined): Remedy | undefined {
  const found = armAt(written, at);
  if (found?.or.args.length !== 2) return undefined;
  const other = found.or.args[1 - found.index]!;
  if (other.kind !== "and" || isBracketed(written, other)) return undefined;
  // What stands next to the OR was meant to be its other side.
  const near = found.index === 1 ? other.args.at(-1)! : other.args[0]!;
  const span = {
    start: Math.min(near.span.start, found.or.args[found.index]!.span.start),
    end: Math.max(near.span.end, found.or.args[found.index]!.span.end),
  };
  return changeClauses(
    policy,
    [{ in: written, span, text: `(${textAt(written, span)})` }],
    "Put the OR in parentheses",
  );
}

/** Arms keep the brackets that an AND or OR in them had. */
function armText(written: WrittenClause, arm: Expr): string {
  const text = textAt(written, arm.span);
  return isBracketed(written, arm) ? `(${text})` : text;
}

function isBracketed(written: WrittenClause, { span }: Expr): boolean {
  const { text, place } = written.clause;
  const before = text.slice(0, span.start - place.span.start).trimEnd();
  const after = text.slice(span.end - place.span.start).trimStart();
  return before.endsWith("(") && after.startsWith(")");
}

/** From the first arm's brackets to the last one's: the whole clause, where the OR is all of it. */
const outerSpan = ({ clause }: WrittenClause, or: Or): Span =>
  clause.expr === or ? clause.place.span : or.span;

const textAt = ({ clause }: WrittenClause, span: Span): string =>
  clause.text.slice(span.start - clause.place.span.start, span.end - clause.place.span.start);
