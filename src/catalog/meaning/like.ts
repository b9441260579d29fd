import type { Expr } from "../../source/sql/expression.ts";
import { unwrap } from "../walk.ts";
import { nullOfAny, overChoices } from "./choices.ts";
import { compare, holdsTerm, opaque } from "./condition.ts";
import { type Formula, not, or, UNKNOWN } from "./formula.ts";
import { applied } from "./opaque.ts";
import { type Frame, type Reading, spanOf } from "./reader.ts";
import { readPair, readTerm } from "./term.ts";

/** LIKE: a pattern without signs is an equality, one of nothing but `%` holds for every value. */
export function readLike(left: Expr, right: Expr, whole: Expr, frame: Frame, reading: Reading): Formula {
  const pattern = unwrap(right);
  if (pattern.kind === "constant" && pattern.type === "string") {
    if (!/[%_\\]/.test(pattern.value)) return compare("=", left, pattern, whole, frame, reading);
    if (/^%+$/.test(pattern.value)) {
      const isNothing = nullOfAny(readTerm(left, frame, reading));
      return or([not(isNothing), UNKNOWN]);
    }
  }
  const formula = overChoices(readPair(left, right, frame, reading), (terms) =>
    terms.some((term) => term.kind === "null")
      ? UNKNOWN
      : holdsTerm(applied("~~", terms, { strict: true, nullable: false, free: false }), spanOf(whole, frame)),
  );
  return formula ?? opaque(whole, frame, reading);
}
