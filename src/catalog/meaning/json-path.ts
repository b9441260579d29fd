import type { Expr } from "../../source/sql/expression.ts";
import { typeOf } from "../resolve/types.ts";
import { callerOfPath } from "./call.ts";
import { mapChoices } from "./choices.ts";
import type { Term } from "./formula.ts";
import { applied } from "./opaque.ts";
import type { Choice, Frame, Reading } from "./reader.ts";
import { readTerm } from "./term.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;

export const JSON_PATHS = new Set(["->", "->>", "#>", "#>>"]);

/** The way that an operator leads into JSON, where it is written out. */
export function keysOf(expr: Of<"operator">): readonly string[] | undefined {
  const key = expr.right.kind === "cast" ? expr.right.arg : expr.right;
  if (expr.name === "->" || expr.name === "->>") return key.kind === "constant" ? [key.value] : undefined;
  if (expr.name !== "#>" && expr.name !== "#>>") return undefined;
  if (key.kind === "constant")
    return /^\{[^{}"]*\}$/.test(key.value) ? key.value.slice(1, -1).split(",") : undefined;
  if (key.kind !== "array") return undefined;
  return key.args.every((arg) => arg.kind === "constant")
    ? key.args.map((arg) => (arg as Of<"constant">).value)
    : undefined;
}

/** `data['a']` is `data -> 'a'`. */
export function readElement(
  expr: Of<"element">,
  frame: Frame,
  reading: Reading,
): readonly Choice[] | undefined {
  const keys = expr.index.flatMap((index) => (index.kind === "constant" ? [index.value] : []));
  if (keys.length !== expr.index.length) return undefined;
  const type = frame.meaning.types.get(expr);
  return mapChoices([readTerm(expr.arg, frame, reading)], ([term]) => {
    const path = pathTerm(term!, keys, false);
    return path.kind === "apply" && type ? { ...path, type } : path;
  });
}

const JSONB = typeOf("jsonb");
const TEXT = typeOf("text");

export function pathTerm(base: Term, keys: readonly string[], text: boolean): Term {
  if (base.kind === "null") return base;
  const type = text ? TEXT : JSONB;
  if (base.kind === "caller") return callerOfPath(base, keys, type);
  // Further into the same JSON is one longer path.
  const inner = base.kind === "apply" && base.name.startsWith("path ") ? base : undefined;
  const path = [...(inner ? (JSON.parse(inner.name.slice(5)) as string[]) : []), ...keys];
  const args = inner ? inner.args : [base];
  return applied(`path ${JSON.stringify(path)}`, args, { strict: true, nullable: true, free: true, type });
}
