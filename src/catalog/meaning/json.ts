import type { Expr } from "../../source/sql/expression.ts";
import { typeOf } from "../resolve/types.ts";
import { unwrap } from "../walk.ts";
import { callerOfPath } from "./call.ts";
import { nullOfAny, overChoices } from "./choices.ts";
import { and, type Formula, isNull, not, or, type Term, UNKNOWN } from "./formula.ts";
import { applied } from "./opaque.ts";
import { type Frame, type Reading, spanOf } from "./reader.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

const JSONB = typeOf("jsonb");

/** True wherever the value is not NULL, and NULL where it is. */
export const holdsOfAny = (isNothing: Formula): Formula => or([not(isNothing), UNKNOWN]);
/** False wherever it is not NULL. */
export const holdsOfNone = (isNothing: Formula): Formula => and([isNothing, UNKNOWN]);

/** What `jsonb` holds, asked by an operator: a key, some or all of several, a part, or a path. */
export function readJsonOperator(expr: Of<"operator">, frame: Frame, reading: Reading): Formula | undefined {
  const { name, left, right } = expr;
  if (!left || !isJson(left, frame)) return undefined;
  const asked = unwrap(right);
  if (name === "?|" || name === "?&") {
    const keys = keysOf(asked);
    return keys && askKeys(name, left, keys, expr, frame, reading);
  }
  if (asked.kind !== "constant" || asked.type !== "string") return undefined;
  if (name === "?") return askKeys("?|", left, [asked.value], expr, frame, reading);
  if (name === "@>")
    return isJsonText(asked.value) ? askJson(name, left, asked.value, expr, frame, reading) : undefined;
  return name === "@?" ? askPath(left, asked.value, expr, frame, reading) : undefined;
}

/** `jsonb_path_exists(value, path)`. */
export function readJsonCall(expr: Of<"call">, frame: Frame, reading: Reading): Formula | undefined {
  const [value, path, ...more] = expr.args;
  if (expr.name.at(-1) !== "jsonb_path_exists" || !value || !path || more.length) return undefined;
  const asked = unwrap(path);
  if (asked.kind !== "constant" || frame.meaning.calls.has(expr)) return undefined;
  return askPath(value, asked.value, expr, frame, reading);
}

const isJson = (expr: Expr, frame: Frame): boolean => {
  const type = frame.meaning.types.get(expr);
  return type !== undefined && !type.array && (type.base ?? type.name) === "jsonb";
};

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** The keys that are written out. */
function keysOf(asked: Expr): string[] | undefined {
  if (asked.kind === "constant") return asked.value.trim() === "{}" ? [] : undefined;
  if (asked.kind !== "array") return undefined;
  const keys = asked.args.map(unwrap);
  return keys.every((key) => key.kind === "constant")
    ? keys.map((key) => (key as Of<"constant">).value)
    : undefined;
}

/** Of no keys, all are there and none is. */
function askNothing(name: "?|" | "?&", value: Expr, frame: Frame, reading: Reading): Formula {
  const isNothing = nullOfAny(readTerm(value, frame, reading));
  return name === "?&" ? holdsOfAny(isNothing) : holdsOfNone(isNothing);
}

/** The token is an object, and so are some of its claims: a key of one is a claim. Other values may be arrays, which have their strings for keys. */
function askKeys(
  name: "?|" | "?&",
  value: Expr,
  keys: readonly string[],
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  if (!keys.length) return askNothing(name, value, frame, reading);
  const claims = overChoices([readTerm(value, frame, reading)], ([term]) => {
    if (!isObject(term!, reading)) return UNREAD;
    const held = keys.map((key) => not(isNull(callerOfPath(term, [key], JSONB))));
    return or([and([isNull(term), UNKNOWN]), and([not(isNull(term)), (name === "?|" ? or : and)(held)])]);
  });
  if (claims !== undefined && claims !== UNREAD) return claims;
  return keys.length === 1
    ? askJson("?", value, keys[0]!, whole, frame, reading)
    : askJson(name, value, [...keys].sort().join(","), whole, frame, reading);
}

const isObject = (term: Term, { names }: Reading): term is Extract<Term, { kind: "caller" }> =>
  term.kind === "caller" &&
  term.source === names.token &&
  (!term.path.length || (term.path.length === 1 && names.objects.includes(term.path[0]!)));

const UNREAD: Formula = { kind: "truth", value: null };

/** Steps by key alone, which lax paths take in every value; with filters and methods it depends on what is found. */
const SIMPLE_PATH = /^\s*(lax\s+)?\$(\s*\.\s*(\w+|"[^"\\]*")|\s*\[\*\])+\s*$/;

function askPath(
  value: Expr,
  path: string,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  if (/^\s*(lax\s+|strict\s+)?\$\s*$/.test(path))
    return holdsOfAny(nullOfAny(readTerm(value, frame, reading)));
  return SIMPLE_PATH.test(path)
    ? askJson("@?", value, path.replaceAll(/\s/g, ""), whole, frame, reading)
    : undefined;
}

/** A question of a column's value alone has either answer, the other columns being what they may. */
function askJson(
  name: string,
  value: Expr,
  asked: string,
  whole: Expr,
  frame: Frame,
  reading: Reading,
): Formula | undefined {
  const at = spanOf(whole, frame);
  return overChoices([readTerm(value, frame, reading)], ([term]) => {
    if (term!.kind === "null") return UNKNOWN;
    const how = { strict: true, nullable: false, free: isOpen(term!) };
    return { kind: "holds", term: applied(`json ${name} ${asked}`, [term!], how), ...(at ? { at } : {}) };
  });
}

const isOpen = (term: Term): boolean =>
  term.kind === "column" || (term.kind === "apply" && term.free && term.args.every(isOpen));
