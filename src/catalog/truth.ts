import type { Expr, Query } from "../source/sql/expression.ts";
import type { Catalog, Func } from "./catalog.ts";

/**
 * What an expression can come to, in three-valued logic, when the rows are anyone's guess and the caller is as
 * `Caller` says. `must` holds the outcomes that surely occur for some row, `may` those that cannot be excluded;
 * where nothing is known of a part (an unknown function), `must` is empty and `may` is everything.
 */
export interface Outcomes {
  readonly must: number;
  readonly may: number;
}

export const TRUE = 1;
export const FALSE = 2;
export const NULL = 4;
const ANY = TRUE | FALSE | NULL;

/** How the caller's names behave: `anonymous` has no identity, `any` may be everybody. */
export interface Caller {
  readonly who: "anonymous" | "any";
  /** Functions, `schema.name`, that name the caller and give NULL to the anonymous one. */
  readonly functions: readonly string[];
  /** What `schema.name` gives the anonymous caller where that is a constant: `auth.role` -> `anon`. */
  readonly anonymousConstants: Readonly<Record<string, string>>;
  /** Schemas to look in for a function without one. */
  readonly searchPath: readonly string[];
}

/** What a value can be: NULL, something else, or one constant. */
interface Value {
  readonly null: "never" | "may" | "must" | "unknown";
  readonly constant?: string;
  /** An object without the wanted key: `auth.jwt()` of an anonymous caller. */
  readonly emptyObject?: boolean;
}

const OPAQUE: Outcomes = { must: 0, may: ANY };
const FREE: Outcomes = { must: ANY, may: ANY };
const SOME: Value = { null: "may" };
const UNKNOWN: Value = { null: "unknown" };
const exactly = (outcome: number): Outcomes => ({ must: outcome, may: outcome });

/** Evaluates a condition. Depth is bounded; past it the answer is unknown. */
export function findOutcomes(expr: Expr, catalog: Catalog, caller: Caller): Outcomes {
  return truthOf(expr, { catalog, caller, depth: 0, args: [] });
}

export const isAlwaysTrue = (outcomes: Outcomes): boolean => outcomes.may === TRUE;
export const isNeverTrue = (outcomes: Outcomes): boolean => (outcomes.may & TRUE) === 0;
export const canBeTrue = (outcomes: Outcomes): boolean => (outcomes.must & TRUE) !== 0;

interface Context {
  readonly catalog: Catalog;
  readonly caller: Caller;
  readonly depth: number;
  /** Values of `$1`, `$2` ... inside a function's body, by number and name. */
  readonly args: readonly { readonly name?: string; readonly value: Value }[];
}

function truthOf(expr: Expr, context: Context): Outcomes {
  switch (expr.kind) {
    case "constant":
      return truthOfConstant(expr);
    case "and":
      return expr.args.map((arg) => truthOf(arg, context)).reduce(conjoin);
    case "or":
      return negate(expr.args.map((arg) => negate(truthOf(arg, context))).reduce(conjoin));
    case "not":
      return negate(truthOf(expr.arg, context));
    case "test":
      return truthOfTest(expr, context);
    case "distinct":
      return truthOfDistinct(expr, context);
    case "operator":
      return truthOfOperator(expr, context);
    case "in":
    case "between":
      return truthOfMembership(expr, context);
    case "cast":
      return truthOf(expr.arg, context);
    case "coalesce":
      return truthOfCoalesce(expr.args, context);
    case "case":
      return truthOfCase(expr, context);
    case "subquery":
      return truthOfSubquery(expr, context);
    case "call":
      return truthOfCall(expr, context);
    case "column":
      return FREE;
    default:
      return OPAQUE;
  }
}

function truthOfConstant(expr: Extract<Expr, { kind: "constant" }>): Outcomes {
  if (expr.type === "null") return exactly(NULL);
  if (/^(t|true|y|yes|on|1)$/i.test(expr.value)) return exactly(TRUE);
  if (/^(f|false|n|no|off|0)$/i.test(expr.value)) return exactly(FALSE);
  return OPAQUE;
}

/** AND over sets of outcomes, both bounds by the same table; parts are taken as independent. */
const conjoin = (a: Outcomes, b: Outcomes): Outcomes => ({
  must: conjoinMust(a, b),
  may: conjoinMay(a.may, b.may),
});

function conjoinMay(a: number, b: number): number {
  if (!a || !b) return (a | b) & FALSE;
  let out = 0;
  if (a & TRUE && b & TRUE) out |= TRUE;
  if ((a | b) & FALSE) out |= FALSE;
  if ((a & NULL && b & (NULL | TRUE)) || (b & NULL && a & TRUE)) out |= NULL;
  return out;
}

