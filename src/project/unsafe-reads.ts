import { unwrap } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import { exprParts, queriesOf, queryParts, visitExpr } from "../source/sql/walk.ts";
import type { Span } from "../text/span.ts";

/** A `current_setting` that raises where the setting is not what was hoped for. */
export interface UnsafeRead {
  readonly setting: string;
  /** The call, and where it stands in a NULLIF(..., '') already. */
  readonly span: Span;
  readonly guarded: boolean;
  /** The type it is cast to as it is, '' included; else it is read with one argument. */
  readonly cast?: string;
}

const known = new WeakMap<Expr, readonly UnsafeRead[]>();

/** Unsafe reads in an expression, its sub-selects included; what a function asks inside is not seen. */
export function unsafeReads(expr: Expr): readonly UnsafeRead[] {
  const before = known.get(expr);
  if (before) return before;
  const found: UnsafeRead[] = [];
  walk(expr, { guarded: false, tested: new Set() }, found);
  for (const query of queriesOf(expr))
    for (const part of queryParts(query)) walk(part, { guarded: false, tested: testedIn(part) }, found);
  known.set(expr, found);
  return found;
}

interface Sight {
  /** Within `nullif(..., '')`. */
  readonly guarded: boolean;
  /** Settings that a condition beside or around has looked at. */
  readonly tested: ReadonlySet<string>;
}

function walk(expr: Expr, sight: Sight, found: UnsafeRead[]): void {
  const setting = settingOf(expr);
  if (setting !== undefined && expr.kind === "call") {
    if (expr.args.length === 1) found.push({ setting, span: expr.span, guarded: sight.guarded });
    return;
  }
  if (expr.kind === "cast") {
    const call = unwrap(expr);
    const read = settingOf(call);
    if (read !== undefined && !TEXT.test(expr.type.name) && !sight.tested.has(read)) {
      found.push({ setting: read, span: call.span, guarded: false, cast: expr.type.name });
      return;
    }
  }
  const inner =
    expr.kind === "nullif"
      ? { ...sight, guarded: true }
      : expr.kind === "case" || expr.kind === "and" || expr.kind === "or"
        ? { ...sight, tested: new Set([...sight.tested, ...testedIn(expr)]) }
        : sight;
  for (const part of exprParts(expr)) walk(part, inner, found);
}

const TEXT = /^(text|varchar|bpchar|char|name|citext)$/;

/** The custom setting that `current_setting` reads; built-in ones are never unset. */
export function settingOf(expr: Expr): string | undefined {
  if (expr.kind !== "call" || expr.name.at(-1) !== "current_setting") return undefined;
  const name = expr.args[0] && unwrap(expr.args[0]);
  return name?.kind === "constant" && name.value.includes(".") ? name.value.toLowerCase() : undefined;
}

/** Settings compared with '' or tested for NULL in an expression. */
function testedIn(expr: Expr): ReadonlySet<string> {
  const tested = new Set<string>();
  visitExpr(expr, {
    expr: (part) => {
      const sides =
        part.kind === "test"
          ? [part.arg]
          : part.kind === "operator" && part.left && /^(=|<>|!=)$/.test(part.name)
            ? [part.left, part.right]
            : [];
      const compared = sides.length === 1 || sides.some((side) => isEmpty(unwrap(side)));
      for (const side of compared ? sides : []) {
        const setting = settingOf(unwrap(side));
        if (setting !== undefined) tested.add(setting);
      }
    },
  });
  return tested;
}

const isEmpty = (expr: Expr): boolean => expr.kind === "constant" && expr.value === "";