function conjoinMust(a: Outcomes, b: Outcomes): number {
  let out = 0;
  if (a.must & TRUE && b.must & TRUE) out |= TRUE;
  if ((a.must | b.must) & FALSE) out |= FALSE;
  if ((a.must & NULL && b.must & (NULL | TRUE)) || (b.must & NULL && a.must & TRUE)) out |= NULL;
  return out;
}

const flip = (mask: number): number => ((mask & TRUE) << 1) | ((mask & FALSE) >> 1) | (mask & NULL);
const negate = (a: Outcomes): Outcomes => ({ must: flip(a.must), may: flip(a.may) });

function truthOfTest(expr: Extract<Expr, { kind: "test" }>, context: Context): Outcomes {
  const inner = expr.test === "null" ? nullness(valueOfExpr(expr.arg, context)) : truthOf(expr.arg, context);
  const wanted = { null: TRUE, true: TRUE, false: FALSE, unknown: NULL }[expr.test];
  const pick = (mask: number) => (mask & wanted ? TRUE : 0) | (mask & ~wanted & ANY ? FALSE : 0);
  const outcome = { must: pick(inner.must), may: pick(inner.may) };
  return expr.negated ? negate(outcome) : outcome;
}

/** IS NULL as an outcome. */
function nullness(value: Value): Outcomes {
  if (value.null === "must") return exactly(TRUE);
  if (value.null === "never") return exactly(FALSE);
  return value.null === "may" ? exactly(TRUE | FALSE) : { must: 0, may: TRUE | FALSE };
}

function truthOfDistinct(expr: Extract<Expr, { kind: "distinct" }>, context: Context): Outcomes {
  const left = valueOfExpr(expr.left, context);
  const right = valueOfExpr(expr.right, context);
  const outcome = distinctOf(left, right);
  return expr.negated ? negate(outcome) : outcome;
}

function distinctOf(left: Value, right: Value): Outcomes {
  if (left.null === "must") return negate(nullness(right));
  if (right.null === "must") return negate(nullness(left));
  if (
    left.constant !== undefined &&
    right.constant !== undefined &&
    left.null === "never" &&
    right.null === "never"
  )
    return exactly(left.constant === right.constant ? FALSE : TRUE);
  if (left.null === "unknown" || right.null === "unknown") return { must: 0, may: TRUE | FALSE };
  return exactly(TRUE | FALSE);
}

const COMPARISONS = new Set([
  "=",
  "<>",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "~~",
  "~~*",
  "!~~",
  "!~~*",
  "~",
  "~*",
  "!~",
  "!~*",
  "@>",
  "<@",
  "&&",
  "?",
  "?|",
  "?&",
]);

function truthOfOperator(expr: Extract<Expr, { kind: "operator" }>, context: Context): Outcomes {
  if (!expr.left || !COMPARISONS.has(expr.name)) return expr.left ? OPAQUE : OPAQUE;
  if (sameColumn(expr.left, expr.right) && !expr.quantifier) return sameColumnOutcome(expr.name);
  return compare(
    expr.name,
    valueOfExpr(expr.left, context),
    valueOfExpr(expr.right, context),
    expr.quantifier !== undefined,
  );
}

/** `a = a` is true for every row where a is not NULL. */
function sameColumnOutcome(operator: string): Outcomes {
  if (operator === "=" || operator === "<=" || operator === ">=") return exactly(TRUE | NULL);
  return operator === "<>" || operator === "<" || operator === ">" ? exactly(FALSE | NULL) : FREE;
}

const sameColumn = (a: Expr, b: Expr): boolean =>
  a.kind === "column" && b.kind === "column" && a.path.join("\0") === b.path.join("\0");

function compare(operator: string, left: Value, right: Value, quantified: boolean): Outcomes {
  if (left.null === "must" || right.null === "must") return exactly(NULL);
  if (!quantified && left.constant !== undefined && right.constant !== undefined) {
    if (operator === "=") return exactly(left.constant === right.constant ? TRUE : FALSE);
    if (operator === "<>" || operator === "!=")
      return exactly(left.constant === right.constant ? FALSE : TRUE);
  }
  if (left.null === "unknown" || right.null === "unknown") return OPAQUE;
  const nulls = left.null === "may" || right.null === "may" ? NULL : 0;
  return exactly(TRUE | FALSE | nulls);
}

function truthOfMembership(expr: Extract<Expr, { kind: "in" | "between" }>, context: Context): Outcomes {
  const left = valueOfExpr(expr.kind === "in" ? expr.left : expr.arg, context);
  const others = (expr.kind === "in" ? expr.list : [expr.low, expr.high]).map((each) =>
    valueOfExpr(each, context),
  );
  if (left.null === "must") return exactly(NULL);
  const outcome =
    expr.kind === "in"
      ? memberOf(left, others)
      : others.some((v) => v.null === "must")
        ? exactly(NULL | FALSE)
        : blur([left, ...others]);
  return expr.negated ? negate(outcome) : outcome;
}

function memberOf(left: Value, list: readonly Value[]): Outcomes {
  if (left.constant !== undefined && list.every((each) => each.constant !== undefined))
    return exactly(list.some((each) => each.constant === left.constant) ? TRUE : FALSE);
  return list.every((each) => each.null === "must") ? exactly(NULL) : blur([left, ...list]);
}

const blur = (values: readonly Value[]): Outcomes =>
  values.some((each) => each.null === "unknown") ? OPAQUE : FREE;

function truthOfCoalesce(args: readonly Expr[], context: Context): Outcomes {
  let must = 0;
  let may = 0;
  for (const arg of args) {
    const outcome = truthOf(arg, context);
    must |= outcome.must & ~NULL;
    may |= outcome.may & ~NULL;
    if (!(outcome.may & NULL)) return { must, may };
    if (!(outcome.must & NULL)) return { must: must & may, may: ANY };
  }
  return { must: must | NULL, may: may | NULL };
}

function truthOfCase(expr: Extract<Expr, { kind: "case" }>, context: Context): Outcomes {
  if (expr.arg) return OPAQUE;
  let must = 0;
  let may = 0;
  for (const { when, then } of expr.whens) {
    const condition = truthOf(when, context);
    const result = truthOf(then, context);
    if (condition.may & TRUE) may |= result.may;
    if (condition.must & TRUE) must |= result.must;
    if (condition.may === TRUE) return { must, may };
  }
  const rest = expr.otherwise ? truthOf(expr.otherwise, context) : exactly(NULL);
  return { must: must | rest.must, may: may | rest.may };
}

function truthOfSubquery(expr: Extract<Expr, { kind: "subquery" }>, context: Context): Outcomes {
  if (expr.form === "scalar") return truthOfScalar(expr.query, context);
  const rows = rowsOf(expr.query, context);
  if (expr.form === "exists") {
    return {
      must: (rows.must & TRUE ? TRUE : 0) | FALSE,
      may: (rows.may & TRUE ? TRUE : 0) | (rows.may === TRUE && !expr.query.from.length ? 0 : FALSE),
    };
  }
  if (expr.form !== "any" || !expr.left) return OPAQUE;
  if (!(rows.may & TRUE)) return exactly(FALSE);
  const left = valueOfExpr(expr.left, context);
  if (left.null === "must") return exactly(NULL | FALSE);
  return left.null === "unknown" || !(rows.must & TRUE) ? OPAQUE : FREE;
}

/** Whether a query can give a row: its WHERE, and those of its sub-queries in FROM. */
function rowsOf(query: Query, context: Context): Outcomes {
  if (query.setOperation || query.ctes.length || query.having) return OPAQUE;
  return query.where
    ? truthOf(query.where, context)
    : query.from.length
      ? exactly(TRUE | FALSE)
      : exactly(TRUE);
}

function truthOfScalar(query: Query, context: Context): Outcomes {
  const target = query.targets[0];
  if (!target || query.targets.length !== 1 || query.setOperation || query.ctes.length) return OPAQUE;
  if (!query.from.length && !query.where) return truthOf(target.expr, context);
  const rows = rowsOf(query, context);
  if (!(rows.may & TRUE)) return exactly(NULL);
  const result = truthOf(target.expr, context);
  return { must: (rows.must & TRUE ? result.must : 0) | NULL, may: result.may | NULL };
}

function truthOfCall(expr: Extract<Expr, { kind: "call" }>, context: Context): Outcomes {
  const body = findBody(expr, context);
  return body ? truthOf(body.result, body.context) : OPAQUE;
}

function valueOfExpr(expr: Expr, context: Context): Value {
  switch (expr.kind) {
    case "constant":
      return expr.type === "null" ? { null: "must" } : { null: "never", constant: expr.value };
    case "column":
      return (
        context.args.find(
          (arg) => arg.name !== undefined && expr.path.length === 1 && arg.name === expr.path[0],
        )?.value ?? SOME
      );
    case "parameter":
      return context.args[expr.number - 1]?.value ?? UNKNOWN;
    case "cast":
      return valueOfExpr(expr.arg, context);
    case "call":
      return valueOfCall(expr, context);
    case "subquery":
      return valueOfSubquery(expr, context);
    case "operator":
      return valueOfOperator(expr, context);
    case "coalesce":
      return valueOfCoalesce(expr.args, context);
    case "nullif": {
      const left = valueOfExpr(expr.left, context);
      return left.null === "must" ||
        (left.constant !== undefined && left.constant === valueOfExpr(expr.right, context).constant)
        ? { null: "must" }
        : left.null === "unknown"
          ? UNKNOWN
          : SOME;
    }
    case "array":
    case "row":
      return { null: "never" };
    case "element":
    case "field": {
      const inner = valueOfExpr(expr.arg, context);
      return inner.null === "must" ? inner : inner.null === "unknown" ? UNKNOWN : SOME;
    }
    default:
      return UNKNOWN;
  }
}

function valueOfCoalesce(args: readonly Expr[], context: Context): Value {
  const values = args.map((arg) => valueOfExpr(arg, context)).filter((value) => value.null !== "must");
  if (!values.length) return { null: "must" };
  if (values.length === 1 || values[0]!.null === "never") return values[0]!;
  if (values.some((value) => value.null === "unknown")) return UNKNOWN;
  return { null: values.some((value) => value.null === "never") ? "never" : "may" };
}

/** `auth.jwt() ->> 'org'`: an anonymous caller's token has no such key. */
function valueOfOperator(expr: Extract<Expr, { kind: "operator" }>, context: Context): Value {
  const left = expr.left && valueOfExpr(expr.left, context);
  const right = valueOfExpr(expr.right, context);
  if (left?.null === "must" || right.null === "must") return { null: "must" };
  if (
    left?.emptyObject &&
    (expr.name === "->" || expr.name === "->>" || expr.name === "#>" || expr.name === "#>>")
  )
    return right.constant === "role" ? { null: "never", constant: "anon" } : { null: "must" };
  return left?.null === "unknown" || right.null === "unknown" ? UNKNOWN : SOME;
}

function valueOfSubquery(expr: Extract<Expr, { kind: "subquery" }>, context: Context): Value {
  if (expr.form === "array") return { null: "never" };
  const target = expr.query.targets[0];
  if (expr.form !== "scalar" || !target || expr.query.setOperation || expr.query.ctes.length) return UNKNOWN;
  if (!expr.query.from.length && !expr.query.where) return valueOfExpr(target.expr, context);
  const rows = rowsOf(expr.query, context);
  if (!(rows.may & TRUE)) return { null: "must" };
  return rows.must & TRUE ? SOME : UNKNOWN;
}

function valueOfCall(expr: Extract<Expr, { kind: "call" }>, context: Context): Value {
  const name = resolveFunction(expr.name, context);
  const { caller } = context;
  const simple = expr.name.at(-1)!;
  if (caller.functions.includes(name)) {
    if (caller.who === "any") return SOME;
    const constant = caller.anonymousConstants[name];
    if (constant === "{}") return { null: "never", emptyObject: true };
    return constant === undefined ? { null: "must" } : { null: "never", constant };
  }
  if (simple === "current_setting") return valueOfSetting(expr, caller);
  if (expr.bare || simple === "now" || simple === "current_user" || simple === "session_user")
    return { null: "never" };
  const body = findBody(expr, context);
  return body ? valueOfExpr(body.result, body.context) : UNKNOWN;
}

/** An unset setting is NULL with the second argument, an error without it; a setting left over from a transaction is ''. */
function valueOfSetting(expr: Extract<Expr, { kind: "call" }>, caller: Caller): Value {
  if (caller.who === "any" || expr.args.length < 2) return SOME;
  return { null: "must" };
}

/** The one expression that a function's body gives, with its arguments bound; undefined where it cannot be read. */
function findBody(
  expr: Extract<Expr, { kind: "call" }>,
  context: Context,
): { result: Expr; context: Context } | undefined {
  if (context.depth > 6) return undefined;
  const overloads = context.catalog.functions.get(resolveFunction(expr.name, context));
  const func: Func | undefined = overloads?.length === 1 ? overloads[0] : undefined;
  if (!func?.body.complete || !func.body.result) return undefined;
  const names = func.args.filter((arg) => arg.mode !== "out" && arg.mode !== "table").map((arg) => arg.name);
  const args = expr.args.map((arg, i) => ({
    value: valueOfExpr(arg, context),
    ...(names[i] ? { name: names[i] } : {}),
  }));
  const caller = { ...context.caller, searchPath: func.searchPath };
  return { result: func.body.result, context: { ...context, caller, args, depth: context.depth + 1 } };
}

function resolveFunction(name: readonly string[], context: Context): string {
  if (name.length > 1) return name.slice(-2).join(".");
  for (const schema of context.caller.searchPath) {
    const key = `${schema}.${name[0]}`;
    if (context.catalog.functions.has(key)) return key;
  }
  return name[0]!;
}
